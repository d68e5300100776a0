"""How much falls with a workload: what it may do on its node, from the pod's own specification.

- Node: what makes whoever is inside root of the node without a fault in the kernel.
- Elevated: what takes a part of the isolation away that every other pod has.
- Ordinary: all else. Running as root and letting programs gain privileges are what a pod does by default; they matter
  where something else is wrong, and a factor that lifts every workload would tell none from another.

Sources: https://kubernetes.io/docs/concepts/security/pod-security-standards/, and for what each setting gives,
https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from hardstand.analysis.capabilities import NODE_TAKING, RUNTIME_SET, plain
from hardstand.analysis.confinement import unmasks_proc
from hardstand.analysis.inferred import MOST_REASONS, Asked, Inferred, infer, short
from hardstand.analysis.node_parts import takes
from hardstand.analysis.occurring import Occurring
from hardstand.analysis.pods import may_claim_host_port, readable_containers
from hardstand.inventory.field_name import FieldNames
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.security_context import PodSecurityContext, SecurityContext
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload
from hardstand.model.path import Path, Value
from hardstand.model.tier import Privilege
from hardstand.model.violation import NotApplicableError


class Found(NamedTuple):
    """Something that lifts the privilege, and where it is."""

    level: Privilege
    text: str
    place: Path


Mounted: TypeAlias = list[tuple[Container, str | None, bool]]
"""Which container mounts the volume of which name, and whether read-only."""

_ORDINARY = Inferred(Privilege.ORDINARY, ("its pods ask for nothing that other pods do not have",))
_UNTOLD = Inferred(Privilege.ORDINARY, ("its pods are described by another object",))


def privilege_of(workload: Workload) -> Inferred[Privilege]:
    """What the workload may do on its node, with at most three reasons; never raises.

    A field that cannot be read tells nothing, and a note among the reasons says so. Rights in the API are not looked
    at, so the answer is never `cluster`.
    """
    if _LIFTING.seen(workload.object) == 0:
        return _ORDINARY
    asked = Asked()
    try:
        pods = asked.of(lambda one: (one.pod,), workload)
    except NotApplicableError:
        return _UNTOLD
    found = sorted((one for pod in pods for one in asked.all(_found, pod)), key=lambda one: -one.level)
    names = FieldNames(dict(workload.data))
    reasons = [(one.level, f"{one.text} ({names.of(one.place)[0]})") for one in found[:MOST_REASONS]]
    return infer(reasons, asked.notes, _ORDINARY)


def _found(pod: PodSpec, asked: Asked) -> Iterator[Found]:
    containers = readable_containers(pod, asked)
    # Read for the note alone: further down, what cannot be read is no user namespace.
    asked.of(lambda one: (one.host_users,), pod)
    for question in _OF_POD:
        yield from asked.of(question, pod)
    for container in containers:
        for ask in _OF_CONTAINER:
            yield from asked.of(ask, container)
    volumes = asked.of(_node_volumes, pod)
    mounted = _mounted(containers, asked) if volumes else []
    for volume in volumes:
        yield from asked.of(lambda one: _host_path(one, mounted), volume)


def _named(container: Container) -> str:
    name = container.get("name")
    return f"{container.role} {short(name)}" if isinstance(name, str) else container.role


def _processes(pod: PodSpec) -> Iterator[Found]:
    if pod.host_pid:
        yield Found(Privilege.ELEVATED, "its pods see the node's processes", pod.at("hostPID"))


def _network(pod: PodSpec) -> Iterator[Found]:
    if pod.host_network:
        yield Found(Privilege.ELEVATED, "its pods are in the node's network", pod.at("hostNetwork"))


def _memory(pod: PodSpec) -> Iterator[Found]:
    if pod.host_ipc:
        yield Found(Privilege.ELEVATED, "its pods share memory with the node's processes", pod.at("hostIPC"))


def _of_all(pod: PodSpec) -> Iterator[Found]:
    yield from _windows(pod.security_context, "its pods are processes")


def _profiles_of_all(pod: PodSpec) -> Iterator[Found]:
    yield from _profiles(pod.security_context, "its pods run")


def _privileged(container: Container) -> Iterator[Found]:
    context = container.security_context
    if context.privileged:
        yield Found(Privilege.NODE, f"{_named(container)} is privileged", context.at("privileged"))


def _of_one(container: Container) -> Iterator[Found]:
    yield from _windows(container.security_context, f"{_named(container)} is a process")


def _added(container: Container) -> Iterator[Found]:
    """In a user namespace of the pod's own, a capability is one over that namespace only (KEP-127)."""
    capabilities = container.security_context.capabilities
    names = [plain(name) for name in capabilities.add]
    others = set(names)
    for at, name in enumerate(names):
        if name not in RUNTIME_SET:
            how = _takes_node(name, others, container.pod)
            text = f"{_named(container)} has the capability {short(name)}"
            found = (Privilege.NODE, f"{text}, {how}") if how else (Privilege.ELEVATED, text)
            yield Found(*found, capabilities.at("add", at))


def _takes_node(name: str, others: set[str], pod: PodSpec) -> str | None:
    """How a capability makes root of the node; some do only together with something else."""
    if pod.get("hostUsers") is False:
        return None
    if name == "SYS_PTRACE" and pod.get("hostPID") is True:
        return "with which it takes over the node's processes that it sees"
    if name == "BPF" and "PERFMON" in others:
        return "with which, together with PERFMON, its programs write to any process"
    return NODE_TAKING.get(name)


def _proc(container: Container) -> Iterator[Found]:
    """Without a user namespace of the pod's own, root there writes the settings of the node's kernel (KEP-4265)."""
    if unmasks_proc(container) and container.pod.get("hostUsers") is not False:
        place = container.security_context.at("procMount")
        yield Found(Privilege.NODE, f"{_named(container)} sees /proc unmasked", place)


def _profiles_of_one(container: Container) -> Iterator[Found]:
    yield from _profiles(container.security_context, f"{_named(container)} runs")


def _ports(container: Container) -> Iterator[Found]:
    for port in container.ports if may_claim_host_port(container.data) else ():
        if port.host_port:
            text = f"{_named(container)} claims port {port.host_port} of the node"
            yield Found(Privilege.ELEVATED, text, port.at("hostPort"))


def _windows(context: PodSecurityContext | SecurityContext, who: str) -> Iterator[Found]:
    if context.get("windowsOptions") is not None and context.windows_options.host_process:
        yield Found(Privilege.NODE, f"{who} of the Windows node", context.at("windowsOptions", "hostProcess"))


def _profiles(context: PodSecurityContext | SecurityContext, who: str) -> Iterator[Found]:
    """Confinement that is switched off in words; none at all is the default of many clusters, and not said here.

    `spc_t` is the type of a "super privileged container": https://github.com/containers/container-selinux.
    """
    if context.get("seccompProfile") is not None and context.seccomp_profile.type == "Unconfined":
        yield Found(Privilege.ELEVATED, f"{who} without seccomp", context.at("seccompProfile", "type"))
    if context.get("appArmorProfile") is not None and context.app_armor_profile.type == "Unconfined":
        yield Found(Privilege.ELEVATED, f"{who} without AppArmor", context.at("appArmorProfile", "type"))
    if context.get("seLinuxOptions") is not None and context.selinux_options.type == "spc_t":
        yield Found(Privilege.ELEVATED, f"{who} unconfined by SELinux", context.at("seLinuxOptions", "type"))


def _node_volumes(pod: PodSpec) -> Iterator[Volume]:
    for volume in pod.volumes:
        if volume.get("hostPath") is not None:
            yield volume


def _host_path(volume: Volume, mounted: Mounted) -> Iterator[Found]:
    """A volume that no container mounts counts as if one could read it: so do the controls over host paths."""
    place = volume.host_path
    path = place.path_
    if not path:
        return
    mounts = [(container, read_only) for container, name, read_only in mounted if name == volume.name]
    writable = any(not read_only for _, read_only in mounts)
    as_root = not mounts or any(_may_be_root(container) for container, _ in mounts)
    level = takes(path, writable=writable, as_root=as_root)
    if level > Privilege.ORDINARY:
        access = "writable" if writable else "read-only"
        text = f"volume {short(volume.name)} mounts {short(path)} of the node, {access}"
        yield Found(level, text, place.at("path"))


def _mounted(containers: Sequence[Container], asked: Asked) -> Mounted:
    return [
        (container, *one)
        for container in containers
        for mount in asked.of(lambda one: one.volume_mounts, container)
        for one in asked.of(lambda one: ((one.name, one.read_only is True),), mount)
    ]


def _may_be_root(container: Container) -> bool:
    """Tell whether the container may run as root, which it may unless something that can be read says otherwise."""
    user = _setting(container, "runAsUser")
    return user == 0 if type(user) is int else _setting(container, "runAsNonRoot") is not True


def _setting(container: Container, key: str) -> Value:
    """A field of the security context: the container's own, else the pod's."""
    for view in (container, container.pod):
        context = view.get("securityContext")
        value = context.get(key) if isinstance(context, dict) else None
        if value is not None:
            return value
    return None


_OF_POD = (_of_all, _processes, _network, _memory, _profiles_of_all)
_OF_CONTAINER = (_privileged, _of_one, _added, _proc, _profiles_of_one, _ports)
_CONTEXT = (*("windowsOptions.hostProcess", "seccompProfile.type", "appArmorProfile.type", "seLinuxOptions.type"),)
_LIFTING = Occurring(
    {
        "privilege": (
            *("pod.spec.hostPID", "pod.spec.hostIPC", "pod.spec.hostNetwork", "pod.spec.hostUsers"),
            "pod.spec.volumes[].hostPath",
            *(f"{one}.securityContext.{field}" for one in ("pod.spec", "container") for field in _CONTEXT),
            *("container.securityContext.privileged", "container.securityContext.procMount"),
            *("container.securityContext.capabilities.add", "container.ports[].hostPort"),
        )
    }
)
"""What the questions above ask for: where none of it has a value, there is nothing to ask."""
