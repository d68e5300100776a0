"""Container takes its environment from a ConfigMap or Secret, or a key of one, that is not there.

Why
    The container does not start until the object and the key exist: a release or a restart hangs, and it is found
    out when the node is drained.

Fix
    Add the object or the key, correct the name, or set `optional: true` if the program can do without.

When it is fine
    Where something outside the input makes the object. ExternalSecrets, SealedSecrets, Certificates and other makers of
    Secrets in the input are known, and what they make is taken to hold every key.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/
    - https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from hardstand.analysis.joining import by_name
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    Violation,
    Violations,
    control,
    near,
)
from hardstand.inventory.views.config import ConfigMap, Secret
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.policies import SecretMaker
from hardstand.inventory.views.references import KeyRef

Keys = Mapping[str, Collection[str]]
"""The keys of each object of a namespace, by the object's name."""


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2"),
    reads=[
        near(ConfigMap, "data.*", "binaryData.*"),
        near(Secret, "data.*", "stringData.*"),
        near(SecretMaker, *SecretMaker.KEEP, needed=False),
    ],
    when=("container.env[].valueFrom", "container.envFrom"),
)
def check(container: Container, given: Given) -> Violations:
    """Every reference in `env` and `envFrom` that is not optional must lead to an object, and to a key that it"
    " has."""
    workload = container.workload
    single, whole = [one.value_from for one in container.env], container.env_from
    for ref in _binding([*(one.config_map_key_ref for one in single), *(one.config_map_ref for one in whole)]):
        maps = given.table(ConfigMap, workload, by_name).under(ref.name)
        yield from _dangling(ref, "ConfigMap", {one.name: {*one.values, *one.binary} for one in maps})
    for ref in _binding([*(one.secret_key_ref for one in single), *(one.secret_ref for one in whole)]):
        if not given.table(SecretMaker, workload, secrets_made).under(ref.name):
            secrets = given.table(Secret, workload, by_name).under(ref.name)
            yield from _dangling(ref, "Secret", {one.name: {*one.values, *one.plain_values} for one in secrets})


def secrets_made(maker: SecretMaker) -> Iterable[str]:
    """The names of the Secrets that are made of it, as the keys of a table."""
    return maker.secret_names


def _binding(refs: Iterable[KeyRef]) -> Iterator[KeyRef]:
    """The references that have to lead somewhere."""
    return (ref for ref in refs if ref.exists and ref.name and ref.optional is not True)


def _dangling(ref: KeyRef, kind: str, held: Keys) -> Iterator[Violation]:
    name = ref.name or ""
    if name not in held:
        yield ref.violates(f"needs the {kind} {name}, which is not there", "name")
    elif ref.key and ref.key not in held[name]:
        yield ref.violates(f"needs the key {ref.key} of the {kind} {name}, which has no such key", "key")
