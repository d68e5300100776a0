"""Container reserves no memory.

Why
    The scheduler counts a container without a memory request as nothing and puts any number of them on a node. When
    memory runs short there, they are the first to be evicted.

Fix
    Set `resources.requests.memory` to what the program needs in ordinary times. A limit without a request is copied
    into the request, and a request of the whole pod or a default of the namespace counts too.

When it is fine
    Batch work that may be evicted at any time.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
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
    if not requested(container, "memory", given.near(LimitRange, container.workload)):
        yield container.resources.violates("has neither a memory request nor a limit", "requests", "memory")
