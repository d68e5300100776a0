"""Role allows with a star what it could name.

Why
    A star is every verb, resource or group that exists, and every one that an upgrade or a new operator brings: rights
    grow and nobody has decided so. It also hides what the holder does need.

Fix
    Write the verbs, resources and groups that are used. `kubectl api-resources -o wide` lists those that there are.

When it is fine
    Tools that treat all kinds alike, such as backups and policy engines: let them read everything, and name what they
    write. A rule that allows everything is reported by `everything-allowed` alone.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
"""

from hardstand.analysis.rbac.rights import is_everything
from hardstand.analysis.rbac.rule import ALL
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Violations, control
from hardstand.controls.identity._rights import EVERYTHING, NOT_WRITTEN, RULES, called, judged
from hardstand.inventory.views.rbac import AnyRole

_FIELDS = {"verbs": "verb", "resources": "resource", "apiGroups": "API group", "nonResourceURLs": "path"}


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.3",
    ),
    cel=Cel(
        f"{NOT_WRITTEN} || {RULES}.all(rule, ({EVERYTHING}) || !('*' in rule.?verbs.orValue([])"
        " || '*' in rule.?resources.orValue([]) || '*' in rule.?apiGroups.orValue([])"
        " || '*' in rule.?nonResourceURLs.orValue([])))",
        "rules",
    ),
)
def check(role: AnyRole) -> Violations:
    """No rule may have a star for verbs, resources, groups or paths."""
    for view, rule in judged(role):
        if is_everything(rule):
            continue
        lists = {
            "verbs": rule.verbs,
            "resources": rule.resources,
            "apiGroups": rule.groups,
            "nonResourceURLs": rule.urls,
        }
        for field, what in _FIELDS.items():
            if ALL in lists[field]:
                yield view.violates(f"allows every {what} there is", field, cause=f"{called(role)}:{view.path[-1]}")
