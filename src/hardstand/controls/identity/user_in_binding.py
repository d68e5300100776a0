"""Binding names a person instead of a group.

Why
    The identity provider knows who joins, moves and leaves, and tells it by groups. A user that is named in a binding
    keeps the right when they have changed teams, and whoever reads the binding cannot tell why they have it.

Fix
    Make or take a group of the identity provider for the work, put the person in it, and name the group.

When it is fine
    Clusters whose users come from certificates without groups, and programs that sign in as users of their own.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens
"""

from hardstand.analysis.rbac.who import Sort
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.controls.identity._granting import grantees
from hardstand.inventory.views.rbac import Binding


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "production-checklist:P3.3",
        "nist-800-53:AC-2",
        "pci-dss:7.2.2",
        "pci-dss:8.2.5",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    cel=Cel(
        "!object.?subjects.orValue([]).exists(one, one.kind == 'User' && !one.name.startsWith('system:'))", "subjects"
    ),
)
def check(binding: Binding) -> Violations:
    """No subject may be a user but those of Kubernetes' own components, whose names begin with `system:`."""
    for view, _, who in grantees(binding):
        if who.sort is Sort.USER and not who.name.startswith("system:"):
            yield view.violates(f"names {who} instead of a group", "name")
