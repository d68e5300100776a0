"""Measure what `hardstand rbac` takes on made-up estates, and how it grows with the number of bindings.

    python benchmarks/rbac.py [--bindings 1000 3000 10000] [--write]

Of 10,000 bindings there are 3,000 roles, 10,000 service accounts and 1,000 namespaces; fewer in proportion. One in
fifty roles gives something by which others are reached, and one account in five hundred is administrator, so that there
are paths to find. Loading begins with decoded manifests. Each number is processor time, the best of several in one
process, so that it holds on a machine that does something else meanwhile.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import machine
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import ADMIN, Graph
from hardstand.analysis.escalation.paths import Search, shortest
from hardstand.analysis.escalation.picture import ESCALATION_READS, Picture, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in

README = Path(__file__).parent / "README.md"
START, END = "<!-- rbac:start -->", "<!-- rbac:end -->"
RBAC = "rbac.authorization.k8s.io"
PLAIN = ("configmaps", "services", "endpoints", "events", "pods/log", "persistentvolumeclaims", "leases", "ingresses")
STRONG: tuple[tuple[str, str, str], ...] = (
    ("", "pods", "create"),
    ("apps", "deployments", "patch"),
    ("", "secrets", "list"),
    ("", "pods/exec", "create"),
    ("", "serviceaccounts/token", "create"),
    ("", "serviceaccounts", "impersonate"),
)
T = TypeVar("T")


def estate(bindings: int) -> Iterator[dict[str, Any]]:
    """The objects, always the same for the same size."""
    rng = random.Random(bindings)
    spaces = [f"team-{number}" for number in range(max(1, bindings // 10))]
    accounts = [(rng.choice(spaces), f"app-{number}") for number in range(bindings)]
    for home, name in accounts:
        yield _object("v1", "ServiceAccount", name, home)
    for number in range(bindings // 5):
        home, name = accounts[number]
        spec = {"serviceAccountName": name, "containers": [{"name": "app", "image": "a", "securityContext": {}}]}
        if number % 200 == 0:
            spec["containers"][0]["securityContext"] = {"privileged": True}
        yield _object("apps/v1", "Deployment", f"run-{number}", home, spec={"template": {"spec": spec}})
    roles: list[tuple[str, str]] = [("", "administrator")]
    yield _object(f"{RBAC}/v1", "ClusterRole", "administrator", rules=[_rule("*", "*", "*")])
    for number in range(3 * bindings // 10):
        home = rng.choice(spaces) if number % 3 else ""
        rules = [_rule("", rng.choice(PLAIN), rng.choice(("get", "list", "update"))) for _ in range(rng.randint(1, 6))]
        if number % 50 == 1:
            rules.append(_rule(*rng.choice(STRONG)))
        roles.append((home, f"role-{number}"))
        yield _object(f"{RBAC}/v1", "Role" if home else "ClusterRole", f"role-{number}", home, rules=rules)
    for number in range(bindings):
        strong = number % 500 == 0
        home, role = roles[0] if strong else rng.choice(roles[1:])
        where = home or ("" if strong or number % 4 == 0 else rng.choice(spaces))
        yield _binding(number, where, role, "Role" if home else "ClusterRole", accounts[number])


def _binding(number: int, where: str, role: str, kind: str, account: tuple[str, str]) -> dict[str, Any]:
    subject = {"kind": "ServiceAccount", "namespace": account[0], "name": account[1]}
    return _object(
        f"{RBAC}/v1",
        "RoleBinding" if where else "ClusterRoleBinding",
        f"binding-{number}",
        where,
        roleRef={"apiGroup": RBAC, "kind": kind, "name": role},
        subjects=[subject],
    )


def _object(version: str, kind: str, name: str, namespace: str = "", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _rule(group: str, resource: str, verb: str) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "verbs": [verb]}


def best(work: Callable[[], T], times: int = 3) -> tuple[float, T]:
    """The least processor time that the work took, in seconds, and what it gave."""
    least, found = float("inf"), work()
    for _ in range(times):
        start = time.process_time()
        found = work()
        least = min(least, time.process_time() - start)
    return least, found


def loaded(values: list[dict[str, Any]]) -> Neighbours:
    """The decoded objects as one picture, of which joins read what they need."""
    keeping = Keeping.of(ESCALATION_READS)
    found = (
        one
        for at, value in enumerate(values)
        for one in objects_in(value, file="estate.yaml", document=at, rendered_from=None, namespace="default")
    )
    kept = [less for one in found if isinstance(one, KubeObject) and (less := keeping.prune(one)) is not None]
    return Neighbours(kept, keeping, complete=True)


def measured(bindings: int) -> str:
    """One line of the table."""
    values = list(estate(bindings))

    def index() -> Permissions:
        return Permissions.of(loaded(values), settled=False)

    indexing, permissions = best(index)
    asking, holders = best(lambda: permissions.holders(Request("list", "", "secrets", namespace="team-1")), 20)
    picturing, found = _pictured(values, permissions)
    building, graph = best(lambda: graph_of(found))
    starts = [node for node in graph.nodes if node.who is not None]
    walking, paths = best(lambda: shortest(graph, starts, {ADMIN}))
    searching, total = best(lambda: _all(graph), 1)
    return (
        f"| {bindings:,} | {len(permissions.roles):,} | {len(values):,} | {indexing:.2f} s | {asking * 1000:.2f} ms "
        f"({len(holders):,}) | {picturing + building:.2f} s | {len(graph.steps):,} | {walking:.2f} s ({len(paths):,}) "
        f"| {searching:.2f} s ({total:,}) |"
    )


def _pictured(values: list[dict[str, Any]], permissions: Permissions) -> tuple[float, Picture]:
    """The seconds that the picture takes of neighbours of which nothing was asked yet, and the picture."""
    neighbours = loaded(values)
    start = time.process_time()
    found = picture_of(neighbours, permissions, settled=False)
    return time.process_time() - start, found


def _all(graph: Graph) -> int:
    """How many simple paths of at most four steps there are, up to 100,000."""
    starts = [node for node in graph.nodes if node.who is not None]
    return len(Search(graph, {ADMIN}).run(starts, max_length=4, max_paths=100_000).paths)


def main() -> int:
    """Measure as the arguments say, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bindings", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    heads = "Bindings | Roles | Objects | Load and index | `who-can` (holders) | Graph | Steps"
    lines = [
        machine.line(),
        "",
        f"| {heads} | Shortest paths to cluster-admin (identities) | All simple paths of at most four steps |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *map(measured, given.bindings),
    ]
    text = "\n".join(lines)
    print(text)
    if given.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(START)
        README.write_text(f"{before}{START}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
