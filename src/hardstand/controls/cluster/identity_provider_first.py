"""Encryption at rest writes Secrets in clear text first.

Why
    The first provider of a list writes, the others only read. With `identity` first nothing new is encrypted, and what
    was encrypted becomes clear text as it is written again.

Fix
    Move `identity` behind a provider that encrypts, and write all Secrets anew.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#providers
"""

from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEKS_2_4,
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
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T2.2",
        "cis-kubernetes:1.2.28",
        "nsa-cisa:network.secrets",
        "nist-800-53:SC-28",
        "pci-dss:3.5.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
    reads=[anywhere(EncryptionFile, needed=False)],
)
def check(encryption: Encryption, given: Given) -> Violations:
    """The first provider for Secrets must not be identity."""
    encryption_told(encryption, given)
    found = encryption.of_resource("secrets")
    if found is None:
        raise NotApplicableError(Why.NO_SUBJECT)  # secrets-not-encrypted tells.
    if not found.providers or found.providers[0].name == "identity":
        yield found.violates("writes Secrets as they are", "providers", *((0,) if found.providers else ()))
