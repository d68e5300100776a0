"""Role lets its holders put themselves between everybody and the API server.

Why
    A mutating webhook is shown every object that is written, Secrets among them, and may change it; a validating one is
    shown them too. Whoever configures webhooks reads the cluster's secrets and puts containers into other people's
    pods.

Fix
    Take `create`, `update` and `patch` on the configurations out, and let the pipeline that installs the webhook write
    them.

When it is fine
    Controllers that keep the certificate of their own webhook in its configuration: name that in `resourceNames`,
    which is not reported. Guard such a controller all the same, since it can make its own webhook see more.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (
    Right(
        ("create", "update", "patch"),
        "admissionregistration.k8s.io",
        (),
        ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
    ),
)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.12",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:AC-6(10)",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.18",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No ClusterRole may allow to write webhook configurations that it does not name."""
    return gives(role, "lets its holders put themselves between everybody and the API server", *RIGHTS)
