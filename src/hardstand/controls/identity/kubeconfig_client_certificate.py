"""Kubeconfig signs in with a client certificate.

Why
    Kubernetes cannot revoke a certificate: until it ends, often after a year, whoever has it is that user in those
    groups, whatever the identity provider says meanwhile, and with no second factor. The groups stand in the
    certificate, so leaving a team changes nothing.

Fix
    Sign people in through the identity provider: `hardstand rbac kubeconfig` writes such a file. Keep one certificate
    of an administrator for when the provider cannot be reached, locked away and short-lived.

When it is fine
    For the control plane and kubelets, which have nothing else and rotate theirs; users that are called `system:…` or
    `default-auth`, as kubeadm calls them, are not reported.

References
    - https://kubernetes.io/docs/concepts/security/hardening-guide/authentication-mechanisms/#x509-client-certificate-authentication
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.kubeconfig import Kubeconfig, NamedUser

_MACHINES = ("system:", "default-auth")
"""Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/"""


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "twelve-controls:T1.5",
        "cis-kubernetes:3.1.1",
        "nist-800-53:IA-5",
        "pci-dss:8.2.5",
    ),
)
def check(kubeconfig: Kubeconfig) -> Violations:
    """No user but one of the control plane or a kubelet may have a client certificate."""
    people = [entry for entry in kubeconfig.users if not _machine(entry)]
    if not people:
        raise NotApplicableError(Why.NO_SUBJECT)
    for entry in people:
        given = {"client-certificate-data": entry.user.client_certificate_data}
        given["client-certificate"] = entry.user.client_certificate
        key = next((key for key, value in given.items() if value), None)
        if key is not None:
            yield entry.user.violates("signs in with a client certificate", key, caption=f"user {entry.name}")


def _machine(entry: NamedUser) -> bool:
    return (entry.name or "").startswith(_MACHINES)
