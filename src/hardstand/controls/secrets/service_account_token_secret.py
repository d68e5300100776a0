"""Service account has a token that does not end.

Why
    A Secret of the type `kubernetes.io/service-account-token` is filled with a token that is valid until the Secret is
    deleted, from anywhere, and is seen by all who may read Secrets in the namespace. Tokens that pods have had since
    Kubernetes 1.22 are renewed, bound to their pod and void without it; Secrets with tokens have not been made unasked
    since 1.24.

Fix
    In a pod use the projected token that is mounted anyway. From outside use `kubectl create token` or the TokenRequest
    API, or federate the CI system's own identity. Then delete the Secret, and `secrets` of the ServiceAccount.

When it is fine
    A system outside the cluster that can neither request tokens nor federate. Rotate it by hand and give it little.

References
    - https://kubernetes.io/docs/concepts/security/service-accounts/#authenticating-credentials
    - https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#manual-secret-management-for-serviceaccounts
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Violations, control
from hardstand.inventory.views.config import TokenHolder


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "nsa-cisa:pod-security.service-account-tokens",
        "nist-800-53:IA-5",
        "pci-dss:8.6.3",
        "iso-27001:A.5.17",
    ),
    cel=Cel(
        "kind == 'ServiceAccount' ? object.?secrets.orValue([]).size() == 0"
        " : object.?type.orValue('') != 'kubernetes.io/service-account-token'",
        "type or secrets",
    ),
)
def check(holder: TokenHolder) -> Violations:
    """No Secret may be of the type that gets a token, and no ServiceAccount may list Secrets."""
    if holder.kind.name == "ServiceAccount":
        if holder.secrets:
            yield holder.violates("lists Secrets, which is how tokens that do not end are held", "secrets")
    elif holder.type == "kubernetes.io/service-account-token":
        yield holder.violates("is filled with a token that does not end", "type")
