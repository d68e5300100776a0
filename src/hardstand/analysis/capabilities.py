"""Which Linux capabilities give how much away.

Source: https://man7.org/linux/man-pages/man7/capabilities.7.html, and for what runtimes give every container
https://github.com/containerd/containerd/blob/main/pkg/oci/spec.go (`defaultUnixCaps`).
"""

from collections.abc import Mapping

BASELINE_SET = (
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
)
"""What baseline lets containers add at all versions (pod-security-admission, policy/check_capabilities_baseline.go)."""

RUNTIME_SET = frozenset((*BASELINE_SET, "NET_RAW"))
"""What a container has that asks for nothing: to add one of these gives it no more than its neighbours have."""

NODE_TAKING: Mapping[str, str] = {
    "ALL": "which holds every capability",
    "DAC_READ_SEARCH": "with which it opens any file of the node",
    "SYS_ADMIN": "with which it mounts the node's filesystems",
    "SYS_BOOT": "with which it starts another kernel",
    "SYS_MODULE": "with which it loads kernel modules",
    "SYS_RAWIO": "with which it writes to devices and memory",
}
"""Each of these alone is enough to become root of the node, and how."""


def plain(name: str) -> str:
    """The capability's name in capitals without the prefix: runtimes take any case, with and without `CAP_`."""
    return name.upper().removeprefix("CAP_")
