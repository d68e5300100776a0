"""Encryption at rest leaves Secrets out.

Why
    The file names other resources, or none, so that Secrets are written as they are, while the flag suggests that they
    are not.

Fix
    Add `secrets` to `resources`, with a provider that encrypts first.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import encryption_told
from hardstand.inventory.views.encryption import Encryption, EncryptionFile


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T2.2",
        "cis-kubernetes:1.2.27",
        "nsa-cisa:network.secrets",
        "nist-800-53:SC-28",
        "pci-dss:3.5.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
    reads=[anywhere(EncryptionFile, needed=False)],
)
def check(encryption: Encryption, given: Given) -> Violations:
    """Secrets must be among the resources."""
    encryption_told(encryption, given)
    if encryption.of_resource("secrets") is None:
        yield encryption.violates("does not encrypt Secrets", "resources")
