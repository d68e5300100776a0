"""Secret of production can be changed in place.

Why
    A change to a Secret reaches running pods at an unforeseen moment, without a rollout that could be watched, held or
    rolled back, and whoever may edit it can slip in a credential, certificate or address of their own.

Fix
    Set `immutable: true`, and give each new content a new name that the workloads refer to, so that a rotation is a
    rollout.

When it is fine
    Where a controller renews the Secret and programs follow it while they run, as with certificates.

References
    - https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable
"""

from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.controls.cluster._production import NAMESPACES, PRODUCTION_NAMESPACES, only_in_production
from hardstand.inventory.views.config import Secret

_WRITTEN = ("bootstrap.kubernetes.io/token", "helm.sh/release.v1", "kubernetes.io/service-account-token")
"""Types of Secrets that controllers and Helm write."""


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("twelve-controls:T2.4", "nist-800-53:CM-5", "pci-dss:6.5.1", "soc2:CC8.1", "iso-27001:A.8.32"),
    parameters=[PRODUCTION_NAMESPACES],
    reads=[NAMESPACES],
    fix=Repair("Make it immutable", safe=False),
)
def check(secret: Secret, given: Given) -> Violations:
    """`immutable` must be true; Secrets that controllers and Helm write are left out."""
    only_in_production(secret, given)
    if secret.type in _WRITTEN:
        raise NotApplicableError(Why.NO_SUBJECT)
    if secret.immutable is not True:
        yield secret.violates("can be changed in place", "immutable", edits=[secret.put(True, "immutable")])
