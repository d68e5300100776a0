"""Workload in production uses the same database host as one of another environment.

Why
    A test that goes wrong, or a migration tried out in staging, then runs on production's data or takes its server
    down, and whoever reads staging's password is one step from what customers trusted you with.

Fix
    Give each environment a database server of its own, and name it in the workload's configuration.
    Hosts are taken from literal variables, arguments and commands; names of Services are compared within one cluster:
    where environments declare `clusters` that overlap, or are told apart by namespaces alone.

When it is fine
    A name or address that means another machine in each network, as private addresses may.

References
    - https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    - https://www.pcisecuritystandards.org/document_library/
"""

from collections.abc import Iterator

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Confidence, Given, Violations, control
from hardstand.controls.boundary._hosts import WORKLOADS, hosts_of, shown
from hardstand.controls.boundary._production import NAMESPACES, only_in_production
from hardstand.controls.boundary._sharing import Users
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "nist-800-53:SC-4",
        "pci-dss:6.5.3",
        "pci-dss:6.5.5",
        "soc2:C1.1",
        "iso-27001:A.8.31",
    ),
    reads=[NAMESPACES, WORKLOADS],
    needs_boundary=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """No database host that a production workload names may be named by a workload of another environment."""
    only_in_production(workload, given)
    own = [*given.environments(workload), *given.perhaps(workload)]
    seen = set[str]()
    users = given.once(_users)
    for named in hosts_of(workload, given):
        host = named.host
        if not named.is_database or host in seen:
            continue
        seen.add(host)
        users.must_be_there()

        def is_one(other: str, host: str = host) -> bool:
            return not host.endswith(".svc") or any(given.placing.one_network(name, other) for name in own)

        found = users.sharing(host, is_one)
        if found and given.in_production(workload):
            message = f"uses the {named.store} host {host}, as {found[1]} of {found[0]} does"
            yield workload.violates(message, *shown(named.place), cause=f"host:{host}")
    if seen:
        users.must_see()


def _users(given: Given) -> Users:
    return Users(given, _databases)


def _databases(workload: Workload, given: Given) -> Iterator[str]:
    return (named.host for named in hosts_of(workload, given) if named.is_database)
