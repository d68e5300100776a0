"""Estates of tests: a YAML file whose first document says what is looked for, and whose last makes the difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, SECRETS, WORKLOAD, Graph, Node, identity
from hardstand.analysis.escalation.picture import ESCALATION_READS, Picture, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import parse
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject
from hardstand.text.document import Document
from hardstand.text.reader import read
from tests.analysis.objects import as_objects

FOLDER = Path(__file__).parent / "estates"


@dataclass(frozen=True)
class Estate:
    step: str
    start: Node
    end: Node
    settled: bool
    objects: Sequence[KubeObject]
    only: KubeObject


def estate(path: Path) -> Estate:
    parts = list(read(path.read_bytes()))
    values = [one.value for one in parts if isinstance(one, Document)]
    assert len(values) == len(parts)
    head = values[0]
    assert isinstance(head, dict)
    found = [one for value in values[1:] for one in as_objects(value)]
    start, end = (node_named(str(head[key])) for key in ("from", "to"))
    return Estate(str(head["step"]), start, end, bool(head.get("settled")), found[:-1], found[-1])


def estates() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def node_named(word: str) -> Node:
    sort, _, rest = word.partition(":")
    if sort in ("user", "group", "serviceaccount"):
        return identity(parse(word))
    if sort in (CLUSTER_ADMIN, NODE):
        return Node(sort, "", rest)
    namespace, _, name = rest.partition("/")
    assert sort in (SECRETS, WORKLOAD, "cloud-roles"), word
    return Node(sort, namespace, name)


def pictured(objects: Iterable[KubeObject], *, settled: bool = False) -> Picture:
    keeping = Keeping.of(ESCALATION_READS)
    kept = [found for one in objects if (found := keeping.prune(one)) is not None]
    neighbours = Neighbours(kept, keeping, complete=True)
    return picture_of(neighbours, Permissions.of(neighbours, settled=settled), settled=settled)


def graphed(objects: Iterable[KubeObject], *, settled: bool = False, also: Iterable[Node] = ()) -> Graph:
    return graph_of(pictured(objects, settled=settled), also)
