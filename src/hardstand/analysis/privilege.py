"""How much falls with a workload: what it may do on its node, from the pod's own specification.

- Node: what makes whoever is inside root of the node without a fault in the kernel.
- Elevated: what takes a part of the isolation away that every other pod has.
- Ordinary: all else. Running as root and letting programs gain privileges are what a pod does by default; they matter
  where something else is wrong, and a factor that lifts every workload would tell none from another.

Sources: https://kubernetes.io/docs/concepts/security/pod-security-standards/, and for what each setting gives,
https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from hardstand.analysis.capabilities import NODE_TAKING, RUNTIME_SET, plain
from hardstand.analysis.confinement import unmasks_proc
from hardstand.analysis.inferred import Asked, Inferred, Reason, infer, short
from hardstand.analysis.node_parts import takes
from hardstand.analysis.pods import readable_containers
from hardstand.inventory.field_name import FieldNames
from hardstand.inventory.views.base import View
from hardstand.inventory.views.pod import Container, PodSecurityContext, PodSpec, SecurityContext, Volume
from hardstand.inventory.views.workload import Workload
from hardstand.model.path import Value
from hardstand.model.tier import Privilege
from hardstand.model.violation import NotApplicableError

Found: TypeAlias = Reason[Privilege]
Mounted: TypeAlias = list[tuple[Container, str | None, bool]]
"""Which container mounts the volume of which name, and whether read-only."""

_ORDINARY = Inferred(Privilege.ORDINARY, ("its pods ask for nothing that other pods do not have",))
_UNTOLD = Inferred(Privilege.ORDINARY, ("its pods are described by another object",))


def privilege_of(workload: Workload) -> Inferred[Privilege]:
    """What the workload may do on its node, with at most three reasons; never raises.

    A field that cannot be read tells nothing, and a note among the reasons says so. Rights in the API are not looked
    at, so the answer is never `cluster`.
    """
    asked = Asked()
    try:
        pods = asked.of(lambda one: (one.pod,), workload)
    except NotApplicableError:
        return _UNTOLD
    return infer([one for pod in pods for one in _found(pod, asked)], asked.notes, _ORDINARY)


def _found(pod: PodSpec, asked: Asked) -> Iterator[Found]:
    containers = readable_containers(pod, asked)
    # Read for the note alone: further down, what cannot be read is no user namespace.
    asked.of(lambda one: (one.host_users,), pod)
    for question in _OF_POD:
        yield from asked.of(question, pod)
    for container in containers:
        for ask in _OF_CONTAINER:
            yield from asked.of(ask, container)
    volumes = asked.of(lambda one: one.volumes, pod)
    mounted = _mounted(containers, asked) if volumes else []
    for volume in volumes:
        yield from asked.of(lambda one: _host_path(one, mounted), volume)


def _because(view: View, text: str, *steps: str | int) -> str:
    """The phrase with the place that it speaks of."""
    root = view
    while root.parent is not None:
        root = root.parent
    shown, _ = FieldNames(dict(root.data)).of(view.at(*steps))
    return f"{text} ({shown})"


def _named(container: Container) -> str:
    return (
        f"{container.role} {short(container.name)}".rstrip()
        if isinstance(container.get("name"), str)
        else container.role
    )


def _processes(pod: PodSpec) -> Iterator[Found]:
    if pod.host_pid:
        yield Privilege.ELEVATED, _because(pod, "its pods see the node's processes", "hostPID")


def _network(pod: PodSpec) -> Iterator[Found]:
    if pod.host_network:
        yield Privilege.ELEVATED, _because(pod, "its pods are in the node's network", "hostNetwork")


def _memory(pod: PodSpec) -> Iterator[Found]:
    if pod.host_ipc:
        yield Privilege.ELEVATED, _because(pod, "its pods share memory with the node's processes", "hostIPC")


def _pod_windows(pod: PodSpec) -> Iterator[Found]:
    yield from _windows(pod.security_context, "its pods are processes of the Windows node")


def _pod_profiles(pod: PodSpec) -> Iterator[Found]:
    yield from _profiles(pod.security_context, "its pods run")


def _privileged(container: Container) -> Iterator[Found]:
    context = container.security_context
    if context.privileged:
        yield Privilege.NODE, _because(context, f"{_named(container)} is privileged", "privileged")


def _container_windows(container: Container) -> Iterator[Found]:
    yield from _windows(container.security_context, f"{_named(container)} is a process of the Windows node")


def _added(container: Container) -> Iterator[Found]:
    """In a user namespace of the pod's own, a capability is one over that namespace only (KEP-127)."""
    capabilities = container.security_context.capabilities
    names = [plain(name) for name in capabilities.add]
    pod = container.pod
    for at, name in enumerate(names):
        if name in RUNTIME_SET:
            continue
        how = _takes_node(name, names, pod)
        level = Privilege.NODE if how and pod.get("hostUsers") is not False else Privilege.ELEVATED
        text = f"{_named(container)} has the capability {short(name)}" + (f", {how}" if level is Privilege.NODE else "")
        yield level, _because(capabilities, text, "add", at)


def _takes_node(name: str, names: Sequence[str], pod: PodSpec) -> str | None:
    """How a capability makes root of the node; some do only together with something else."""
    if name == "SYS_PTRACE" and pod.get("hostPID") is True:
        return "with which it takes over the node's processes that it sees"
    if name == "BPF" and "PERFMON" in names:
        return "with which, together with PERFMON, its programs write to any process"
    return NODE_TAKING.get(name)


def _proc(container: Container) -> Iterator[Found]:
    """Without a user namespace of the pod's own, root there writes the settings of the node's kernel (KEP-4265)."""
    if unmasks_proc(container) and container.pod.get("hostUsers") is not False:
        text = f"{_named(container)} sees /proc unmasked"
        yield Privilege.NODE, _because(container.security_context, text, "procMount")


def _container_profiles(container: Container) -> Iterator[Found]:
    yield from _profiles(container.security_context, f"{_named(container)} runs")


def _ports(container: Container) -> Iterator[Found]:
    for port in container.ports:
        if port.host_port:
            text = f"{_named(container)} claims port {port.host_port} of the node"
            yield Privilege.ELEVATED, _because(port, text, "hostPort")


def _windows(context: PodSecurityContext | SecurityContext, text: str) -> Iterator[Found]:
    if context.windows_options.host_process:
        yield Privilege.NODE, _because(context.windows_options, text, "hostProcess")


def _profiles(context: PodSecurityContext | SecurityContext, who: str) -> Iterator[Found]:
    """Confinement that is switched off in words; none at all is the default of many clusters, and not said here."""
    seccomp, app_armor, selinux = context.seccomp_profile, context.app_armor_profile, context.selinux_options
    if seccomp.type == "Unconfined":
        yield Privilege.ELEVATED, _because(seccomp, f"{who} without seccomp", "type")
    if app_armor.type == "Unconfined":
        yield Privilege.ELEVATED, _because(app_armor, f"{who} without AppArmor", "type")
    if selinux.type == "spc_t":  # "Super privileged container": https://github.com/containers/container-selinux
        yield Privilege.ELEVATED, _because(selinux, f"{who} unconfined by SELinux", "type")


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
        yield level, _because(place, f"volume {short(volume.name)} mounts {short(path)} of the node, {access}", "path")


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


_OF_POD = (_pod_windows, _processes, _network, _memory, _pod_profiles)
_OF_CONTAINER = (_privileged, _container_windows, _added, _proc, _container_profiles, _ports)
