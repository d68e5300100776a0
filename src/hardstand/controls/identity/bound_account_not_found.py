"""Binding names a service account that is not there.

Why
    The rights wait for whoever makes an account of that name: a person who may do nothing else in the namespace becomes
    what the deleted program was. Mostly the program has gone, or the name is written wrong and the program fails.

Fix
    Take the subject out of the binding, or correct its name or namespace.

When it is fine
    Where something outside the input makes the account.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
"""

from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.who import Sort
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Repair,
    UnknownError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.identity._granting import grantees
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.rbac import Binding
from hardstand.model.violation import not_in_input


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "twelve-controls:T1.3",
        "nist-800-53:AC-2",
        "pci-dss:8.2.4",
        "soc2:CC6.2",
        "iso-27001:A.5.16",
    ),
    reads=[anywhere(ServiceAccount, needed=False)],
    fix=Repair("Take the account out of the binding", safe=False),
)
def check(binding: Binding, given: Given) -> Violations:
    """Each account must be in its namespace; `default` always is, and Kubernetes makes those of its own."""
    if is_own_binding(binding):
        raise NotApplicableError(Why.NO_SUBJECT)
    known = given.table_anywhere(ServiceAccount, by_place)
    open_: UnknownError | None = None
    for view, at, who in grantees(binding):
        if who.sort is not Sort.ACCOUNT or who.name == "default" or known.under((who.namespace, who.name)):
            continue
        if not given.knows(ServiceAccount, who.namespace):
            open_ = open_ or not_in_input("ServiceAccount", who.namespace)
            continue
        yield view.violates(f"names {who}, which is not there", "name", edits=[binding.remove("subjects", at)])
    if open_ is not None:
        raise open_


def by_place(account: ServiceAccount) -> tuple[tuple[str, str]]:
    """The key of a table that is asked by namespace and name."""
    return ((account.namespace or "", account.name),)
