"""Container reserves no CPU.

Why
    CPU time on a busy node is shared by requests. A container without one gets the leftovers, and the scheduler fills
    the node as if the container needed nothing.

Fix
    Set `resources.requests.cpu` to what the program uses in ordinary times. A limit without a request is copied into
    the request, and a request of the whole pod or a default of the namespace counts too.

When it is fine
    Batch work that may wait.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from hardstand.analysis.resources import LIMIT_RANGE_FIELDS, requested
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control, near
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.policies import LimitRange


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P6.1",
        "nsa-cisa:network.resource-policies",
        "nist-800-53:SC-6",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
    reads=[near(LimitRange, *LIMIT_RANGE_FIELDS, needed=False)],
)
def check(container: Container, given: Given) -> Violations:
    """Init and regular containers need a request or a limit, of their own, of their pod or by default."""
    if not requested(container, "cpu", given.near(LimitRange, container.workload)):
        yield container.resources.violates("has neither a CPU request nor a limit", "requests", "cpu")
