"""Snapshots: what goes in comes out, in its order, and nothing else ever reads as one."""

import io
import json
import os
import stat
import tracemalloc
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import zstandard
from jsonschema import Draft202012Validator

from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.files import discover
from hardstand.sources.interface import Gap, Ignored, Page, ReadOptions, Unreadable
from hardstand.sources.snapshot.files import open_snapshot, snapshot_of, write_snapshot
from hardstand.sources.snapshot.header import SCHEMA
from hardstand.sources.snapshot.reading import MAX_LINE, Snapshot
from hardstand.sources.snapshot.spool import UnfitPageError
from hardstand.sources.snapshot.unit import SnapshotUnit
from hardstand.sources.snapshot.writing import write
from hardstand.sources.zstd import compressed
from tests.engine.live import page

from .clusters import TIME, about, deployment, estate, namespace, pod, spooled

GAP = Gap(Kind("", "Secret"), None, Why.MAY_NOT_LIST, "Secret may not be listed", frozenset({"shop"}))
FAULT = Unreadable("cluster:/api/v1/namespaces/x/pods/y", 1, 1, "no JSON", Why.UNREADABLE)


def opened(path: Path) -> Snapshot:
    found = open_snapshot(str(path))
    assert isinstance(found, Snapshot), found
    return found


def fault(data: bytes) -> Unreadable:
    found = snapshot_of(data, "estate")
    assert isinstance(found, Unreadable)
    return found


def plain(**more: Any) -> list[bytes]:
    return list(spooled(**more).lines())


@pytest.mark.parametrize("name", ["estate.json.zst", "estate.json", "estate.jsonl", "estate"])
def test_what_goes_in_comes_out(tmp_path: Path, name: str) -> None:
    given = [*map(page, estate()), GAP, FAULT]
    header = write_snapshot(str(tmp_path / name), about, given)
    found = opened(tmp_path / name)
    assert found.header == header
    assert header.about.cluster == "prod"
    assert header.about.taken_at == TIME
    assert list(found.pages()) == [GAP, FAULT, *(named(one) for one in given if isinstance(one, Page))]
    packed = (tmp_path / name).read_bytes().startswith(b"\x28\xb5\x2f\xfd")
    assert packed is not name.endswith(("json", "jsonl"))


def named(one: Page) -> Page:
    return Page(one.name, one.data, named=True, live=True)


def test_owners_come_before_what_they_own_however_they_are_given() -> None:
    lines = list(spooled(estate()[::-1]).lines())
    assert lines == list(spooled(estate()).lines())
    assert [json.loads(line).get("kind") for line in lines[1:-1]] == [
        "Namespace", "Namespace", "Deployment", "Deployment", "Pod", "Pod"
    ]  # fmt: skip


def test_the_same_estate_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write(str(tmp_path / name), spooled().lines())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    first, second = plain(), plain(taken_at="2026-11-02T10:00:00Z")
    assert [one for one, other in zip(first, second, strict=True) if one != other] == [first[0], first[-1]]


def test_kinds_are_counted_and_one_without_objects_is_listed() -> None:
    kinds = {(one.kind, one.objects) for one in spooled().header.about.kinds}
    assert kinds == {("Namespace", 2), ("Deployment", 2), ("Pod", 2), ("Job", 0)}


def test_what_was_not_read_and_may_be_there_is_a_gap() -> None:
    header = spooled([*estate(), GAP], served=(Kind("", "ConfigMap"), Kind("", "Pod")), silent=("x.example",)).header
    wanted = [Kind("", "ConfigMap"), Kind("", "Pod"), Kind("", "Secret"), Kind("batch", "Job"), Kind("a", "B")]
    found = list(header.unread([*wanted, Kind("x.example", "C")]))
    assert [(one.kind.name, one.namespace, one.why) for one in found] == [
        ("ConfigMap", None, Why.NOT_IN_INPUT),
        ("C", None, Why.NOT_IN_INPUT),
    ]


def test_a_server_that_did_not_tell_its_kinds_may_have_any() -> None:
    assert [one.kind.name for one in spooled(served=None).header.unread([Kind("a", "B")])] == ["B"]


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "estate.json.zst"
    path.write_bytes(b"old")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write(str(path), spooled().lines())
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["estate.json.zst"]


def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path: Path) -> None:
    def lines() -> Any:
        yield b"x" * 1_000_000
        raise OSError(28, "No space left on device")

    (tmp_path / "estate.json.zst").write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        write(str(tmp_path / "estate.json.zst"), lines())
    assert (tmp_path / "estate.json.zst").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}}


@pytest.mark.parametrize("values", [{"data": {"a": "aHVudGVyMg=="}}, {"stringData": {"a": ""}}, {"data": "text"}])
def test_a_secret_with_values_is_never_written(tmp_path: Path, values: dict[str, Any]) -> None:
    with pytest.raises(UnfitPageError, match="still has its values"):
        write_snapshot(str(tmp_path / "a.zst"), about, [page({**SECRET, **values})])
    assert list(tmp_path.iterdir()) == []
    assert spooled([{**SECRET, "data": {"a": None}, "x-hardstand": {"data": {}}}]).header.objects == 1


def test_pages_of_files_are_no_part_of_a_snapshot() -> None:
    with pytest.raises(UnfitPageError, match="no object of a cluster"):
        spooled([Page("deploy/web.yaml", b"{}")])
    with pytest.raises(UnfitPageError, match="not called as its object says"):
        spooled([Page("cluster:/api/v1/namespaces/other", page(namespace("shop")).data, live=True)])


def test_cut_short_anywhere_it_is_an_error_with_its_line() -> None:
    lines = plain()
    whole = b"".join(lines)
    for at in range(len(whole)):
        found = fault(whole[:at])
        assert found.why is Why.UNREADABLE
        assert found.line <= len(lines)
    assert isinstance(snapshot_of(whole, "estate"), Snapshot)
    assert "cut short: 3 of 6 objects" in fault(b"".join(lines[:4])).reason
    assert fault(b"".join(lines[:4])).line == 5


def test_cut_short_when_packed_it_is_an_error() -> None:
    packed = b"".join(compressed(plain()))
    for at in range(4, len(packed)):
        assert isinstance(snapshot_of(packed[:at], "estate"), Unreadable)
    assert isinstance(snapshot_of(packed, "estate"), Snapshot)


def test_changed_anywhere_it_is_an_error() -> None:
    whole = bytearray(b"".join(plain()))
    for at in range(len(whole) - 1):
        changed = bytes(whole[:at]) + bytes([whole[at] ^ 1]) + bytes(whole[at + 1 :])
        assert isinstance(snapshot_of(changed, "estate"), Unreadable), (at, whole[at])


@pytest.mark.parametrize("what", ["left out", "twice", "swapped", "added", "without a seal"])
def test_lines_that_are_not_as_they_were(what: str) -> None:
    lines = plain()
    changed = {
        "left out": [*lines[:2], *lines[3:]],
        "twice": [*lines[:3], *lines[2:]],
        "swapped": [lines[0], lines[2], lines[1], *lines[3:]],
        "added": [*lines, b"{}\n"],
        "without a seal": lines[:-1],
    }[what]
    reason = fault(b"".join(changed)).reason
    assert "take the snapshot again" in reason


def test_a_version_of_later_says_what_to_do() -> None:
    lines = plain()
    found = fault(b"".join([lines[0].replace(b"snapshot/v1", b"snapshot/v2"), *lines[1:]]))
    assert found.reason == "a snapshot of version v2, which a newer Hardstand reads: update it"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"taken_at":"2026', b'"taken_at":1,"x":"2026'),
        (b'"gaps":[]', b'"gaps":[{"why":"tired"}]'),
        (b'"kinds":[', b'"kinds":[7,'),
        (b'"served":[', b'"served":[["a"],'),
        (b'"objects":6,"bytes"', b'"objects":-6,"bytes"'),
        (b'"masked":0', b'"masked":true'),
    ],
)
def test_a_first_line_that_is_none_names_its_field(old: bytes, new: bytes) -> None:
    lines = plain()
    assert old in lines[0]
    found = fault(b"".join([lines[0].replace(old, new), *lines[1:]]))
    assert found.line == 1
    assert "first line" in found.reason


def test_a_bomb_is_given_up_early() -> None:
    """2 GiB of blanks in a few hundred kB, as one line, and as more objects than the first line says."""
    packer = zstandard.ZstdCompressor().compressobj()
    blank = b" " * (1 << 20)
    first = plain()[0]
    data = packer.compress(first) + b"".join(packer.compress(blank) for _ in range(2048)) + packer.flush()
    assert len(data) < 1_000_000
    assert fault(data).reason.startswith(f"the line is longer than {MAX_LINE >> 20} MiB")
    line = plain()[1]
    many = b"".join(compressed([first, *[line * 4096] * 64]))
    assert "more than its first line says" in fault(many).reason or "seal" in fault(many).reason


def test_a_file_that_changes_between_two_readings_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "estate.json"
    write(str(path), spooled().lines())
    found = opened(path)
    path.write_bytes(path.read_bytes().replace(b'"replicas":2', b'"replicas":3', 1))
    *_, last = found.pages()
    assert isinstance(last, Unreadable)
    assert "changed while it was read" in last.reason


def discovered(*paths: Path) -> list[Any]:
    return list(discover([str(one) for one in paths], ReadOptions()))


@pytest.mark.parametrize("name", ["estate.json.zst", "estate.json", "estate.yaml", "estate"])
def test_named_it_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    write(str(tmp_path / name), spooled().lines())
    (unit,) = discovered(tmp_path / name)
    assert isinstance(unit, SnapshotUnit)
    assert len(list(unit.open())) == 6


@pytest.mark.parametrize("name", ["estate.json.zst", "estate.json", "estate.jsonl"])
def test_in_a_directory_it_is_skipped_and_counted(tmp_path: Path, name: str) -> None:
    write(str(tmp_path / name), spooled().lines())
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    (tmp_path / "link.json").symlink_to(tmp_path / name)
    (tmp_path / "other.zst").write_bytes(b"".join(compressed([b"not a snapshot"])))
    found = discovered(tmp_path)
    assert {Path(one.path).name for one in found if isinstance(one, Ignored)} == {name, "link.json"}
    assert [Path(one.path).name for one in found if not isinstance(one, Ignored)] == ["pod.yaml"]


def test_another_packed_file_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "a.zst").write_bytes(b"".join(compressed([b"apiVersion: v1"])))
    (found,) = discovered(tmp_path / "a.zst")
    assert isinstance(found, Unreadable)
    assert found.reason.startswith("it is cut short inside this line")
    (tmp_path / "a.zst").write_bytes(b"".join(compressed([b"apiVersion: v1\n"])))
    (found,) = discovered(tmp_path / "a.zst")
    assert (
        found.reason == "packed, and not a snapshot: its first line does not name the schema hardstand.dev/snapshot/v1"
    )


def test_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(tmp_path / "a"), spooled().lines())
    handle, keep = os.open(tmp_path / "a", os.O_RDONLY), os.dup(0)
    os.dup2(handle, 0)
    try:
        (unit,) = list(discover(["-"], ReadOptions()))
    finally:
        os.dup2(keep, 0)
        os.close(handle)
        os.close(keep)
    assert isinstance(unit, SnapshotUnit)
    assert unit.path == "<stdin>"


def test_fifty_megabytes_stay_packed_while_they_are_ordered() -> None:
    """What is held of many objects is a small part of them."""
    web = deployment()
    tracemalloc.start()
    made = spooled(one for one in chain([web], (bulky(web, at) for at in range(2000))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made.header.size > 50_000_000
    assert sum(1 for _ in made.lines()) == 2003
    assert peak < 15_000_000


def bulky(owner: dict[str, Any], number: int) -> dict[str, Any]:
    made = pod(owner, f"web-{number:05}")
    made["metadata"]["annotations"] = {"note": f"{number} " * 6000}
    return made


def test_to_standard_output(tmp_path: Path) -> None:
    stream = io.BytesIO()
    write("-", spooled().lines(), stream)
    assert isinstance(snapshot_of(stream.getvalue(), "-"), Snapshot)


CONTRACT = json.loads((Path(__file__).parents[2] / "spec/snapshot.v1.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("more", [{}, {"served": None, "server": None, "cluster": None, "namespaces": ("shop",)}])
def test_the_first_line_is_what_the_contract_says(more: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(CONTRACT)
    told = json.loads(spooled([*estate(), GAP, FAULT], **more).header.line())
    Draft202012Validator(CONTRACT).validate(told)
    assert CONTRACT["properties"]["schema"]["const"] == told["schema"] == SCHEMA
    assert CONTRACT["required"] == list(told)
    for name in told:
        assert not Draft202012Validator(CONTRACT).is_valid({key: one for key, one in told.items() if key != name})


def test_of_some_namespaces_only_what_concerns_them_is_given() -> None:
    refused = Gap(Kind("", "Pod"), "data", Why.MAY_NOT_LIST, "not there")
    failed = Gap(Kind("", "Pod"), "shop", Why.UNREADABLE, "not here")
    unasked = Gap(Kind("batch", "CronJob"), None, Why.NOT_IN_INPUT, "only some", frozenset({"shop", "data"}))
    unheard = Gap(Kind("", "Secret"), None, Why.MAY_NOT_LIST, "nowhere")
    faults = [
        Unreadable(name, 1, 1, "no JSON", Why.UNREADABLE)
        for name in (
            "cluster:Pod/shop",
            "cluster:Pod/data",
            "cluster:/api/v1/namespaces/data/pods/y",
            "cluster:/api/v1/nodes/y",
        )
    ]
    lines = list(spooled([*estate(), refused, failed, unasked, unheard, *faults]).lines())
    whole = snapshot_of(b"".join(lines), "estate")
    assert isinstance(whole, Snapshot)
    found = list(SnapshotUnit("estate", whole, only=("shop",)).open())
    assert [one.name.rpartition("/")[2] for one in found if isinstance(one, Page)] == ["shop", "web", "web-1", "web-2"]
    assert [one.path for one in found if isinstance(one, Unreadable)] == ["cluster:Pod/shop", "cluster:/api/v1/nodes/y"]
    gaps = [one for one in found if isinstance(one, Gap)]
    assert [one for one in gaps if not one.but] == [failed, unheard]
    apart = {one.kind.name: one for one in gaps if one.but}
    assert sorted(apart) == ["CronJob", "Deployment", "Job", "Namespace", "Pod"]
    assert {(one.why, one.but) for one in apart.values()} == {(Why.NOT_IN_INPUT, frozenset({"shop"}))}
