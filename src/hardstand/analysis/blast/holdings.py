"""What a workload has in its hands beside its token: the Secrets that its pods are given, and the class of its data.

Source: https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets. Secrets with which images are pulled
are the kubelet's, and are in no pod.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hardstand.inventory.views.container import Container
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Data
from hardstand.model.violation import MalformedFieldError, NotApplicableError

T = TypeVar("T")
Sensitivity = Callable[[Workload], Data]
"""How sensitive the data is that a workload handles."""

HOLDING_FIELDS = (
    "pod.spec.volumes",
    *(
        f"pod.spec.{sort}.{key}"
        for sort in ("containers", "initContainers", "ephemeralContainers")
        for key in ("env", "envFrom", "image")
    ),
)
"""What is read of workloads."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What whoever is in a workload's pods has there."""

    secrets: tuple[str, ...]
    data: Data
    notes: tuple[str, ...] = ()
    """What could not be read of it."""


def holdings(one: Workload, sensitivity: Sensitivity) -> Holdings:
    """What a workload has. Never raises: what cannot be read is told with it."""
    notes: list[str] = []
    try:
        found = sorted(set(_secrets(one, notes)))
    except NotApplicableError:
        found = []
    except MalformedFieldError as error:
        found = []
        notes.append(f"in {one.object.ref}, {error}")
    return Holdings(tuple(found), sensitivity(one), tuple(notes))


def _secrets(one: Workload, notes: list[str]) -> Iterator[str]:
    def ask(read: Callable[[], Sequence[T]]) -> Sequence[T]:
        try:
            return read()
        except MalformedFieldError as error:
            notes.append(f"in {one.object.ref}, {error}")
            return ()

    pod = one.pod
    for volume in ask(lambda: pod.volumes):
        yield from ask(lambda volume=volume: list(_of_volume(volume)))  # type: ignore[misc]
    for container in ask(lambda: pod.containers):
        yield from ask(lambda container=container: list(_of_container(container)))  # type: ignore[misc]


def _of_volume(volume: Volume) -> Iterator[str]:
    names = [volume.secret.secret_name, *(one.secret.name for one in volume.projected.sources)]
    yield from filter(None, names)


def _of_container(container: Container) -> Iterator[str]:
    names = [
        *(one.value_from.secret_key_ref.name for one in container.env),
        *(one.secret_ref.name for one in container.env_from),
    ]
    yield from filter(None, names)
