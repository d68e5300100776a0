"""Pods at the edges of the Pod Security Standards, each a few changes to one good pod, and random mixtures of them.

A change is a path in the pod and the value to put there. The good pod has one container of each sort and passes
restricted at every version.
"""

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

Change = tuple[tuple[str | int, ...], Any]
Edge = tuple[str, list[Change]]

POD = ("spec", "securityContext")
KINDS = ("initContainers", "containers", "ephemeralContainers")
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"

DEFAULT_CAPABILITIES = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]
ODD_CAPABILITIES = ["NET_RAW", "ALL", "CAP_CHOWN", "chown", "SYS_ADMIN", ""]
DROPS = ([], None, ["all"], ["NET_RAW", "ALL"], ["ALL", "ALL"], ["CAP_ALL"], DEFAULT_CAPABILITIES)
SYSCTLS = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_notsent_lowat",
]
ODD_SYSCTLS = ["", "kernel.msgmax", "net/ipv4/tcp_syncookies", "NET.IPV4.TCP_SYNCOOKIES", "net.ipv4.tcp_rmem "]
VOLUMES = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "portworxVolume",
    "photonPersistentDisk",
    "scaleIO",
    "storageos",
    "configMap",
    "downwardAPI",
    "emptyDir",
    "projected",
    "secret",
    "csi",
    "persistentVolumeClaim",
    "ephemeral",
    "image",
]
PROFILES: list[dict[str, str] | None] = [
    *({"type": kind} for kind in ("RuntimeDefault", "Localhost", "Unconfined", "", "runtimeDefault")),
    {},
    None,
]
SELINUX: list[dict[str, str] | None] = [
    *({"type": kind} for kind in ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")),
    *({"type": kind} for kind in ("spc_t", "Container_t")),
    *({"user": "u"}, {"role": "r"}, {"level": "s0:c1"}, {"user": "", "role": ""}, {}, None),
]
ANNOTATED = ("runtime/default", "docker/default", "localhost/", "localhost/x", "localhost", "unconfined", "", None)
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HOOKS = ("postStart", "preStop")
HOSTS = ("", "127.0.0.1", "localhost", " ", None)


def good() -> dict[str, Any]:
    """The pod that all others are changes to."""

    def container(name: str) -> dict[str, Any]:
        confined = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        return {"name": name, "image": "registry.example/app:1", "securityContext": confined}

    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "subject"},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            **{kind: [container(name)] for kind, name in zip(KINDS, "ice", strict=True)},
        },
    }


def changed(pod: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """A copy of the pod with the changes made. LookupError or TypeError when one takes away what another needs."""
    result = copy.deepcopy(pod)
    for path, value in changes:
        node: Any = result
        for step in path[:-1]:
            node = node[step] if isinstance(step, int) else node.setdefault(step, {})
        node[path[-1]] = copy.deepcopy(value)
    return result


def edges() -> Iterator[Edge]:
    """Every edge, under a name of its own."""
    yield "good", []
    yield from _of_the_pod()
    yield from _of_volumes()
    yield from _of_identity()
    yield from _of_annotations()
    yield from _of_windows()
    yield from _of_user_namespaces()
    for kind in KINDS:
        yield from _of_containers(kind)
        yield from _of_capabilities(kind)
        yield from _of_hosts(kind)


def random_pods(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Pods that mix one to five edges."""
    source, pool, base = random.Random(seed), list(edges()), good()
    made = 0
    while made < count:
        changes = [change for _, some in source.sample(pool, source.randint(1, 5)) for change in some]
        try:
            yield changed(base, changes)
        except (LookupError, TypeError, AttributeError):
            continue
        made += 1


def _one(name: str, path: tuple[str | int, ...], value: Any) -> Edge:
    return f"{name}={value!r}", [(path, value)]


def _of_the_pod() -> Iterator[Edge]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        for value in (True, False, None):
            yield _one(field, ("spec", field), value)
    for value in (None, {}):
        yield _one("pod context", POD, value)
    for name in SYSCTLS + ODD_SYSCTLS:
        yield _one("sysctls", (*POD, "sysctls"), [{"name": name, "value": "1"}])
    for value in ([], [None], [{"name": SYSCTLS[0]}, {"name": SYSCTLS[0]}], [{"name": SYSCTLS[0]}, {"name": "a"}]):
        yield _one("sysctls", (*POD, "sysctls"), value)
    for value in PROFILES:
        yield _one("pod seccomp", (*POD, "seccompProfile"), value)
        yield _one("pod apparmor", (*POD, "appArmorProfile"), value)
    for value in SELINUX:
        yield _one("pod selinux", (*POD, "seLinuxOptions"), value)
    for value in (True, False, None):
        yield _one("pod hostProcess", (*POD, "windowsOptions"), {"hostProcess": value})
    nothing: list[Change] = [(("spec", kind), None) for kind in KINDS]
    yield "no containers", nothing
    yield "no containers and no pod context", [*nothing, (POD, None)]
    yield "a null container", [(("spec", "containers"), [None])]


def _of_volumes() -> Iterator[Edge]:
    for source in VOLUMES:
        yield f"volume {source}", [(("spec", "volumes"), [{"name": "v", source: {}}])]
    odd: list[dict[str, Any] | None] = [
        {"name": "v"},
        {"name": "v", "emptyDir": None},
        {"name": "v", "hostPath": None},
        {"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}},
        {"name": "v", "nfs": {}, "hostPath": {"path": "/"}},
        None,
    ]
    for value in odd:
        yield _one("volume", ("spec", "volumes"), [value])


def _of_identity() -> Iterator[Edge]:
    for value in (True, False, None):
        yield _one("pod runAsNonRoot", (*POD, "runAsNonRoot"), value)
    for user in (0, 1, -1, None):
        yield _one("pod runAsUser", (*POD, "runAsUser"), user)


def _of_annotations() -> Iterator[Edge]:
    place = ("metadata", "annotations")
    for value in ANNOTATED:
        yield _one("annotations", place, {SECCOMP_POD: value})
        for name in ("i", "c", "e", "ghost", ""):
            yield _one("annotations", place, {SECCOMP_CONTAINER + name: value})
        for name in ("c", "ghost", ""):
            yield _one("annotations", place, {APP_ARMOR + name: value})
    yield (
        "seccomp by annotation only",
        [(place, {SECCOMP_POD: "runtime/default"}), ((*POD, "seccompProfile"), None)],
    )
    yield "a container without a name", [(place, {SECCOMP_CONTAINER: "unconfined"}), (("spec", "containers"), [{}])]


def _of_windows() -> Iterator[Edge]:
    for name in ("windows", "linux", "Windows", "", None):
        os: Change = (("spec", "os"), {"name": name})
        contexts = [("spec", kind, 0, "securityContext") for kind in KINDS]
        bad = {"capabilities": {"add": ["SYS_ADMIN"]}, "seccompProfile": {"type": "Unconfined"}}
        yield f"os {name!r}, nothing set", [os, (POD, {"runAsNonRoot": True}), *((path, {}) for path in contexts)]
        yield f"os {name!r}, unconfined", [os, *((path, bad) for path in contexts)]
        yield f"os {name!r}, root", [os, (POD, {"runAsUser": 0})]


def _of_user_namespaces() -> Iterator[Edge]:
    for value in (False, True, None):
        own: Change = (("spec", "hostUsers"), value)
        yield f"hostUsers {value}, root", [own, ((*POD, "runAsNonRoot"), False), ((*POD, "runAsUser"), 0)]
        yield f"hostUsers {value}, nothing said", [own, ((*POD, "runAsNonRoot"), None)]
        for mount in ("Unmasked", "Default"):
            path = ("spec", "containers", 0, "securityContext", "procMount")
            yield f"hostUsers {value}, procMount {mount}", [own, (path, mount)]


def _of_containers(kind: str) -> Iterator[Edge]:
    path = ("spec", kind, 0)
    context = (*path, "securityContext")
    for value in (None, {}):
        yield _one(f"{kind} context", context, value)
    for truth in (True, False, None):
        yield _one(f"{kind} privileged", (*context, "privileged"), truth)
        yield _one(f"{kind} escalation", (*context, "allowPrivilegeEscalation"), truth)
        yield _one(f"{kind} hostProcess", (*context, "windowsOptions"), {"hostProcess": truth})
        for pod in (True, False, None):
            changes: list[Change] = [((*POD, "runAsNonRoot"), pod), ((*context, "runAsNonRoot"), truth)]
            yield f"runAsNonRoot pod={pod} {kind}={truth}", changes
    for user in (0, 1, None):
        yield _one(f"{kind} runAsUser", (*context, "runAsUser"), user)
    yield f"{kind} user over the pod's root", [((*POD, "runAsUser"), 0), ((*context, "runAsUser"), 1)]
    for mount in ("Default", "Unmasked", "", "default", None):
        yield _one(f"{kind} procMount", (*context, "procMount"), mount)
    for profile in PROFILES:
        yield _one(f"{kind} seccomp", (*context, "seccompProfile"), profile)
        alone: list[Change] = [((*POD, "seccompProfile"), None), ((*context, "seccompProfile"), profile)]
        yield f"{kind} seccomp={profile} and none of the pod", alone
        yield _one(f"{kind} apparmor", (*context, "appArmorProfile"), profile)
    for labels in SELINUX:
        yield _one(f"{kind} selinux", (*context, "seLinuxOptions"), labels)


def _of_capabilities(kind: str) -> Iterator[Edge]:
    path = ("spec", kind, 0, "securityContext", "capabilities")
    for name in DEFAULT_CAPABILITIES + ODD_CAPABILITIES:
        yield _one(f"{kind} add", (*path, "add"), [name])
    for names in ([], None, ["NET_BIND_SERVICE", "NET_BIND_SERVICE"]):
        yield _one(f"{kind} add", (*path, "add"), names)
    for names in DROPS:
        yield _one(f"{kind} drop", (*path, "drop"), names)
    yield _one(f"{kind} capabilities", path, None)


def _of_hosts(kind: str) -> Iterator[Edge]:
    path = ("spec", kind, 0)
    for port in (0, 80, -1, None):
        yield _one(f"{kind} hostPort", (*path, "ports"), [{"containerPort": 80, "hostPort": port}])
    for host in HOSTS:
        for action in ("httpGet", "tcpSocket"):
            for probe in PROBES:
                yield _one(f"{kind} {probe}", (*path, probe), {action: {"host": host, "port": 1}})
            for hook in HOOKS:
                yield _one(f"{kind} {hook}", (*path, "lifecycle"), {hook: {action: {"host": host, "port": 1}}})
    header = {"httpGet": {"port": 1, "httpHeaders": [{"name": "Host", "value": "x"}]}}
    for probe_value in (header, {"grpc": {"port": 1}}, None):
        yield _one(f"{kind} probe", (*path, "livenessProbe"), probe_value)
    yield _one(f"{kind} lifecycle", (*path, "lifecycle"), {"preStop": None})
