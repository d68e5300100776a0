"""Key of encryption at rest lies on the control plane's disk.

Why
    The key stands in a file beside the data that it protects, in backups of the host, and in whatever made the file.
    Nobody sees it being read, and it rotates by hand.

Fix
    Use a key manager: `kms` with `apiVersion: v2` first.

When it is fine
    On one machine, where a key manager would keep its own key on the same disk.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/
"""

from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.cluster._files import encryption_told
from hardstand.inventory.views.encryption import Encryption, EncryptionFile


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.1",
        "nist-800-53:SC-12",
        "pci-dss:3.6.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
    reads=[anywhere(EncryptionFile, needed=False)],
)
def check(encryption: Encryption, given: Given) -> Violations:
    """The first provider for Secrets must be kms."""
    encryption_told(encryption, given)
    found = encryption.of_resource("secrets")
    if found is None or not found.providers or (first := found.providers[0]).name == "identity":
        raise NotApplicableError(Why.NO_SUBJECT)  # Other controls tell.
    if first.name != "kms":
        yield first.violates("takes its key from a file", first.name)
