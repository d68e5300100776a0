"""Binding lets somebody start pods where a stronger service account lives.

Why
    Whoever writes a pod, or what makes pods, chooses the service account that it runs as, of all in the namespace. If
    one of them holds what leads to the whole cluster, so does whoever may deploy beside it. A right in all namespaces
    is one in `kube-system` as well, where Kubernetes' own controllers have their accounts.

Fix
    Move what runs as the stronger account to a namespace of its own, and bind the role where people deploy.

When it is fine
    Where those who are named are trusted with the whole cluster anyway, or admission says who may use which account.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
    - https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from collections.abc import Sequence

from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.power import MAKE_PODS, gives_any
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._granting import grantees, listed
from hardstand.controls.identity._picture import BINDINGS, ROLES, Strong, role_of_binding, strong
from hardstand.inventory.views.rbac import Binding

_SYSTEM = "kube-system"


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.4",
        "cis-kubernetes:5.1.4",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    reads=[ROLES, BINDINGS],
)
def check(binding: Binding, given: Given) -> Violations:
    """Whoever may make pods must not reach an account that leads to the whole cluster, unless they hold as much."""
    if is_own_binding(binding) or binding.role.name == "cluster-admin":
        raise NotApplicableError(Why.NO_SUBJECT)
    whom = [who for _, _, who in grantees(binding)]
    role = role_of_binding(binding, given) if whom else None
    if role is None or not gives_any(role, MAKE_PODS):
        return
    known = given.around(strong)
    if not binding.namespace and role.name in known.roles:
        return
    weaker = [who for who in whom if who not in known.everyone]
    reached = _reached(binding.namespace or "", weaker, known)
    if weaker and reached:
        where = f"in {binding.namespace}" if binding.namespace else "everywhere"
        message = f"lets {listed(weaker)} start pods {where}, and so run as {reached}"
        yield binding.role.violates(message, "name")


def _reached(namespace: str, weaker: Sequence[Who], known: Strong) -> str:
    """The stronger account that is reached there, as people call it; empty where there is none."""
    if namespace in ("", _SYSTEM):
        return f"any of Kubernetes' own controllers in {_SYSTEM}"
    accounts = known.accounts.get(namespace, ())
    if accounts:
        return f"{Who(Sort.ACCOUNT, accounts[0], namespace)}, which leads to the whole cluster"
    if weaker and known.unreadable:
        raise min(known.unreadable, key=str)
    return ""
