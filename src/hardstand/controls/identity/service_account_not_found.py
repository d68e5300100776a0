"""Pod names a service account that is not there.

Why
    The API server refuses the pods until the account exists: the controller is accepted, and no pod ever starts.

Fix
    Add the ServiceAccount to the same namespace, or correct the name.

When it is fine
    Where something outside the input makes the account.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller
"""

from hardstand.analysis.joining import by_name
from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Confidence, Given, Violations, control, near
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P3.1", "production-checklist:P11", "nist-800-53:IA-9"),
    reads=[near(ServiceAccount)],
)
def check(workload: Workload, given: Given) -> Violations:
    """The named account must be in the workload's namespace; `default` always is."""
    account, pod = workload.service_account, workload.pod
    if account == "default":
        return
    if not given.table(ServiceAccount, workload, by_name).under(account):
        field = "serviceAccountName" if pod.service_account_name else "serviceAccount"
        yield pod.violates(f"runs as the service account {account}, which is not there", field)
