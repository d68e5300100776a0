"""Audit logs are read as they are written, and what cannot be read is never passed over."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from hardstand.model.past import PastRequest
from hardstand.model.run import Unreadable
from hardstand.sources import pieces as files
from hardstand.sources.audit.past import AuditLog
from tests.gate.reviewing import review
from tests.rehearse.entries import Entry, entry, written


def read(*paths: str | Path) -> tuple[list[PastRequest], list[Unreadable], AuditLog]:
    log = AuditLog(tuple(map(str, paths)))
    found = list(log.open())
    requests = [one for one in found if isinstance(one, PastRequest)]
    return requests, [one for one in found if isinstance(one, Unreadable)], log


def the(one: Entry, folder: Path) -> PastRequest:
    (found,), faults, _ = read(written(folder / "one.log", one))
    assert not faults
    return found


POD = review("pod-create")


def test_a_request_is_read_as_it_was_made(tmp_path: Path) -> None:
    found = the(entry(POD), tmp_path)
    assert (found.creates, found.what, found.api_version, found.group) == (True, "pods", "v1", "")
    assert (found.namespace, found.name) == (POD["request"]["namespace"], POD["request"]["object"]["metadata"]["name"])
    assert found.user == POD["request"]["userInfo"]["username"]
    assert set(found.groups) == set(POD["request"]["userInfo"]["groups"])
    assert found.object == POD["request"]["object"]
    assert (found.failed, found.dry_run, found.as_sent, found.missing) == (0, False, False, "")
    assert found.time.isoformat() == "2026-06-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"level": "Metadata", "requestObject": None, "responseObject": None}, "audit level Metadata"),
        ({"annotations": {"audit.k8s.io/truncated": "true"}, "responseObject": None}, "since it is large"),
        ({"stage": "Panic"}, "broke off"),
        ({"verb": "patch", "responseObject": None, "requestObject": {"spec": {}}}, "keeps the patch alone"),
        ({"responseObject": None, "requestObject": None}, "has no object"),
        ({"verb": "patch", "responseObject": {"kind": "PartialObjectMetadata"}}, "keeps the patch alone"),
    ],
)
def test_what_holds_no_object_says_why(changed: dict[str, Any], missing: str, tmp_path: Path) -> None:
    found = the(entry(POD, **changed), tmp_path)
    assert found.object is None
    assert missing in found.missing


def test_at_level_request_the_object_is_what_was_sent(tmp_path: Path) -> None:
    found = the(entry(POD, level="Request", responseObject=None), tmp_path)
    assert (found.object, found.as_sent) == (POD["request"]["object"], True)


def test_who_is_impersonated_is_who_asks_and_what_fails_or_is_tried_is_told(tmp_path: Path) -> None:
    acted = {"impersonatedUser": {"username": "ann", "groups": ["team"]}}
    failed = {"responseStatus": {"code": 409}, "responseObject": {"kind": "Status", "apiVersion": "v1"}}
    found = the(entry(POD, requestURI="/api/v1/pods?dryRun=All", **acted, **failed), tmp_path)
    assert (found.user, found.groups, found.failed, found.dry_run) == ("ann", ("team",), 409, True)
    assert found.as_sent, "a Status is not the object"


def test_an_apply_that_creates_is_a_creation(tmp_path: Path) -> None:
    assert the(entry(POD, verb="patch", responseStatus={"code": 201}), tmp_path).creates
    assert not the(entry(POD, verb="patch", responseStatus={"code": 200}), tmp_path).creates


def test_reads_and_first_stages_count_for_the_time_alone(tmp_path: Path) -> None:
    early = entry(POD, "r-1", verb="get", stageTimestamp="2026-05-01T00:00:00.000000Z")
    came = entry(POD, stage="RequestReceived", stageTimestamp="2026-06-01T11:00:00.000000Z")
    requests, faults, log = read(written(tmp_path / "a.log", early, came, entry(POD), entry(POD)))
    assert len(requests) == 1, "the same entry twice is one request"
    assert not faults
    assert log.entries == 4
    assert log.first is not None
    assert log.first.isoformat() == "2026-05-01T00:00:00+00:00"


def test_requests_that_share_an_audit_id_are_all_read(tmp_path: Path) -> None:
    later = entry(POD, "same-id-1", requestReceivedTimestamp="2026-06-01T12:30:00.000000Z")
    named = entry(POD, "same-id-1", user={**POD["request"]["userInfo"], "username": "jane"})
    requests, faults, _ = read(written(tmp_path / "a.log", entry(POD, "same-id-1"), later, named, later))
    assert ([one.uid for one in requests], faults) == (["same-id-1"] * 3, [])


def test_folders_are_read_by_name_and_packed_files_too(tmp_path: Path) -> None:
    older = json.dumps(entry(POD, "old")).encode() + b"\n"
    (tmp_path / "audit-2026-05-31T00-00-00.000.log.gz").write_bytes(gzip.compress(older))
    written(tmp_path / "audit.log", entry(POD, "new"))
    requests, faults, _ = read(tmp_path)
    assert ([one.uid for one in requests], faults) == (["old", "new"], [])


def test_a_list_of_events_is_its_events(tmp_path: Path) -> None:
    listed = {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": [entry(POD, "a"), entry(POD, "b")]}
    requests, faults, _ = read(written(tmp_path / "one.log", listed))
    assert ([one.uid for one in requests], faults) == (["a", "b"], [])


def test_torn_lines_are_told_with_their_place_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "one.log"
    line = json.dumps(entry(POD, "whole"))
    path.write_text(f"{line[:40]}\n\n{line}\n[1]\n" + '{"kind": "Pod"}\n' + line[:-9])
    requests, faults, _ = read(path)
    assert [one.uid for one in requests] == ["whole"]
    assert [(one.path, one.line) for one in faults] == [(str(path), 1), (str(path), 4), (str(path), 5), (str(path), 6)]


def test_many_unreadable_lines_are_counted_and_not_all_told(tmp_path: Path) -> None:
    path = tmp_path / "legacy.log"
    path.write_text("2026-06-01T12:00:00 AUDIT: id=1\n" * 1_000)
    _, faults, _ = read(path)
    assert len(faults) == 21
    assert faults[-1].reason == "980 further lines are no audit events"


def test_a_line_without_end_is_skipped_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 20_000)
    long = entry(POD, "long", extra="x" * 90_000)
    requests, faults, _ = read(written(tmp_path / "one.log", long, entry(POD, "short")))
    assert [one.uid for one in requests] == ["short"]
    assert [one.line for one in faults] == [1]


def test_what_is_packed_and_cut_off_is_told(tmp_path: Path) -> None:
    lines = "".join(json.dumps(entry(POD, str(number))) + "\n" for number in range(200))
    packed = gzip.compress(lines.encode())
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "bad.gz").write_bytes(packed[:40] + b"\xff" * 100)
    requests, faults, _ = read(tmp_path / "cut.gz", tmp_path / "bad.gz")
    assert requests
    assert {one.path.rpartition("/")[2] for one in faults} == {"cut.gz", "bad.gz"}
    assert all("cannot be unpacked" in one.reason for one in faults[-1:])


def test_what_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, faults, log = read(tmp_path / "no.log", tmp_path / "empty")
    assert ["no such file" in faults[0].reason, "no files" in faults[1].reason] == [True, True]
    assert log.first is None


@pytest.mark.parametrize("field", ["objectRef", "user", "responseStatus", "annotations", "requestObject", "verb"])
@pytest.mark.parametrize("value", [None, [], "text", 5, {"groups": 5}])
def test_no_field_of_another_type_brings_it_down_or_is_passed_over(field: str, value: Any, tmp_path: Path) -> None:
    requests, faults, log = read(written(tmp_path / "one.log", entry(POD, **{field: value}), entry(POD, "next")))
    assert requests[-1].uid == "next"
    assert log.entries + len(faults) == 2
    changes_nothing = (field, value) in (("verb", "text"), ("objectRef", None))
    assert len(requests) == log.entries - changes_nothing
    assert [one.line for one in faults] == [1] * len(faults)
