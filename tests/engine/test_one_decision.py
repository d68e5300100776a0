"""One function decides: no other code chooses an action, and every way to ask gives the same one."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import hardstand
from hardstand.baseline.load import load_file
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.verdict import Action
from hardstand.sources.trees import WorkingTree
from hardstand.wiring import ScanRequest, scan

SOURCE = Path(hardstand.__file__).parent
MEMBERS = {one.name for one in Action}


def choices(tree: ast.AST) -> Iterator[int]:
    """The lines on which code chooses an action: names a member other than to compare with it or to look up by it,
    makes one from a word, or gives a finding one that was not decided."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MEMBERS and _is_action(node.value):
            if not _compared_or_looked_up(node, parents):
                yield node.lineno
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (node.lineno for one in node.names if one.name == "Action" and one.asname)
        elif isinstance(node, ast.Name | ast.Attribute) and _is_action(node):
            # The bare class: to make one, or to pass it to something that does. A type hint chooses nothing.
            above = parents.get(node)
            if not _is_hint(node, parents) and not (isinstance(above, ast.Attribute) and above.attr in MEMBERS):
                yield node.lineno
        elif isinstance(node, ast.Call) and not _describes_an_argument(node):
            for one in node.keywords:
                if one.arg == "action" and not (isinstance(one.value, ast.Attribute) and one.value.attr == "action"):
                    yield node.lineno


def _is_hint(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether it stands where types are said, perhaps among others."""
    below, above = node, parents.get(node)
    while isinstance(above, ast.Tuple):
        below, above = above, parents.get(above)
    found = isinstance(above, ast.arg | ast.AnnAssign | ast.FunctionDef | ast.Subscript | ast.BinOp)
    return found and not (isinstance(above, ast.Subscript) and above.value is below)


def _is_action(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "Action") or (
        isinstance(node, ast.Attribute) and node.attr == "Action" and not _of_argparse(node.value)
    )


def _of_argparse(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "argparse"


def _compared_or_looked_up(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    above = parents[node]
    if isinstance(above, ast.Tuple | ast.List | ast.Set):
        node, above = above, parents[above]
    if isinstance(above, ast.Compare):
        return True
    if isinstance(above, ast.Dict):
        return node in above.keys
    return isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr == "count"


def _describes_an_argument(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"


def test_only_decide_chooses_an_action() -> None:
    found = {}
    for path in SOURCE.rglob("*.py"):
        lines = list(choices(ast.parse(path.read_text(encoding="utf-8"))))
        if lines:
            found[path.relative_to(SOURCE).as_posix()] = lines
    assert set(found) == {"engine/decide.py"}


@pytest.mark.parametrize(
    "code",
    [
        "from hardstand.model.verdict import Action\nx = Action.BLOCK",
        "def f(one): return Action.WARN if one.severity > 2 else one.action",
        "x = {'high': Action.BLOCK}",
        "x = Action('block')",
        "x = Action[word]",
        "x = getattr(Action, word)",
        "x = max(Action)",
        "import hardstand.model.verdict as v\nx = v.Action.OFF",
        "from hardstand.model.verdict import Action as A",
        "x = replace(finding, action='off')",
        "x = Finding(id=1, action=worse(one.action))",
        "f(Action.BLOCK)",
    ],
)
def test_a_second_decision_would_be_seen(code: str) -> None:
    assert list(choices(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "x = one.action is Action.BLOCK",
        "x = one.action in (Action.BLOCK, Action.WARN)",
        "x = {Action.BLOCK: 'blocks'}.get(one.action)",
        "x = run.count(Action.BLOCK)",
        "x = Finding(id=1, action=decision.action)",
        "class Finding:\n    action: Action",
        "parser.add_argument('--x', action='append')",
    ],
)
def test_asking_for_an_action_is_no_decision(code: str) -> None:
    assert list(choices(ast.parse(code))) == []


ESTATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostPID: true
      hostNetwork: true
      containers:
      - {name: web, image: registry.example/web, securityContext: {privileged: true}}
      - {name: side, image: registry.example/side, securityContext: {privileged: true}}
---
apiVersion: v1
kind: Pod
metadata: {name: tool, namespace: staging}
spec: {hostPID: true, containers: [{name: tool, image: registry.example/tool, ports: wrong}]}
"""

BASELINE = """\
boundary:
  environments:
    production: {namespaces: shop}
    staging: {namespaces: staging}
modes:
- {mode: block, area: workload, environment: production}
- {mode: block, control: host-pid, from: 2026-06-10}
- {mode: off, area: supply}
unknown: block
exceptions:
- id: web-is-privileged
  match: {control: privileged-container, name: web, image: "*/web"}
  owner: shop
  reason: it reads the devices of the node
  approved_by: alice
  expires: 2026-06-10
"""
NOW = "2026-06-10T11:00:00+02:00"

Answers = dict[str, tuple[str, str | None]]
"""Of each finding by its id, the action and the exception that waives it."""


def _by_the_command(folder: Path) -> Answers:
    # The command has no clock to set, so it is run by a program that sets it.
    code = (
        "import sys, datetime\n"
        "from functools import partial\n"
        "import hardstand.cli.scan as verb\n"
        "now = datetime.datetime.fromisoformat(sys.argv.pop(1))\n"
        "verb.scan = partial(verb.scan, now=lambda: now)\n"
        "from hardstand.cli.main import entry\n"
        "entry()\n"
    )
    command = [sys.executable, "-c", code, NOW, "scan", "estate.yaml", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    (folder / "scan.json").write_text(done.stdout, encoding="utf-8")
    return _told(json.loads(done.stdout)["findings"])


def _by_diff(folder: Path) -> Answers:
    """What is new against a scan that found nothing."""
    found = json.loads((folder / "scan.json").read_text(encoding="utf-8"))
    (folder / "old.json").write_text(json.dumps({**found, "findings": []}), encoding="utf-8")
    command = [sys.executable, "-m", "hardstand", "diff", "old.json", "scan.json", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=True)
    return _told(json.loads(done.stdout)["new"])


def _by_the_interface(folder: Path, jobs: int = 1) -> Answers:
    now = datetime.fromisoformat(NOW)
    baseline = load_file("hardstand.yaml", WorkingTree(), vocabulary(), today=now.astimezone(UTC).date())
    run = scan(ScanRequest(["estate.yaml"], settings=Settings(baseline=baseline), jobs=jobs), now=lambda: now)
    return {one.id: (str(one.action), one.waiver) for one in run.findings}


def _told(findings: list[dict[str, str]]) -> Answers:
    return {one["id"]: (one["action"], one["waiver"]) for one in findings}


WAYS: dict[str, Callable[[Path], Answers]] = {"scan": _by_the_command, "diff": _by_diff, "Python": _by_the_interface}
"""Every way to learn an action; a verb that tells of actions has its place here."""


def test_every_way_to_ask_gives_the_same_action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.yaml").write_text(ESTATE, encoding="utf-8")
    (tmp_path / "hardstand.yaml").write_text(BASELINE, encoding="utf-8")
    answers = {name: ask(tmp_path) for name, ask in WAYS.items()}
    first = answers.pop("scan")
    assert {action for action, _ in first.values()} == {"block", "warn", "waived", "off"}
    for name, one in answers.items():
        assert one == first, name
