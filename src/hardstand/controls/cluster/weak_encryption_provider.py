"""Encryption at rest uses a provider that is not recommended.

Why
    AES-GCM with a fixed key loses its strength after 200,000 writes, which a cluster reaches without anybody noticing.
    Version 1 of the key management protocol is deprecated, and slow enough that people turn it off.

Fix
    Put `kms` with `apiVersion: v2`, or `secretbox`, first.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#providers
    - https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/
"""

from hardstand.controls.api import (
    MEDIUM,
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
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.encryption import Encryption, EncryptionFile

ALLOWED = text_list("allowed", "Which providers may come first", ("kms", "secretbox", "aescbc"))


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T2.2",
        "cis-kubernetes:1.2.28",
        "nist-800-53:SC-13",
        "pci-dss:3.6.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
    parameters=[ALLOWED],
    reads=[anywhere(EncryptionFile, needed=False)],
)
def check(encryption: Encryption, given: Given) -> Violations:
    """The first provider for Secrets must be one of those allowed, and kms of version 2."""
    encryption_told(encryption, given)
    found = encryption.of_resource("secrets")
    if found is None or not found.providers or (first := found.providers[0]).name == "identity":
        raise NotApplicableError(Why.NO_SUBJECT)  # Other controls tell.
    if first.name not in given[ALLOWED]:
        yield first.violates(f"encrypts Secrets with {first.name}", first.name)
    elif first.name == "kms" and (first.kms.api_version or "v1") == "v1":
        yield first.kms.violates("talks to the key manager in version 1", "apiVersion")
