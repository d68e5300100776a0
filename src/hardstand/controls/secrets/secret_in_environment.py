"""Secret is written into an environment variable.

Why
    A value in a manifest is in git, in every clone of it, in the CI logs that print it and in `kubectl get -o yaml` of
    everybody who may read the workload. It cannot be rotated without a change of the code, and the history keeps the
    old one. A weak placeholder counts as much: it is the password until somebody changes it.

Fix
    Rotate the secret first: it has been read by everything that read the manifest. Then keep it in a store (External
    Secrets, Vault, Sealed Secrets, SOPS) and mount it as a file; many images take `DB_PASSWORD_FILE` for it.

    In Compose: rotate the secret first: it has been read by everything that read the file. Then keep it in a file
    outside the repository, name that under `secrets`, and point the program to `/run/secrets/NAME`; many images take
    `DB_PASSWORD_FILE` for it. A value such as `${DB_PASSWORD}` without a default is not in the file.

When it is fine
    The value is no secret after all, such as a public key or a key that a vendor tells you to publish.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    - https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

from hardstand.analysis.secret_text import in_named_value
from hardstand.controls.api import (
    COMPOSE,
    HIGH,
    KUBERNETES,
    MINIMUM,
    WEEK_1,
    Confidence,
    NotNative,
    Violations,
    control,
)
from hardstand.inventory.views.container import Container


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P2.1",
        "twelve-controls:T2.1",
        "cis-kubernetes:5.4.1",
        "nsa-cisa:network.secrets",
        "nist-800-190:4.1.4",
        "nist-800-53:IA-5(7)",
        "pci-dss:8.6.2",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
    platforms=(KUBERNETES, COMPOSE),
    cel=NotNative.SECRETS,
    when=("container.env",),
)
def check(container: Container) -> Violations:
    """No variable may have a literal value that is a secret by its name, by its shape, or by a setting inside it."""
    for variable in container.env:
        found = in_named_value(variable.name or "", variable.value or "")
        if found:
            yield variable.violates(
                f"has a literal {found} in the variable {variable.name or 'without a name'}", "value"
            )
