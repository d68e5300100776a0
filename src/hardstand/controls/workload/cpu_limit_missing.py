"""Container has no CPU limit.

Why
    A container without a limit may use all CPU time of its node that others have not reserved: a busy loop or a
    miner in it slows every neighbour and is paid for.

Fix
    Set `resources.limits.cpu`, or a default in a LimitRange of the namespace. Leave room for bursts: a limit that is
    too low throttles the program.

    In Compose: set `deploy.resources.limits.cpus` or `cpus`.

When it is fine
    Where all containers request the CPU that they need. Requests alone share a node fairly, and many teams leave the
    limit out on purpose so that idle CPU is not wasted; switch this control off then.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    - https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from hardstand.analysis.resources import LIMIT_RANGE_FIELDS, limited
from hardstand.controls.api import COMPOSE, KUBERNETES, LOW, PRODUCTION, QUARTERLY, Given, Violations, control, near
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.policies import LimitRange


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P6.1",
        "nsa-cisa:network.resource-policies",
        "nist-800-53:SC-5",
        "nist-800-53:SC-6",
    ),
    reads=[near(LimitRange, *LIMIT_RANGE_FIELDS, needed=False)],
    platforms=(KUBERNETES, COMPOSE),
)
def check(container: Container, given: Given) -> Violations:
    """Init and regular containers need a limit of their own, of their pod or by default of the namespace."""
    if not limited(container, "cpu", given.near(LimitRange, container.workload)):
        yield container.resources.violates("has no CPU limit", "limits", "cpu")
