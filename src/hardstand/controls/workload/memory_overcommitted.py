"""Container may use far more memory than it reserves.

Why
    The scheduler fills nodes by requests. Where limits are much higher, a node runs out of memory as soon as a few
    containers use what they may, and pods are killed.

Fix
    Bring `resources.requests.memory` nearer to `resources.limits.memory`.

When it is fine
    How far the two may be apart is for you to say: nothing is reported until the parameter `max_ratio` is declared.
    A limit without a request counts as its own request.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from hardstand.analysis.quantities import amount
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, NotNative, Violations, control
from hardstand.controls.parameter import ratio
from hardstand.inventory.views.container import Container

MAX_RATIO = ratio("max_ratio", "How many times its memory request a container's limit may be")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-53:SC-6", "soc2:A1.1", "iso-27001:A.8.6"),
    parameters=[MAX_RATIO],
    cel=NotNative.EXACT,
    when=("container.resources.requests.memory", "container.resources.limits.memory"),
)
def check(container: Container, given: Given) -> Violations:
    """Limit divided by request, where both are set, must not be above the declared ratio."""
    largest, resources = given[MAX_RATIO], container.resources
    request, limit = amount(resources.requests, "memory"), amount(resources.limits, "memory")
    if request and limit and limit > request * largest:
        times = float(limit / request)
        yield resources.violates(f"may use {times:.3g} times the memory that it reserves", "limits", "memory")
