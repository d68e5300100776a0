"""What kubeadm will start the control plane with, from its ClusterConfiguration.

kubeadm writes a static pod for each component with flags of its own, and `extraArgs` replace those of the same name.
Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/ and
https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
"""

from collections.abc import Iterator, Mapping

from hardstand.inventory.components.flags import Flags
from hardstand.inventory.components.said import Said, minor_of
from hardstand.inventory.components.words import Word, untellable
from hardstand.inventory.objects import KubeObject
from hardstand.model.component import API_SERVER, CONTROLLER_MANAGER, ETCD, SCHEDULER
from hardstand.model.kind import Kind
from hardstand.model.path import Path, Value, called
from hardstand.model.violation import MalformedFieldError

CLUSTER_CONFIGURATION = Kind("kubeadm.k8s.io", "ClusterConfiguration")

_PLACES: Mapping[str, Path] = {
    API_SERVER: ("apiServer",),
    CONTROLLER_MANAGER: ("controllerManager",),
    SCHEDULER: ("scheduler",),
    ETCD: ("etcd", "local"),
}
_PKI = "/etc/kubernetes/pki"
_OWN_FLAGS: Mapping[str, Mapping[str, str]] = {
    API_SERVER: {
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{_PKI}/ca.crt",
        "enable-admission-plugins": "NodeRestriction",
        "enable-bootstrap-token-auth": "true",
        "etcd-cafile": f"{_PKI}/etcd/ca.crt",
        "etcd-certfile": f"{_PKI}/apiserver-etcd-client.crt",
        "etcd-keyfile": f"{_PKI}/apiserver-etcd-client.key",
        "etcd-servers": "https://127.0.0.1:2379",
        "kubelet-client-certificate": f"{_PKI}/apiserver-kubelet-client.crt",
        "kubelet-client-key": f"{_PKI}/apiserver-kubelet-client.key",
        "service-account-key-file": f"{_PKI}/sa.pub",
        "service-account-signing-key-file": f"{_PKI}/sa.key",
        "tls-cert-file": f"{_PKI}/apiserver.crt",
        "tls-private-key-file": f"{_PKI}/apiserver.key",
    },
    CONTROLLER_MANAGER: {
        "bind-address": "127.0.0.1",
        "root-ca-file": f"{_PKI}/ca.crt",
        "service-account-private-key-file": f"{_PKI}/sa.key",
        "use-service-account-credentials": "true",
    },
    SCHEDULER: {"bind-address": "127.0.0.1"},
    ETCD: {
        "cert-file": f"{_PKI}/etcd/server.crt",
        "client-cert-auth": "true",
        "key-file": f"{_PKI}/etcd/server.key",
        "listen-client-urls": "https://127.0.0.1:2379",
        "listen-peer-urls": "https://127.0.0.1:2380",
        "peer-cert-file": f"{_PKI}/etcd/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{_PKI}/etcd/peer.key",
        "peer-trusted-ca-file": f"{_PKI}/etcd/ca.crt",
        "trusted-ca-file": f"{_PKI}/etcd/ca.crt",
    },
}
"""The flags of kubeadm's own that a control asks for. Addresses stand for those of the node."""


def components_of(kube: KubeObject) -> Iterator[Said]:
    """The control plane that a ClusterConfiguration makes; no etcd where that is somebody else's."""
    version = kube.data.get("kubernetesVersion")
    external = _at(kube.data, ("etcd", "external"))
    for program, place in _PLACES.items():
        if program == ETCD and external:
            continue
        own = dict(_OWN_FLAGS[program])
        if program == API_SERVER and external:
            own |= _external(external)
        words = [Word(f"--{name}={value}", place) for name, value in own.items()]
        extra = list(_extra(_at(kube.data, place), place))
        named = {word.text.partition("=")[0] for word in extra}
        words = [word for word in words if word.text.partition("=")[0] not in named] + extra
        home = (*place, "extraArgs")
        yield Said(program, home, Flags(words, home, one_dash=program == ETCD), variables={}, process=True,
                   version=minor_of(version) if isinstance(version, str) else None, caption=program)  # fmt: skip


def _external(etcd: Mapping[str, Value]) -> Mapping[str, str]:
    endpoints = etcd.get("endpoints")
    servers = ",".join(map(str, endpoints)) if isinstance(endpoints, list) else ""
    fields = {"etcd-cafile": "caFile", "etcd-certfile": "certFile", "etcd-keyfile": "keyFile"}
    return {"etcd-servers": servers, **{flag: str(etcd.get(field) or "") for flag, field in fields.items()}}


def _extra(component: Mapping[str, Value], place: Path) -> Iterator[Word]:
    """`extraArgs`: a mapping up to v1beta3, a list of names with values from v1beta4 on."""
    extra = component.get("extraArgs")
    home = (*place, "extraArgs")
    if isinstance(extra, dict):
        yield from (Word(f"--{name}={_text(value)}", (*home, name)) for name, value in extra.items())
    elif isinstance(extra, list):
        for at, one in enumerate(extra):
            if isinstance(one, dict) and isinstance(name := one.get("name"), str):
                yield Word(f"--{name}={_text(one.get('value'))}", (*home, at, "value"))
            else:
                yield untellable(f"an item of extraArgs must have a name, found {called(one)}", (*home, at))
    elif extra is not None:
        raise MalformedFieldError(home, "a list or a mapping", called(extra))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _at(data: Mapping[str, Value], path: Path) -> Mapping[str, Value]:
    for step in path:
        found = data.get(str(step))
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise MalformedFieldError(path, "a mapping", called(found))
        data = found
    return data
