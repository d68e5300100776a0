"""Secret reaches the container as an environment variable.

Why
    A variable is handed to every child process, shows up in crash reports, debug pages and `/proc/PID/environ`, and
    keeps its value until the pod is replaced. A mounted Secret is read by who opens the file, and follows a rotation
    within a minute or so.

Fix
    Mount the Secret as a volume and tell the program the path; many images take `…_FILE` variables for it. Where
    `envFrom` takes a whole Secret, name the keys that are needed.

When it is fine
    The program takes the secret from nothing else. Better a Secret in a variable than a literal in the manifest.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    - https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.container import Container


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P2.2",
        "twelve-controls:T2.1",
        "cis-kubernetes:5.4.1",
        "nist-800-190:4.1.4",
        "nist-800-53:IA-5",
    ),
    cel=Cel(
        "container.?env.orValue([]).all(one, !one.?valueFrom.?secretKeyRef.hasValue())"
        " && container.?envFrom.orValue([]).all(one, !has(one.secretRef))",
        "env and envFrom",
    ),
    when=("container.env[].valueFrom", "container.envFrom"),
)
def check(container: Container) -> Violations:
    """No `env` entry may refer to a Secret, and no `envFrom` entry may take one."""
    for variable in container.env:
        if variable.value_from.secret_key_ref.exists:
            message = f"takes the variable {variable.name} from a Secret"
            yield variable.violates(message, "valueFrom", "secretKeyRef")
    for source in container.env_from:
        if source.secret_ref.exists:
            yield source.violates("takes a whole Secret as variables", "secretRef")
