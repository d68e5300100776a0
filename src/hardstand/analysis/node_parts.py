"""How much of a node lies behind a path of it that a pod mounts.

Sources: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath, the Filesystem Hierarchy Standard
https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html, and the directories in the kubelet's and the runtimes'
own documentation.
"""

from collections.abc import Sequence

from hardstand.analysis.folders import SYSTEM_FOLDERS, clean, inside
from hardstand.model.tier import Privilege

SOCKETS: Sequence[str] = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/podman/podman.sock",
    r"\\.\pipe\docker_engine",
    r"\\.\pipe\containerd-containerd",
)
"""Sockets of container runtimes, which start any container for whoever speaks to them."""

HARMLESS: Sequence[str] = (
    "/etc/ca-certificates",
    "/etc/localtime",
    "/etc/os-release",
    "/etc/pki/ca-trust",
    "/etc/ssl/certs",
    "/etc/timezone",
    "/usr/share/ca-certificates",
    "/usr/share/zoneinfo",
)
"""Files and folders in those that tell nothing worth hiding."""

_KEYS = ("/etc/kubernetes", "/etc/rancher", "/etc/shadow", "/root", "/var/lib/etcd", "/var/lib/kubelet")
"""Where credentials lie that are good for the whole node, or for more: to read them is enough."""

_OBEYED = (
    *(folder for folder in SYSTEM_FOLDERS if folder not in ("/dev", "/run")),
    "/home",
    "/opt/cni",
    "/run/containerd",
    "/run/crio",
    "/run/dbus",
    "/run/docker",
    "/run/k3s",
    "/run/systemd",
    "/var/spool/cron",
)
"""What root on the node runs, loads or logs in by: to write there is enough.

Not every folder below `/run`: many agents share a socket of their own there. And not the devices below `/dev`: the
device cgroup of an unprivileged container keeps them shut, mounted or not.
"""


def reaches_runtime(path: str, sockets: Sequence[str] = SOCKETS) -> bool:
    """Tell whether a container runtime's socket is at `path` or below it; to connect to one is not a write."""
    return any(inside(socket, path) for socket in sockets)


def is_harmless(path: str, harmless: Sequence[str] = HARMLESS) -> bool:
    """Tell whether `path` is one of `harmless` or below one."""
    return any(inside(path, folder) for folder in harmless)


def overlaps(path: str, folders: Sequence[str]) -> bool:
    """Tell whether `path` is one of `folders`, lies in one or holds one."""
    return any(inside(path, folder) or inside(folder, path) for folder in folders)


def takes(path: str, *, writable: bool, as_root: bool) -> Privilege:
    """How much of its node a pod has that mounts `path` of it.

    `as_root`: a container with the mount may run as root; others cannot read what only root may, nor connect to a
    socket somewhere below. Who mounts the very socket of a runtime has made sure that it can. A path that is neither
    sensitive nor harmless still is a part of the node that other pods do not have.
    """
    if clean(path) in map(clean, SOCKETS) or (as_root and reaches_runtime(path)):
        return Privilege.NODE
    if is_harmless(path) and not writable:
        return Privilege.ORDINARY
    if as_root and overlaps(path, _KEYS):
        return Privilege.NODE
    if writable and (overlaps(path, _OBEYED) or clean(path) == "/dev"):
        return Privilege.NODE
    return Privilege.ELEVATED
