"""Workload in production names an interface for administrators of another environment.

Why
    A console of staging has staging's accounts and staging's locks. What production hands to it, or takes from it, is
    as safe as the weaker side, and the connection is a way across for whoever sits there.

Fix
    Let the workload use the interface of production, or none.
    Interfaces are declared in the baseline, `admin_interfaces` of each environment under `boundary`, by host.

When it is fine
    Where one interface is meant to serve both sides: declare it for production as well.

References
    - https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
    - https://kubernetes.io/docs/concepts/security/multi-tenancy/
"""

from collections.abc import Iterable

from hardstand.analysis.sides import Foreign
from hardstand.baseline.boundary import Environment
from hardstand.baseline.globs import Glob
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Given, Violations, control
from hardstand.controls.boundary._hosts import WORKLOADS, foreign_hosts
from hardstand.controls.boundary._production import NAMESPACES
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "production-checklist:P4.3",
        "nist-800-53:SC-2",
        "pci-dss:6.5.3",
        "iso-27001:A.8.31",
    ),
    reads=[NAMESPACES, WORKLOADS],
    needs_boundary=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """No variable, argument or command may name a host that only another environment declares as its interface."""
    yield from foreign_hosts(workload, given, given.once(_interfaces), "an interface for administrators")


def _interfaces(given: Given) -> Foreign:
    return Foreign(given.boundary, _of)


def _of(environment: Environment) -> Iterable[Glob]:
    return environment.admin_interfaces
