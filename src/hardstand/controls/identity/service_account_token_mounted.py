"""Pod carries a token for the Kubernetes API.

Why
    Kubernetes mounts a token into every pod unless told not to. Whoever reads a file in the pod can then speak to the
    API server as its service account, and most programs never do so themselves.

Fix
    Set `automountServiceAccountToken: false` on the pod, or on its ServiceAccount; the pod's own word wins.

When it is fine
    Programs that talk to the API, such as operators. A workload whose service account, other than `default`, is given
    a role in its namespace or the whole cluster is taken to be one; where the input lacks that, except it by name.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    - https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from collections.abc import Iterable

from hardstand.analysis.joining import MalformedNeighbourError, by_name
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    Given,
    Repair,
    Violations,
    anywhere,
    control,
    near,
)
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.rbac import Binding, ClusterRoleBinding, RoleBinding
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "cis-kubernetes:5.1.6",
        "nsa-cisa:pod-security.service-account-tokens",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
    ),
    reads=[
        near(ServiceAccount, "automountServiceAccountToken", needed=False),
        near(RoleBinding, "subjects", needed=False),
        anywhere(ClusterRoleBinding, "subjects", needed=False),
    ],
    fix=Repair("Leave the token out of the pod", safe=False),
)
def check(workload: Workload, given: Given) -> Violations:
    """The pod, else its ServiceAccount, must refuse the token; an account that is not in the input does not."""
    pod, field, account = workload.pod, "automountServiceAccountToken", workload.service_account
    mounted = pod.automount_token
    if mounted is None:
        accounts = given.table(ServiceAccount, workload, by_name).under(account)
        mounted = next((one.automount_token for one in accounts), None)
    if mounted is False or (account != "default" and _holds_a_role(workload, given)):
        return
    yield pod.violates("carries a token for the Kubernetes API", field, edits=[pod.put(False, field)])


def _holds_a_role(workload: Workload, given: Given) -> bool:
    """Tell whether its account has rights in its namespace or everywhere."""
    account = (workload.namespace, workload.service_account)
    here, everywhere = given.table(RoleBinding, workload, holders), given.table_anywhere(ClusterRoleBinding, holders)
    if here.under(account) or everywhere.under(account):
        return True
    for one, error in (*here.unreadable, *everywhere.unreadable):
        raise MalformedNeighbourError(one, error)
    return False


def holders(binding: Binding) -> Iterable[tuple[str | None, str]]:
    """The namespace and name of each service account that a binding names, as the keys of a table."""
    return binding.accounts
