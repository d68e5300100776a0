"""Pod uses a Secret whose name is not on the list.

Why
    Whoever may create pods in a namespace can read every Secret there by mounting it, whatever their role says of
    Secrets. Where several teams or trust levels share a namespace, a naming rule is what keeps them apart.

Fix
    Use a Secret of the declared names, or move the workload into a namespace of its own, which is the better wall.
    Declare the names as the parameter `names`; `*` stands for anything.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/#restrict-access-to-specific-containers
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Cel, Given, Violations, control, patterns
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.base import View
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload

NAMES = text_list("names", "Names that Secrets used by pods may have; `*` stands for anything.")


_ALLOWED = "optMap(name, name == '' || named.exists(pattern, name.matches(pattern))).orValue(true)"


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P2.3", "cis-kubernetes:5.1.2", "nist-800-53:AC-3", "nist-800-53:AC-6"),
    parameters=(NAMES,),
    cel=Cel(
        "containers.all(one,"
        f" one.?env.orValue([]).all(each, each.?valueFrom.?secretKeyRef.?name.{_ALLOWED})"
        f" && one.?envFrom.orValue([]).all(each, each.?secretRef.?name.{_ALLOWED}))"
        f" && volumes.all(volume, volume.?secret.?secretName.{_ALLOWED}"
        f" && volume.?projected.?sources.orValue([]).all(each, each.?secret.?name.{_ALLOWED}))",
        "Secrets of env, envFrom and volumes",
        {"named": patterns(NAMES)},
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """Every Secret in `env`, `envFrom` and volumes must have a declared name."""
    allowed = given[NAMES]
    for container in workload.containers:
        yield from _outside(_of_container(container), allowed)
    for volume in workload.pod.volumes:
        yield from _outside(_of_volume(volume), allowed)


def _outside(uses: Iterator[tuple[View, str, str | None]], allowed: tuple[str, ...]) -> Violations:
    for view, field, name in uses:
        if name and not any(fnmatchcase(name, pattern) for pattern in allowed):
            yield view.violates(f"uses the Secret `{name}`, outside the declared names", field)


def _of_container(container: Container) -> Iterator[tuple[View, str, str | None]]:
    for variable in container.env:
        yield variable.value_from.secret_key_ref, "name", variable.value_from.secret_key_ref.name
    for source in container.env_from:
        yield source.secret_ref, "name", source.secret_ref.name


def _of_volume(volume: Volume) -> Iterator[tuple[View, str, str | None]]:
    yield volume.secret, "secretName", volume.secret.secret_name
    for source in volume.projected.sources:
        yield source.secret, "name", source.secret.name
