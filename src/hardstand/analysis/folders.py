"""Questions about paths on a node, answered by whole path segments: `/data` holds `/data/x` and not `/database`."""

import posixpath

SYSTEM_FOLDERS = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/lib/rancher",
    "~/.aws",
    "~/.docker",
    "~/.gnupg",
    "~/.kube",
    "~/.ssh",
)
"""What holds a machine's secrets or controls it, and what holds a person's credentials, who runs Compose."""


def clean(path: str) -> str:
    """The path without `.`, `..`, doubled and trailing slashes, and with `/var/run` as the `/run` that it is a link to.

    Source: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s13.html
    """
    normal = posixpath.normpath("/" + path.lstrip("/"))
    return normal.removeprefix("/var") if _inside(normal, "/var/run") else normal


def inside(path: str, folder: str) -> bool:
    """Tell whether `path` is `folder` or lies below it."""
    return _inside(clean(path), clean(folder))


def _inside(path: str, folder: str) -> bool:
    return path == folder or folder == "/" or path.startswith(folder + "/")
