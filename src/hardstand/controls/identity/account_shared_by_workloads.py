"""Several workloads run as one service account.

Why
    A right that one of them needs, all of them have, and whoever takes over the weakest holds it. The audit log names
    the account, so it cannot tell which of them did what.

Fix
    Give each workload a service account of its own, and each account the rights of its workload.

When it is fine
    Parts of one program that are released together and need the same. Pods that carry no token are not reported, and
    steps of a deployment (hooks) share the account of what they deploy.

References
    - https://kubernetes.io/docs/concepts/security/service-accounts/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from hardstand.analysis.hooks import is_hook
from hardstand.analysis.joining import by_name, of_neighbour
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
    near,
)
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.workload import Workload


def _stands_alone(workload: Workload) -> bool:
    """Tell whether nobody has made it, and no tool runs it as a step of a deployment."""
    return not workload.metadata.owner_references and not is_hook(workload)


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.4",
        "nist-800-53:AC-6",
        "nist-800-53:IA-9",
        "pci-dss:7.2.5",
        "iso-27001:A.5.16",
    ),
    reads=[
        near(
            Workload,
            "metadata.annotations",
            "metadata.ownerReferences",
            "pod.spec.serviceAccountName",
            "pod.spec.serviceAccount",
            needed=False,
            counts=_stands_alone,
        ),
        near(ServiceAccount, "automountServiceAccountToken", needed=False),
    ],
)
def check(workload: Workload, given: Given) -> Violations:
    """No other workload of the namespace that nothing owns may name the account; `default` is judged elsewhere."""
    account, pod = workload.service_account, workload.pod
    if account == "default" or not _stands_alone(workload):
        raise NotApplicableError(Why.NO_SUBJECT)
    mounted = pod.automount_token
    if mounted is None:
        accounts = given.table(ServiceAccount, workload, by_name).under(account)
        mounted = next((of_neighbour(one, lambda each: each.automount_token) for one in accounts), None)
    if mounted is False:
        return
    for other in given.table(Workload, workload, by_account).under(account):
        if (other.kind, other.name) != (workload.kind, workload.name) and of_neighbour(other, _stands_alone):
            message = f"runs as {account}, as {other.kind.name} {other.name} does"
            field = "serviceAccountName" if pod.service_account_name else "serviceAccount"
            yield pod.violates(message, field, cause=f"ServiceAccount:{workload.namespace}/{account}")
            return


def by_account(workload: Workload) -> tuple[str]:
    """The key of a table that is asked by service account."""
    return (workload.service_account,)
