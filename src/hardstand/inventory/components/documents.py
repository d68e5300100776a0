"""What a whole object says of components, whatever kind of object it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from hardstand.inventory.components import kubeadm
from hardstand.inventory.components.flags import Flags
from hardstand.inventory.components.running import running_in
from hardstand.inventory.components.said import Said, minor_of
from hardstand.inventory.components.words import Word, listed, untellable
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.component import (
    API_SERVER,
    COMPONENT_CONFIG,
    CONTROLLER_MANAGER,
    ETCD,
    KUBE_PROXY,
    KUBELET,
    PROGRAMS,
    SCHEDULER,
)
from hardstand.model.kind import COMPOSE_SERVICE, Kind
from hardstand.model.path import Value, called
from hardstand.model.violation import MalformedFieldError
from hardstand.text.document import Document
from hardstand.text.reader import read

FILES: Mapping[Kind, str] = {
    Kind("kubelet.config.k8s.io", "KubeletConfiguration"): KUBELET,
    Kind("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration"): SCHEDULER,
    Kind("kubecontrollermanager.config.k8s.io", "KubeControllerManagerConfiguration"): CONTROLLER_MANAGER,
    Kind("kubeproxy.config.k8s.io", "KubeProxyConfiguration"): KUBE_PROXY,
    Kind("apiserver.config.k8s.io", "AuthenticationConfiguration"): API_SERVER,
    Kind("apiserver.config.k8s.io", "AuthorizationConfiguration"): API_SERVER,
}
"""Kinds of configuration files, and the component that reads each."""

CONFIG_MAP = Kind("", "ConfigMap")
_MAPS = (("kubelet-config", "kubelet", KUBELET), ("kube-proxy", "config.conf", KUBE_PROXY))
"""How the ConfigMaps of kubeadm in kube-system begin, their key, and the component that reads it.

Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/
"""

WORKLOADS = frozenset(SHAPES) - {COMPOSE_SERVICE}


@lru_cache(maxsize=4)
def said_in(kube: KubeObject) -> Sequence[Said]:
    """What an object says of components. The last few answers are kept: each view of an object asks.

    MalformedFieldError where what should say it is of another type.
    """
    if kube.kind in FILES:
        program = FILES[kube.kind]
        return (Said(program, (), config=kube.data, config_kind=kube.kind.name),)
    return tuple(_READERS.get(kube.kind, running_in)(kube))


def _component(kube: KubeObject) -> Iterator[Said]:
    """One of our own objects, made by a source or by hand."""
    data = kube.data
    program, flags, config = data.get("component"), data.get("flags"), data.get("config")
    if program not in PROGRAMS:
        raise MalformedFieldError(("component",), f"one of {', '.join(PROGRAMS)}", called(program))
    version, variables = data.get("version"), data.get("environment")
    for field, value, kind in (("flags", flags, list), ("config", config, dict), ("environment", variables, dict)):
        if value is not None and not isinstance(value, kind):
            raise MalformedFieldError((field,), "a list" if kind is list else "a mapping", called(value))
    home = ("flags",) if flags is not None else ("config",)
    yield Said(
        str(program),
        home,
        Flags(_flags(flags), home, one_dash=program == ETCD) if isinstance(flags, list) else None,
        config=config if isinstance(config, dict) else None,
        config_path=("config",),
        variables={name: str(value) for name, value in variables.items()} if isinstance(variables, dict) else None,
        version=minor_of(version) if isinstance(version, str) else None,
        process=True,
    )


def _flags(given: Sequence[Value]) -> list[Word]:
    if all(isinstance(one, str) for one in given):
        return listed([str(one) for one in given], ("flags",))
    return [untellable("flags must be a list of strings", ("flags",))]


def _config_map(kube: KubeObject) -> Iterator[Said]:
    """The configuration files that kubeadm keeps in ConfigMaps."""
    if kube.namespace != "kube-system":
        return
    for name, key, program in _MAPS:
        data = kube.data.get("data")
        text = data.get(key) if isinstance(data, dict) else None
        if not kube.name.startswith(name) or not isinstance(text, str):
            continue
        # A file may be several documents, of which Kubernetes reads the first.
        first = next(iter(read(text.encode("utf-8", "surrogatepass"))), None)
        if not isinstance(first, Document) or not isinstance(first.value, dict):
            raise MalformedFieldError(("data", key), f"the configuration of {program}", "another text")
        kind = first.value.get("kind")
        yield Said(program, ("data", key), config=first.value, config_path=("data", key), config_kind=str(kind),
                   embedded=True)  # fmt: skip


_READERS: Mapping[Kind, Callable[[KubeObject], Iterator[Said]]] = {
    COMPONENT_CONFIG: _component,
    CONFIG_MAP: _config_map,
    kubeadm.CLUSTER_CONFIGURATION: kubeadm.components_of,
}
