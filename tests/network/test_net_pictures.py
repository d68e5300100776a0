"""The picture: it says what the edges say, no line goes across a node, and what is read stays text."""

import itertools
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.edges import End
from hardstand.network.picture.bundling import Bundle, Where, bundled
from hardstand.network.picture.composing import MOST_WORKLOADS, scene_of
from hardstand.network.picture.drawing import as_svg
from hardstand.network.picture.flows import flows
from hardstand.network.picture.scene import Band, Scene, Shape
from hardstand.network.picture.widths import Placed, placed
from hardstand.network.reaching.selecting import Selection
from tests.network.picturing import PICTURES, everything, fifty, policy, random_network, workload

SVG = "{http://www.w3.org/2000/svg}"
Drawn = Mapping[tuple[End, End], Connections]


def scene(selection: Selection) -> Scene:
    return scene_of(selection, {}, frozenset())


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def dense(namespaces: int, each: int, seed: int = 7) -> Selection:
    """An estate in which lines are many and of no order."""
    random = Random(seed)
    parts = []
    for number in range(namespaces):
        names = [f"app-{at}" for at in range(each)]
        parts += [workload(name, f"team-{number}") for name in names]
        for name in names:
            froms = ", ".join(_peer(random.randrange(namespaces), random.randrange(each)) for _ in range(2))
            rule = f"{{from: [{froms}], ports: [{{port: 80}}]}}"
            spec = f"{{podSelector: {{matchLabels: {{app: {name}}}}}, ingress: [{rule}]}}"
            parts.append(policy(name, spec, f"team-{number}"))
    return everything("".join(parts))


def _peer(team: int, app: int) -> str:
    home = f"{{matchLabels: {{kubernetes.io/metadata.name: team-{team}}}}}"
    return f"{{namespaceSelector: {home}, podSelector: {{matchLabels: {{app: app-{app}}}}}}}"


def drawn_pairs(bundles: Sequence[Bundle], homes: Mapping[End, Band]) -> tuple[Drawn, Drawn]:
    """What the lines say of each pair: what is certain, and what is only possible."""
    sure: dict[tuple[End, End], Connections] = defaultdict(lambda: NONE)
    perhaps: dict[tuple[End, End], Connections] = defaultdict(lambda: NONE)

    def ends(where: Where) -> Sequence[End]:
        if isinstance(where, End):
            return [where]
        return [end for end, band in homes.items() if where is None or band == where]

    for one in bundles:
        assert one.pairs == one.of, one
        for source in ends(one.source):
            for destination in (end for end in ends(one.destination) if end != source):
                (sure if one.how[0] else perhaps)[source, destination] |= one.how[1]
    return sure, perhaps


@pytest.mark.parametrize("seed", range(150))
def test_few_lines_say_exactly_what_all_edges_say(seed: int) -> None:
    selection = Selection(random_network(seed))
    told = list(flows(selection, frozenset()))
    homes = {end: Band("", end.namespace) for end in selection.estate.edges.ends if end.namespace}
    sure, perhaps = drawn_pairs(bundled(told, homes), homes)
    expected_sure = {(one.source, one.destination): one.how[0] for one in told if one.how[0]}
    expected_perhaps = {(one.source, one.destination): left for one in told if (left := one.how[1] - one.how[0])}
    assert sure == expected_sure
    assert perhaps == expected_perhaps


def crossings(found: Placed) -> list[str]:
    """Lines that are level somewhere within a node that is neither of their ends, or go up or down within a column."""
    wrong = []
    columns = {one: next(at for at, (x, _) in found.columns.items() if x == box.x) for one, box in found.boxes.items()}
    for way in found.routed.ways:
        for before, after in zip(way.legs, way.legs[1:], strict=False):
            passed = max(before.gap, after.gap)
            assert abs(before.gap - after.gap) == 1
            assert before.end == after.begin
            wrong += [
                f"{way.link.source} to {way.link.target} goes through {one}"
                for one, box in found.boxes.items()
                if columns[one] == passed and box.y < before.end < box.y + box.height
            ]
        for leg in way.legs:
            x = found.track(leg.gap, leg.track)
            if not found.columns[leg.gap][1] < x < found.columns.get(leg.gap + 1, (found.width, 0))[0]:
                wrong.append(f"{way.link.source} to {way.link.target} turns within a column")
    return wrong


@pytest.mark.parametrize(
    "selection",
    [fifty(), dense(6, 9), dense(3, 20, 3), dense(1, 40, 4)],
    ids=["fifty workloads", "six of nine", "three of twenty", "one of forty"],
)
def test_no_line_goes_through_a_node_and_no_node_lies_on_another(selection: Selection) -> None:
    found = placed(scene(selection))
    assert len(found.routed.ways) > 20
    assert not crossings(found)
    boxes = sorted(found.boxes.values(), key=lambda box: (box.x, box.y))
    for one, other in itertools.pairwise(boxes):
        assert one.x != other.x or one.y + one.height <= other.y
    for box in boxes:
        assert box.x >= 0
        assert box.right <= found.width
        assert box.y >= 0
        assert box.y + box.height <= found.height


def test_nodes_lie_in_the_frames_of_their_namespaces_and_the_outside_at_the_edges() -> None:
    found = placed(scene(fifty()))
    for node in found.scene.nodes.values():
        box = found.boxes[node.id]
        if node.band:
            frame = found.bands[node.band]
            assert frame.y < box.y
            assert box.y + box.height < frame.y + frame.height
            assert frame.x < box.x
            assert box.right < frame.right
        elif node.shape is Shape.CALLER:
            assert all(box.right < frame.x for frame in found.bands.values())
        elif node.shape is Shape.CALLED:
            assert all(box.x > frame.right for frame in found.bands.values())
    assert sum(node.shape is Shape.WORKLOAD for node in found.scene.nodes.values()) == 50


def test_what_all_reach_is_one_line() -> None:
    links = scene(fifty()).links
    assert [one.text for one in links if one.source == "group"] == ["TCP 53,UDP 53"]
    assert [one.text for one in links if one.target == "group"] == ["TCP 9100"]
    assert len(links) < 65


def test_every_name_and_port_can_be_read() -> None:
    svg = "".join(as_svg(fifty()))
    found = texts(svg)
    assert {"gateway", "carrier-bridge", "orders-db", "internet", "203.0.113.0/24", "all 50 workloads"} <= set(found)
    assert "TCP 8443 · Deployment" in found
    assert not [one for one in found if "…" in one]


def test_the_picture_is_told_in_words_too_and_has_no_script() -> None:
    svg = "".join(as_svg(fifty()))
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    labels = {one.get("id"): one.text for one in root if one.get("id")}
    assert labels["title"] == "Who may reach whom"
    assert labels["desc"] == (
        "50 workloads; 156 pairs may talk. A box for each of 9 namespaces, callers to the left of what they call, "
        "6 ends outside of the cluster at the edges."
    )
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "text",
        "g",
        "path",
    }
    assert not {key for one in root.iter() for key in one.attrib if key.startswith("on") or "href" in key}


def test_what_is_unexpected_is_coloured_and_zones_are_framed() -> None:
    selection = fifty()
    edges = [edge for edge in selection if edge.destination.name == "data/orders-db[StatefulSet]"]
    odd = {(edge.source, edge.destination) for edge in edges if edge.source.namespace == "batch"}
    zones = {end: "data" if end.namespace == "data" else "rest & more" for end in selection.estate.edges.ends}
    svg = "".join(as_svg(selection, zones, odd))
    root = ElementTree.fromstring(svg)
    coloured = [one for one in root.iter(f"{SVG}g") if "odd" in (one.get("class") or "").split()]
    titles = [one.findtext(f"{SVG}title") for one in coloured]
    assert titles == ["batch/nightly-report[CronJob] → data/orders-db[StatefulSet]: TCP 5432", None]
    assert {"data", "rest & more"} <= set(texts(svg))
    assert "1 of them unexpected" in (root.findtext(f"{SVG}desc") or "")


def test_of_many_workloads_namespaces_are_drawn() -> None:
    text = "".join(workload(f"app-{at}", f"team-{at % 7}") for at in range(MOST_WORKLOADS + 20))
    found = scene(everything(text))
    inside = [one for one in found.nodes.values() if one.shape is Shape.WORKLOAD]
    assert [(one.name, one.detail) for one in inside] == [(f"team-{at}", "20 workloads") for at in range(7)]


def test_what_nobody_can_tell_is_dotted() -> None:
    text = workload("host", more=", hostNetwork: true") + workload("web") + policy("none", "{podSelector: {}}")
    links = scene(everything(text)).links
    assert [(one.source, one.target, one.text) for one in links if one.perhaps] == [
        ("shop/host[Deployment]", "shop/web[Deployment]", "perhaps all ports")
    ]


HOSTILE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: '</text><script>alert(1)</script>"&', namespace: "a\\u202eb<!--"}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c}]}}}
"""


def test_nothing_of_the_input_gets_out_of_its_text() -> None:
    svg = "".join(as_svg(everything(HOSTILE)))
    root = ElementTree.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert any("script" in one for one in texts(svg))


def test_an_empty_network_is_a_picture_too() -> None:
    svg = "".join(as_svg(everything("")))
    assert "0 workloads; 0 pairs may talk" in "".join(texts(svg))


def made(words: Sequence[str], cwd: Path) -> str:
    command = [sys.executable, "-m", "hardstand", "net", "reach", "--format", "svg", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_picture_of_fifty_is_what_the_command_makes() -> None:
    words = ["--baseline", "fifty-workloads.hardstand.yaml", "fifty-workloads.yaml"]
    assert made(words, PICTURES) == (PICTURES / "fifty-workloads.svg").read_text(encoding="utf-8")


def test_the_picture_of_the_demo_is_what_the_command_makes(suite: Callable[[str], Path]) -> None:
    demo = suite("realistic-microservices-demo") / "microservices-demo"
    table = str(PICTURES / "microservices-demo.hardstand.yaml")
    words = ["--baseline", table, "kubernetes-manifests", "kustomize/components/network-policies"]
    assert made(words, demo) == (PICTURES / "microservices-demo.svg").read_text(encoding="utf-8")
