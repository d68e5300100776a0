"""The smallest cut of real estates, held against looking at everything."""

import json
import random
from collections.abc import Iterator, Sequence
from itertools import combinations, count
from pathlib import Path
from typing import Any

import pytest

from hardstand.access.cutting.answering import Answer, Looked, answered
from hardstand.access.cutting.cut import Cut, leading
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS, Running
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import ADMIN, Graph, Node, Step, identity, key_of
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import user
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring import ScanRequest
from hardstand.wiring.surveying import surveyed

GROUP = "rbac.authorization.k8s.io"
START = identity(user("mallory"))


def look(neighbours: Neighbours) -> tuple[Permissions, Graph]:
    permissions = Permissions.of(neighbours, settled=False)
    return permissions, graph_of(picture_of(neighbours, permissions, settled=False))


def read(folder: Path, objects: Sequence[dict[str, Any]]) -> Neighbours:
    """The picture of these objects, by way of a file."""
    folder.mkdir(exist_ok=True)
    (folder / "estate.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    found = surveyed(ScanRequest(paths=(str(folder),)), [*ESCALATION_READS, *RUNNING_READS])
    assert not found.unreadable
    return found.neighbours


def cut(neighbours: Neighbours) -> Answer:
    return answered(neighbours, lambda one: Looked(*look(one), [START], [ADMIN]), Keeping(), seconds=60)


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


ALL = role("cluster-admin", rule(["*"], ["*"], group="*"))
MALLORY = {"kind": "User", "apiGroup": GROUP, "name": "mallory"}


def interleaved() -> list[dict[str, Any]]:
    """Mallory may take the tokens of 4 accounts, each of these those of 5 more, and these those of 2, which hold all.

    That is 4 * 5 * 2 = 40 paths. Of the first four, two may take tokens by one binding and two by another; so may the
    five by two bindings, so that one grant is in many paths. What is cheapest lies in the middle.
    """
    first, second, last = ([f"{row}{at}" for at in range(many)] for row, many in (("a", 4), ("b", 5), ("c", 2)))
    token = ["create"], ["serviceaccounts/token"]
    return [
        ALL,
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


def named(path: tuple[Node, ...]) -> tuple[Node, ...]:
    """A path by who one is on it; the powers between are left out."""
    return tuple(node for node in path if node.who or node == ADMIN)


def test_of_40_interleaved_paths_none_remains(tmp_path: Path) -> None:
    before = read(tmp_path / "before", interleaved())
    permissions, graph = look(before)
    assert len({named(path) for path in paths(graph, START, ADMIN)}) == 40
    answer = cut(before)
    assert isinstance(answer.outcome, Cut)
    assert answer.outcome.exact
    gone = {(one.kind, one.binding.name, one.who.name) for one in answer.grants}
    after = read(tmp_path / "after", without(interleaved(), gone))
    _, left = look(after)
    assert not list(paths(left, START, ADMIN))
    assert sum(1 for _ in look(after)[0].grants) == len(permissions.grants) - len(gone)
    costs = weighed(before, permissions, graph)
    assert answer.outcome.weight == cheapest(graph, costs)


def without(objects: Sequence[dict[str, Any]], gone: set[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The objects without some subjects of some bindings; edited by this test, and by nothing that is tested."""
    found = []
    for one in objects:
        if "subjects" in one:
            key = one["kind"], one["metadata"]["name"]
            one = {**one, "subjects": [who for who in one["subjects"] if (*key, who["name"]) not in gone]}
        found.append(one)
    return found


def relevant(graph: Graph) -> list[Step]:
    """The steps on some way from the start to the target."""
    forth, back = graph.reachable([START]), leading(graph, [ADMIN])
    return [step for step in graph.steps if step.start in forth and step.end in back]


def weighed(neighbours: Neighbours, permissions: Permissions, graph: Graph) -> dict[tuple[str, str, str], int]:
    """What each grant costs that some way needs, and that may go."""
    weigh = Keeping().weigh(permissions, Running(neighbours))
    held = {key_of(need): need for step in relevant(graph) for need in step.needs}
    keys = sorted(held)
    costs = zip(keys, weigh([held[key] for key in keys]), strict=True)
    return {key: cost for key, cost in costs if cost is not None}


def cheapest(graph: Graph, costs: dict[tuple[str, str, str], int]) -> int | None:
    """What the cheapest cut costs, by trying every set of grants."""
    steps = [(step.start, step.end, {key_of(need) for need in step.needs}) for step in relevant(graph)]
    best: int | None = None
    for size in range(len(costs) + 1):
        for gone in combinations(costs, size):
            cost = sum(costs[key] for key in gone)
            if (best is None or cost < best) and not reached(steps, set(gone)):
                best = cost
    return best


def reached(steps: Sequence[tuple[Node, Node, set[tuple[str, str, str]]]], gone: set[tuple[str, str, str]]) -> bool:
    found = {START}
    while ADMIN not in found:
        more = {end for start, end, needs in steps if start in found and not needs & gone} - found
        if not more:
            return False
        found |= more
    return True


ACCOUNTS = [f"s{at}" for at in range(5)]
RBAC_RULES: dict[str, list[dict[str, Any]]] = {
    "binder": [rule(["bind"], ["clusterroles"], "cluster-admin", group=GROUP)],
    "maker": [rule(["create"], ["clusterrolebindings"], group=GROUP)],
    "escalator": [rule(["escalate"], ["clusterroles"], group=GROUP)],
    "editor": [rule(["update", "patch"], ["clusterroles"], group=GROUP)],
    "signer": [rule(["create"], ["certificatesigningrequests"], group="certificates.k8s.io")],
    "reader": [rule(["get", "list"], ["pods", "services", "configmaps"])],
}


def estate(pick: random.Random) -> list[dict[str, Any]]:
    """A few accounts who may become one another, and some who may come to hold everything, alone or by two grants."""
    made = [ALL, *(role(name, *rules) for name, rules in RBAC_RULES.items())]
    everybody = [MALLORY, *map(account, ACCOUNTS)]
    for at in range(pick.randint(2, 4)):
        names = pick.sample(ACCOUNTS, pick.randint(1, 3))
        verb = pick.choice([(["create"], ["serviceaccounts/token"]), (["impersonate"], ["serviceaccounts"])])
        more = RBAC_RULES["reader"] if pick.random() < 0.4 else []
        made.append(role(f"become-{at}", rule(*verb, *names), *more))
        subjects = pick.sample(everybody, pick.randint(1, 2))
        if at == 0 and MALLORY not in subjects:
            subjects = [MALLORY, *subjects]
        made.append(binding(f"become-{at}", f"become-{at}", *subjects, namespace="shop"))
    ways = [("binder", "maker"), ("escalator", "editor"), ("cluster-admin",), ("reader",), ("signer", "reader")]
    for at in range(pick.randint(2, 3)):
        who = pick.sample(everybody, pick.choice((1, 1, 2)))
        made.extend(binding(f"{part}-{at}", part, *who) for part in pick.choice(ways))
    if pick.random() < 0.3:
        made.append(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "web", "namespace": "shop"},
                "spec": {
                    "template": {
                        "spec": {
                            "serviceAccountName": pick.choice(ACCOUNTS),
                            "containers": [{"name": "a", "image": "a"}],
                        }
                    }
                },
            }
        )
    return made


@pytest.mark.parametrize("seed", range(5))
def test_on_100_of_500_estates_no_cut_is_cheaper(seed: int, tmp_path: Path) -> None:
    pick = random.Random(seed)
    looked = cuts = shared = two = both = 0
    for at in count():
        if looked == 100:
            break
        objects = estate(pick)
        neighbours = read(tmp_path / str(at), objects)
        permissions, graph = look(neighbours)
        costs = weighed(neighbours, permissions, graph)
        if len(costs) > 12:
            continue  # Too many to try every set.
        looked += 1
        answer = cut(neighbours)
        assert isinstance(answer.outcome, Cut)
        assert answer.outcome.exact
        assert answer.outcome.weight == cheapest(graph, costs), objects
        gone = {(one.kind, one.binding.name, one.who.name) for one in answer.grants}
        if gone:
            cuts += 1
            _, left = look(read(tmp_path / f"{at}-after", without(objects, gone)))
            assert ADMIN not in left.reachable([START])
        uses = [key_of(need) for step in relevant(graph) for need in step.needs]
        is_shared = any(uses.count(key) > 1 for key in costs)
        is_two = any(len(step.needs) > 1 for step in relevant(graph))
        shared, two, both = shared + is_shared, two + is_two, both + (is_shared and is_two)
    print(f"{cuts} of 100 estates need a cut; {shared} have shared grants, {two} steps of two grants, {both} both")
    assert cuts >= 50
    assert shared >= 30
    assert two >= 30
    assert both >= 20
