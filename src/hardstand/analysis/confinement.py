"""What several controls on the confinement of pods ask, mostly as the Pod Security Standards answer it.

Source, where no other is named: k8s.io/pod-security-admission v0.37.2, policy/helpers.go and policy/check_*.go.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.security_context import PodSecurityContext, Profile, SecurityContext

T = TypeVar("T")

WINDOWS_SINCE = 25
"""The first minor version in which Windows pods need no Linux settings (KEP-2802)."""

USER_NAMESPACE_SINCE = 35
"""The first minor version in which root inside a user namespace counts as an ordinary user (KEP-127)."""


def at_minor(table: Mapping[int, T], minor: int) -> T:
    """The entry of a version table for v1.`minor`: the one with the greatest first minor that is not above it."""
    return table[max(first for first in table if first <= minor)]


def security_contexts(pod: PodSpec) -> Iterator[PodSecurityContext | SecurityContext]:
    """The pod's security context, then each container's; those that are absent are there as empty views."""
    yield pod.security_context
    for container in pod.containers:
        yield container.security_context


def confines(profile: Profile) -> bool:
    """Tell whether a seccomp or AppArmor profile that is there is a confining one; an empty one is not."""
    return profile.type in ("RuntimeDefault", "Localhost")


def kind_of(profile: Profile) -> str:
    """The type of a profile, for a message: `of type Unconfined`, or `without a type`."""
    return f"of type {profile.type}" if profile.type else "without a type"


def exempt_as_windows(pod: PodSpec, minor: int) -> bool:
    """Tell whether v1.`minor` asks no Linux settings of the pod, because it says that it is for Windows nodes."""
    return minor >= WINDOWS_SINCE and pod.os.name == "windows"


def exempt_in_user_namespace(pod: PodSpec, minor: int) -> bool:
    """Tell whether v1.`minor` lets the pod be root, because it runs in a user namespace (`hostUsers: false`)."""
    return minor >= USER_NAMESPACE_SINCE and pod.host_users is False


def unmasks_proc(container: Container) -> bool:
    """Tell whether the container asks for another /proc than the masked default; an empty string does (KEP-4265)."""
    mount = container.security_context.proc_mount
    return mount is not None and mount != "Default"
