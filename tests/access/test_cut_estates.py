"""The smallest cut of real estates, held against looking at everything."""

import json
import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from hardstand.access.cutting.answering import Answer, answered
from hardstand.access.cutting.cut import Cut, leading
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS, Running
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import ADMIN, Graph, Node, Step, identity, key_of
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.defaults import assumed
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import user
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring import ScanRequest
from hardstand.wiring.surveying import surveyed

GROUP = "rbac.authorization.k8s.io"
START = identity(user("mallory"))


def look(neighbours: Neighbours) -> tuple[Permissions, Graph]:
    permissions = Permissions.of(neighbours, settled=False, assumed=assumed())
    return permissions, graph_of(picture_of(neighbours, permissions, settled=False))


def read(folder: Path, objects: Sequence[dict[str, Any]]) -> Neighbours:
    """The picture of these objects, by way of a file."""
    folder.mkdir(exist_ok=True)
    (folder / "estate.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    found = surveyed(ScanRequest(paths=(str(folder),)), [*ESCALATION_READS, *RUNNING_READS])
    assert not found.unreadable
    return found.neighbours


def cut(neighbours: Neighbours) -> Answer:
    return answered(neighbours, look, lambda _: [START], lambda _: [ADMIN], Keeping(), seconds=60)


def role(name: str, *rules: dict[str, Any], namespace: str = "") -> dict[str, Any]:
    kind, home = ("Role", {"namespace": namespace}) if namespace else ("ClusterRole", {})
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name, **home}, "rules": list(rules)}


def binding(name: str, role: str, *subjects: dict[str, Any], namespace: str = "") -> dict[str, Any]:
    kind, home = ("RoleBinding", {"namespace": namespace}) if namespace else ("ClusterRoleBinding", {})
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": name, **home},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": list(subjects),
    }


def rule(verbs: list[str], resources: list[str], *names: str, group: str = "") -> dict[str, Any]:
    named = {"resourceNames": list(names)} if names else {}
    return {"verbs": verbs, "apiGroups": [group], "resources": resources, **named}


def account(name: str) -> dict[str, Any]:
    return {"kind": "ServiceAccount", "namespace": "shop", "name": name}


MALLORY = {"kind": "User", "apiGroup": GROUP, "name": "mallory"}


def interleaved() -> list[dict[str, Any]]:
    """Mallory may take the tokens of 4 accounts, each of these those of 5 more, and these those of 2, which hold all.

    That is 4 * 5 * 2 = 40 paths. Of the first four, two may take tokens by one binding and two by another; so may the
    five by two bindings, so that one grant is in many paths. What is cheapest lies in the middle.
    """
    first, second, last = ([f"{row}{at}" for at in range(many)] for row, many in (("a", 4), ("b", 5), ("c", 2)))
    token = ["create"], ["serviceaccounts/token"]
    return [
        role("to-first", rule(*token, *first)),
        role("to-second", rule(*token, *second)),
        role("to-last", rule(*token, *last), rule(["get", "list", "watch"], ["pods", "services", "endpoints"])),
        *(binding(f"to-first-{at}", "to-first", MALLORY, namespace="shop") for at in range(2)),
        binding("to-second-0", "to-second", *map(account, first[:2]), namespace="shop"),
        binding("to-second-1", "to-second", *map(account, first[2:]), namespace="shop"),
        binding("to-last-0", "to-last", *map(account, second[:3]), namespace="shop"),
        binding("to-last-1", "to-last", *map(account, second[3:]), namespace="shop"),
        *(binding(f"all-{name}", "cluster-admin", account(name)) for name in last),
    ]


def paths(graph: Graph, start: Node, end: Node) -> Iterator[tuple[Node, ...]]:
    """Every path that comes to no node twice, by its nodes; nothing is left out."""
    to: dict[Node, set[Node]] = {}
    for step in graph.steps:
        to.setdefault(step.start, set()).add(step.end)

    def on(path: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
        if path[-1] == end:
            yield path
            return
        for after in sorted(to.get(path[-1], ())):
            if after not in path:
                yield from on((*path, after))

    return on((start,))
