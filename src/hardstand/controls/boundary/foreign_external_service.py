"""Workload in production names an outside service of another environment.

Why
    Payments that go to a sandbox are not paid, mails that go to a test inbox are not read, and a test tenant that gets
    production's data keeps it where nobody guards it.

Fix
    Name the service that production is meant to use.
    Services are declared in the baseline, `external_services` of each environment under `boundary`, by host.

When it is fine
    Where both sides are meant to use it: declare it for production as well.

References
    - https://12factor.net/backing-services
    - https://12factor.net/dev-prod-parity
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
    frameworks=("production-checklist:P1.1", "nist-800-53:AC-4", "pci-dss:6.5.3", "iso-27001:A.8.31"),
    reads=[NAMESPACES, WORKLOADS],
    needs_boundary=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """No variable, argument or command may name a host that only another environment declares as its service."""
    yield from foreign_hosts(workload, given, given.once(_services), "an external service")


def _services(given: Given) -> Foreign:
    return Foreign(given.boundary, _of)


def _of(environment: Environment) -> Iterable[Glob]:
    return [one.host for one in environment.external_services]
