"""Questions about paths on a node, answered by whole path segments: `/data` holds `/data/x` and not `/database`."""

import posixpath


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
