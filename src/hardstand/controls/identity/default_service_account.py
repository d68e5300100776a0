"""Pod runs as the default service account.

Why
    Every pod of the namespace that names no account shares this one. A right that one of them needs, all of them
    have, and the audit log cannot tell them apart.

Fix
    Make a ServiceAccount for the workload and name it in `serviceAccountName`.

When it is fine
    Pods that carry no token do not use the account; those with `automountServiceAccountToken: false` and no projected
    token are not reported.

References
    - https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Violations, control
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.4",
        "cis-kubernetes:5.1.5",
        "nist-800-53:IA-9",
        "pci-dss:2.2.2",
    ),
    cel=Cel(
        "!((podSpec.?serviceAccountName.orValue('') != '' ? podSpec.serviceAccountName"
        " : podSpec.?serviceAccount.orValue('')) in ['', 'default'])"
        " || (!podSpec.?automountServiceAccountToken.orValue(true) && !volumes.exists(volume,"
        " volume.?projected.?sources.orValue([]).exists(source, has(source.serviceAccountToken))))",
        "serviceAccountName",
    ),
)
def check(workload: Workload) -> Violations:
    """The account's name, `default` when absent, must be another one where the pod carries a token."""
    pod = workload.pod
    if workload.service_account != "default" or (pod.automount_token is False and not _projects_token(pod)):
        return
    yield pod.violates("runs as the default service account", "serviceAccountName")


def _projects_token(pod: PodSpec) -> bool:
    sources = (source for volume in pod.volumes for source in volume.projected.sources)
    return any(source.service_account_token.exists for source in sources)
