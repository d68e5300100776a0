"""Port cannot exist.

Why
    A port beyond 65535 or a name that is no port name is refused by the API server, or leads nowhere, and the rollout
    fails at the last step instead of in review.

Fix
    Use a number from 1 to 65535, or a name of at most 15 lower-case letters, digits and single hyphens with a letter
    in it.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
    - https://www.rfc-editor.org/rfc/rfc6335#section-5.1
"""

import re

from hardstand.controls.api import LOW, MINIMUM, QUARTERLY, NotNative, Violations, control
from hardstand.inventory.views.ports import PortHolder

_NAME = re.compile(r"(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=MINIMUM,
    frameworks=("production-checklist:P11", "nist-800-53:CM-6", "iso-27001:A.8.9"),
    cel=NotNative.SPREAD,
    when=("container.ports",),
)
def check(holder: PortHolder) -> Violations:
    """A target or container port must be a number from 1 to 65535 or an IANA service name; one finding a port.

    Kubernetes takes a target of 0 and an empty target or name as not set.
    """
    seen: set[tuple[str | int, ...]] = set()
    for port in holder.ports:
        unset = port.value in ("", 0) and port.field != "containerPort"
        if port.view.path not in seen and not unset and not _can_exist(port.value):
            seen.add(port.view.path)
            yield port.view.violates(f"names port {port.value}, which cannot exist", port.field)


def _can_exist(port: int | str) -> bool:
    return 1 <= port <= 65535 if isinstance(port, int) else _NAME.fullmatch(port) is not None
