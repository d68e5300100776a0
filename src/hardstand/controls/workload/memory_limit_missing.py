"""Container has no memory limit.

Why
    A container that leaks, or is made to allocate, then takes the memory of its node, and the kernel or the kubelet
    ends other pods to make room.

Fix
    Set `resources.limits.memory` to a little more than the most that the program needs under load. A limit for the
    whole pod, or a LimitRange with a default in the namespace, does as well.

    In Compose: set `deploy.resources.limits.memory` or `mem_limit`.

When it is fine
    Node agents that must survive everything else on the node, and are watched.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from hardstand.analysis.resources import LIMIT_RANGE_FIELDS, limited
from hardstand.controls.api import COMPOSE, KUBERNETES, MEDIUM, MINIMUM, WEEKS_2_4, Given, Violations, control, near
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.policies import LimitRange


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P6.1",
        "nsa-cisa:network.resource-policies",
        "nist-800-53:SC-5",
        "nist-800-53:SC-6",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
    reads=[near(LimitRange, *LIMIT_RANGE_FIELDS, needed=False)],
    platforms=(KUBERNETES, COMPOSE),
)
def check(container: Container, given: Given) -> Violations:
    """Init and regular containers need a limit of their own, of their pod or by default of the namespace."""
    if not limited(container, "memory", given.near(LimitRange, container.workload)):
        yield container.resources.violates("has no memory limit", "limits", "memory")
