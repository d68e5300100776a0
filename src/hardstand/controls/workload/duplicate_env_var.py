"""Container sets one environment variable twice.

Why
    The last one wins and the first is silently ignored, so that what somebody reads in the manifest is not what runs.
    Tools that merge manifests by name may drop either.

Fix
    Remove the one that should not count.

    In Compose: remove the one that should not count; Compose takes the last.

References
    - https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
"""

from hardstand.controls.api import COMPOSE, KUBERNETES, LOW, PRODUCTION, QUARTERLY, NotNative, Violations, control
from hardstand.inventory.views.container import Container


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "nist-800-53:CM-6"),
    platforms=(KUBERNETES, COMPOSE),
    cel=NotNative.COST,
    when=("container.env",),
)
def check(container: Container) -> Violations:
    """Names in `env` must differ."""
    seen: set[str] = set()
    for variable in container.env:
        if variable.name in seen:
            yield variable.violates(f"sets {variable.name} more than once", "name")
        elif variable.name:
            seen.add(variable.name)
