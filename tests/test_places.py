"""Every finding's line and column against an independent parser: PyYAML's own composer, written in Python.

Real estates come from the suites beside the repository (SUITES names another place); without them only the example
estate is checked, and the skip says so.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.sources.files import discover
from hardstand.sources.interface import Page, ReadOptions
from hardstand.wiring import ScanRequest, scan

ROOT = Path(__file__).parent.parent
STEP = re.compile(
    r'\.?(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<by>[^=\[\]]+)=(?P<value>[^\]]*)\]'
)


def child(node: yaml.Node, key: str) -> yaml.Node | None:
    """The value under `key`, through merges; the last of equal keys, as kubectl would take it."""
    if not isinstance(node, yaml.MappingNode):
        return None
    found = None
    for key_node, value in node.value:
        if key_node.value == key:
            found = value
    if found is not None:
        return found
    for key_node, value in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                found = found or child(source, key)
    return found


def text_of(node: yaml.Node | None) -> str | None:
    return node.value if isinstance(node, yaml.ScalarNode) else None


def follow(node: yaml.Node, field: str) -> yaml.Node:
    """The node of `field`, or of its deepest ancestor that exists."""
    at = 0
    while at < len(field):
        step = STEP.match(field, at)
        assert step, f"{field!r} cannot be parsed at {at}"
        at = step.end()
        if step["key"] is not None or step["quoted"] is not None:
            inner = child(node, step["key"] if step["key"] is not None else step["quoted"].replace('\\"', '"'))
        else:
            items = node.value if isinstance(node, yaml.SequenceNode) else []
            if step["index"] is not None:
                inner = items[int(step["index"])] if int(step["index"]) < len(items) else None
            else:
                inner = next((one for one in items if text_of(child(one, step["by"])) == step["value"]), None)
        if inner is None:
            return node
        node = inner
    return node


def objects(node: yaml.Node) -> Iterator[yaml.Node]:
    items = child(node, "items")
    if (text_of(child(node, "kind")) or "").endswith("List") and isinstance(items, yaml.SequenceNode):
        for one in items.value:
            yield from objects(one)
    else:
        yield node


def name_of(node: yaml.Node) -> str | None:
    metadata = child(node, "metadata")
    return text_of(child(metadata, "name")) or text_of(child(metadata, "generateName")) if metadata else None


def pages_of(path: str) -> dict[str, str]:
    found = {}
    for unit in discover([path], ReadOptions()):
        if hasattr(unit, "open"):
            found.update({page.name: page.data.decode() for page in unit.open() if isinstance(page, Page)})
    return found


def wrong_places(path: str, run: Run) -> list[str]:
    pages = pages_of(path)
    parsed: dict[str, list[yaml.Node]] = {}
    wrong = []
    for one in run.findings:
        place = one.locations[0]
        if place.file not in parsed:
            documents = yaml.compose_all(pages[place.file], Loader=yaml.SafeLoader)
            parsed[place.file] = [found for document in documents if document for found in objects(document)]
        expected = candidates(parsed[place.file], one)
        if (place.line, place.column) not in expected:
            wrong.append(f"{one.control} {place.file}:{place.line}:{place.column} {place.field}, expected {expected}")
    return wrong


def candidates(nodes: list[yaml.Node], one: Finding) -> set[tuple[int, int]]:
    found = set()
    for node in nodes:
        same = text_of(child(node, "kind")) == one.object.kind and name_of(node) == one.object.name
        if same or child(node, "services") is not None:  # A Compose file: the field starts at its root.
            mark = follow(node, one.locations[0].field).start_mark
            found.add((mark.line + 1, mark.column + 1))
    return found


def test_places_in_the_example_estate() -> None:
    path = str(ROOT / "examples" / "shop")
    run = scan(ScanRequest([path]))
    assert len(run.findings) > 50
    assert wrong_places(path, run) == []


def test_places_in_the_example_of_compose() -> None:
    path = str(ROOT / "examples" / "compose")
    run = scan(ScanRequest([path]))
    assert len(run.findings) > 100
    assert wrong_places(path, run) == []


@pytest.mark.parametrize("name", ["realistic-kube-prometheus", "realistic-microservices-demo"])
def test_places_in_real_estates(suite, name: str) -> None:  # type: ignore[no-untyped-def]
    path = str(suite(name))
    run = scan(ScanRequest([path]))
    assert run.objects > 90
    assert run.unreadable == ()
    assert len(run.findings) > 40
    assert wrong_places(path, run) == []
    assert not [one for one in run.findings if one.why in ("crashed", "malformed-field")]
