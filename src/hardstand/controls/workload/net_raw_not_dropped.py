"""Container keeps the right to forge network packets.

Why
    With NET_RAW, which runtimes give by default, a program opens raw sockets: it can answer for other pods' addresses
    (ARP and DNS spoofing) and listen where it should not.

Fix
    Add `NET_RAW`, or better `ALL`, to `securityContext.capabilities.drop`, and do not add it back.

    In Compose: add `NET_RAW`, or better `ALL`, to `cap_drop`, and do not add it back under `cap_add`.

When it is fine
    Network tools. `ping` works without the capability where the node allows unprivileged ICMP sockets.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container
    - https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

from collections.abc import Sequence

from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Edit,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    always,
    control,
)
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.security_context import Capabilities


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "production-checklist:P6.1",
        "cis-kubernetes:5.2.8",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
    ),
    fix=Repair("Drop the capability NET_RAW", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "windows || (!container.?securityContext.?capabilities.?add.orValue([]).exists(name, name.upperAscii()"
        " in forging)"
        " && container.?securityContext.?capabilities.?drop.orValue([]).exists(name, name.upperAscii() in forging))",
        "securityContext.capabilities.drop",
        {"forging": always(["NET_RAW", "ALL", "CAP_NET_RAW", "CAP_ALL"])},
    ),
)
def check(container: Container) -> Violations:
    """NET_RAW must be dropped, by name or with ALL, and not be added; runtimes take any case and the prefix CAP_."""
    if container.pod.os.name == "windows":
        raise NotApplicableError(Why.NO_SUBJECT)
    capabilities = container.security_context.capabilities
    added = [at for at, name in enumerate(capabilities.add) if _plain(name) in ("NET_RAW", "ALL")]
    if added:
        edits = [*(capabilities.remove("add", at) for at in added), *_drop(capabilities)]
        yield capabilities.violates("adds the capability to forge packets, NET_RAW", "add", added[0], edits=edits)
    elif not _dropped(capabilities.drop):
        yield capabilities.violates("keeps the capability to forge packets, NET_RAW", "drop", edits=_drop(capabilities))


def _plain(name: str) -> str:
    return name.upper().removeprefix("CAP_")


def _dropped(drop: Sequence[str]) -> bool:
    return any(_plain(name) in ("NET_RAW", "ALL") for name in drop)


def _drop(capabilities: Capabilities) -> list[Edit]:
    if _dropped(capabilities.drop):
        return []
    if capabilities.drop:
        return [capabilities.put("NET_RAW", "drop", len(capabilities.drop))]
    return [capabilities.put(["NET_RAW"], "drop")]
