"""Binding gives a role although it has expired.

Why
    What was given for hours is held for ever, unless somebody takes it away: Kubernetes itself knows no end of a
    binding, and whoever gave it has long forgotten.

Fix
    Delete the binding, or give the role anew with `hardstand rbac grant`; `hardstand watch --apply` deletes whatever
    has expired by itself.

When it is fine
    Never: where the role is still needed, write a later end in the annotation `hardstand.dev/expires`, and who says so.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://www.rfc-editor.org/rfc/rfc3339#section-5.6
"""

from hardstand.analysis.rbac.expiry import EXPIRES, expires
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, NotNative, Violations, control
from hardstand.inventory.views.rbac import Binding


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.3",
        "nist-800-53:AC-2(3)",
        "pci-dss:8.2.7",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    cel=NotNative.CLOCK,
)
def check(binding: Binding, given: Given) -> Violations:
    """The end that a binding names must not have come; a binding that names none has none."""
    end = expires(binding)
    if end is not None and end <= given.now and _gives(binding):
        when = end.isoformat(timespec="minutes").replace("+00:00", "Z")
        yield binding.violates(f"expired at {when} and still gives its role", "metadata", "annotations", EXPIRES)


def _gives(binding: Binding) -> bool:
    """A binding without subjects gives nothing."""
    return any(True for _ in binding.grantees)
