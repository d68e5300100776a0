"""Production mounts or names a secret, or a store of secrets, of another environment.

Why
    Secrets of staging are known to many and change rarely, so what they open in production is open to all who know
    them; and a store that production depends on must be guarded as production is.

Fix
    Keep what production needs in its own store, under names of its own, and name that.
    Stores are declared in the baseline, `secret_stores` of each environment under `boundary`: patterns for names of
    SecretStores and Secrets and for host names, such as `vault.staging.example`. What production declares as well, by
    name or by pattern, is its own.

When it is fine
    Where both sides are meant to use the store: declare it for production as well.

References
    - https://external-secrets.io/latest/guides/multi-tenancy/
    - https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

from collections.abc import Iterable, Iterator

from hardstand.analysis.secret_sources import SecretNamed, secrets_named
from hardstand.analysis.sides import Foreign
from hardstand.baseline.boundary import Environment
from hardstand.baseline.globs import Glob
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEKS_2_4,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.boundary._hosts import WORKLOADS, hosts_of, shown, spellings
from hardstand.controls.boundary._production import NAMESPACES, only_in_production
from hardstand.inventory.views.boundary import SecretUser
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "production-checklist:P2.1",
        "twelve-controls:T2.1",
        "nist-800-53:SC-12",
        "pci-dss:6.5.3",
        "iso-27001:A.8.31",
    ),
    reads=[NAMESPACES, WORKLOADS],
    needs_boundary=True,
)
def check(user: SecretUser, given: Given) -> Violations:
    """Every Secret, store and host named in production must not be declared by another environment alone."""
    only_in_production(user, given)
    foreign = given.once(_stores)
    if not foreign.any:
        raise NotApplicableError(Why.NOT_DECLARED)
    seen = set[SecretNamed]()
    for named in _named(user, given):
        environment = next((found for word in spellings(named.word) if (found := foreign.environment(word))), None)
        if environment is not None and named not in seen and given.in_production(user):
            seen.add(named)
            message = f"uses {named.what} {named.word}, of {environment}, in production"
            yield user.violates(message, *named.place, cause=f"secret:{named.word}")


def _named(user: SecretUser, given: Given) -> Iterator[SecretNamed]:
    yield from secrets_named(user)
    if user.kind in Workload.kinds:
        for one in hosts_of(Workload(user.object), given):
            yield SecretNamed(one.host, "the secret store at", shown(one.place))


def _stores(given: Given) -> Foreign:
    return Foreign(given.boundary, _of)


def _of(environment: Environment) -> Iterable[Glob]:
    return environment.secret_stores
