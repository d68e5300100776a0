"""Objects and worlds for tests, read from YAML as the product reads them."""

from collections.abc import Iterable, Sequence
from typing import Any

from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.workload import Workload
from hardstand.text.document import Document
from hardstand.text.reader import read


def objects(text: str) -> list[KubeObject]:
    """Every object in a text of YAML documents."""
    found: list[KubeObject] = []
    for part in read(text.encode()):
        assert isinstance(part, Document), part
        found += as_objects(part.value)
    return found


def as_objects(value: Any) -> list[KubeObject]:
    """The object, or the objects of the list, that a decoded document is."""
    found = list(objects_in(value, file="case.yaml", document=0, rendered_from=None, namespace="default"))
    assert all(isinstance(one, KubeObject) for one in found), found
    return [one for one in found if isinstance(one, KubeObject)]


def workload_of(case: dict[str, Any]) -> Workload:
    """The workload of a case: its `object`, or a Deployment of its `pod`."""
    whole = case.get("object") or {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": {"spec": case["pod"]}},
    }
    return Workload(as_objects(whole)[0])


def world(around: Iterable[KubeObject], reads: Sequence[tuple[type[Subject], Sequence[str]]]) -> Neighbours:
    """What joins see of the objects: only the fields that are read."""
    keeping = Keeping.of(reads)
    return Neighbours([kept for one in around if (kept := keeping.prune(one)) is not None], keeping)
