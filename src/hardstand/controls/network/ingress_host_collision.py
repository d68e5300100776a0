"""Two Ingresses claim the same host and path.

Why
    Which of the two is served depends on the controller, mostly on which is older, and changes when one is made anew.
    Whoever may write an Ingress in another namespace can so take over, or break, a path that is not theirs.

Fix
    Let one Ingress serve the path. Keep host names to namespaces with an admission policy.

When it is fine
    Where the Ingresses are never in one cluster, such as two environments under one name.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches
    - https://github.com/kubernetes/ingress-nginx/blob/main/docs/how-it-works.md
"""

from collections.abc import Hashable, Iterable

from hardstand.analysis.joining import of_neighbour
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Confidence, Given, Violations, anywhere, control
from hardstand.inventory.views.ingress import Ingress

_CANARY = "nginx.ingress.kubernetes.io/canary"
"""Marks an Ingress that takes a share of another's requests on purpose."""


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "nist-800-53:SC-7",
        "nist-800-53:CM-6",
        "pci-dss:6.5.1",
        "soc2:CC6.6",
        "iso-27001:A.8.9",
    ),
    reads=[
        anywhere(
            Ingress,
            "metadata.annotations",
            "spec.ingressClassName",
            "spec.rules.host",
            "spec.rules.http.paths.path",
            "spec.rules.http.paths.pathType",
        )
    ],
)
def check(ingress: Ingress, given: Given) -> Violations:
    """No other Ingress of the same class may claim a host and path of this one; rules without a host are left out."""
    table = given.table_anywhere(Ingress, claims_of)
    near = {id(one): one for claim in ingress.claims for one in table.under(claim)}
    near.update((id(one), one) for one, _ in table.unreadable)
    rivals = [] if _is_canary(ingress) else [one for one in near.values() if _shares(ingress, one)]
    if not rivals:
        return
    for rule in ingress.spec.rules:
        for path in rule.http.paths:
            claim = ((rule.host or "").lower(), path.path_ or "/", "Exact" if path.path_type == "Exact" else "Prefix")
            others = sorted(str(one.object.ref) for one in rivals if claim in one.claims)
            if rule.host and others:
                yield path.violates(f"claims {rule.host}{path.path_ or '/'}, as does {', '.join(others)}", "path")


def claims_of(ingress: Ingress) -> Iterable[Hashable]:
    """What an Ingress claims, as the keys of a table."""
    return ingress.claims


def _shares(ingress: Ingress, other: Ingress) -> bool:
    """Tell whether the other is another object of the same class that claims something of this one."""
    if other.object.key == ingress.object.key:
        return False
    shared = any(host for host, _path, _type in ingress.claims & of_neighbour(other, lambda one: one.claims))
    return shared and other.class_name == ingress.class_name and not _is_canary(other)


def _is_canary(ingress: Ingress) -> bool:
    return ingress.metadata.annotations.get(_CANARY) == "true"
