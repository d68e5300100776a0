"""The journal: what is recorded is read again, through crashes and full files."""

import errno
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hardstand.ledger import journal
from hardstand.ledger.journal import Journal, events
from hardstand.model.admission import Admission, AdmissionEvent, GateMode
from hardstand.model.finding import ObjectRef
from hardstand.model.run import Unreadable


def event(
    uid: str, verdict: Admission = Admission.ADMITTED, mode: GateMode = GateMode.ENFORCE, size: int = 0
) -> AdmissionEvent:
    return AdmissionEvent(
        time="2026-06-01T12:00:00.000Z",
        uid=uid,
        operation="CREATE",
        resource="pods",
        user="ann",
        groups=("developers",),
        ref=ObjectRef("v1", "Pod", "shop", "web"),
        verdict=verdict,
        mode=mode,
        tier=None,
        owner=None,
        baseline=None,
        findings=(),
        object={"kind": "Pod", "filling": "x" * size},
    )


def read(folder: Path) -> list[Mapping[str, Any] | Unreadable]:
    return list(events(folder))


def uids(folder: Path) -> list[str]:
    return [one["uid"] for one in read(folder) if not isinstance(one, Unreadable)]


def test_what_is_recorded_is_read_in_its_order(tmp_path: Path) -> None:
    made = Journal(tmp_path / "journal")
    for number in range(10):
        made.record(event(f"{number}"))
    made.close()
    assert read(tmp_path / "journal") == [event(f"{number}").as_json() for number in range(10)]
    assert oct((tmp_path / "journal").stat().st_mode & 0o777) == "0o700"
    (file,) = (tmp_path / "journal").iterdir()
    assert (file.name, oct(file.stat().st_mode & 0o777)) == ("admission-000001.jsonl", "0o600")


def test_a_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    for number in range(3):
        made = Journal(tmp_path)
        made.record(event(f"{number}"))
        made.close()
    assert uids(tmp_path) == ["0", "1", "2"]
    assert len(list(tmp_path.iterdir())) == 1


def test_files_are_of_a_size_and_the_oldest_go(tmp_path: Path) -> None:
    made = Journal(tmp_path, largest=2_000, files=3)
    for number in range(60):
        made.record(event(f"{number}", size=100))
    made.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 3
    assert all(one.stat().st_size <= 2_000 for one in files)
    kept = uids(tmp_path)
    assert kept == [f"{number}" for number in range(60)][-len(kept) :]
    assert len(kept) >= 9
    again = Journal(tmp_path, largest=2_000, files=3)
    again.record(event("60", size=1_500))
    again.close()
    assert uids(tmp_path)[-1] == "60"
    assert len(list(tmp_path.iterdir())) == 3


def test_one_event_larger_than_a_file_has_a_file(tmp_path: Path) -> None:
    made = Journal(tmp_path, largest=1_000, files=4)
    for number in range(4):
        made.record(event(f"{number}", size=3_000))
    made.close()
    assert uids(tmp_path) == ["0", "1", "2", "3"]


def test_the_object_of_an_event_that_is_too_large_is_left_out_and_its_size_said(tmp_path: Path) -> None:
    made = Journal(tmp_path)
    made.record(event("large", size=3_000_000))
    made.close()
    (found,) = read(tmp_path)
    assert isinstance(found, dict)
    assert (found["uid"], found["object"]) == ("large", None)
    assert found["object_size"] > 3_000_000


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_line_that_a_crash_has_cut_off_is_told_and_takes_nothing_along(tmp_path: Path, cut: int) -> None:
    made = Journal(tmp_path)
    for number in range(3):
        made.record(event(f"{number}"))
    made.close()
    (file,) = tmp_path.iterdir()
    os.truncate(file, file.stat().st_size - cut)
    again = Journal(tmp_path)
    again.record(event("3"))
    again.close()
    found = read(tmp_path)
    faults = [one for one in found if isinstance(one, Unreadable)]
    assert uids(tmp_path) == (["0", "1", "2", "3"] if cut == 1 else ["0", "1", "3"])
    assert [(one.path, one.line) for one in faults] == ([] if cut == 1 else [(str(file), 3)])


def test_what_is_no_event_is_told(tmp_path: Path) -> None:
    (tmp_path / "admission-000001.jsonl").write_bytes(b'[1]\n\nnull\n{"uid": "a"}\n\xff\n')
    found = read(tmp_path)
    assert [one.line for one in found if isinstance(one, Unreadable)] == [1, 3, 5]
    assert uids(tmp_path) == ["a"]
    (tmp_path / "admission-x.jsonl").write_bytes(b"nothing of ours")
    assert uids(tmp_path) == ["a"]


def test_what_is_loud_is_on_the_disk_at_once_and_the_rest_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, synced = [0.0], [0]
    true_sync = os.fsync

    def fsync(file: int) -> None:
        synced[0] += 1
        true_sync(file)

    monkeypatch.setattr(journal.os, "fsync", fsync)
    made = Journal(tmp_path, clock=lambda: now[0])
    synced[0] = 0
    for number in range(5):
        made.record(event(f"{number}"))
    assert synced == [0]
    for loud in (
        event("denied", Admission.DENIED),
        event("glass", mode=GateMode.BREAK_GLASS),
        event("emergency", mode=GateMode.EMERGENCY),
    ):
        before = synced[0]
        made.record(loud)
        assert synced[0] == before + 1
    before = synced[0]
    now[0] += 1.0
    made.record(event("later"))
    made.record(event("at once"))
    assert synced[0] == before + 1
    made.close()
    assert synced[0] == before + 2


def test_several_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    made = Journal(tmp_path, largest=20_000, files=100)

    def record(name: str) -> None:
        for number in range(50):
            made.record(event(f"{name}-{number}", size=200))

    threads = [threading.Thread(target=record, args=(name,)) for name in "abcd"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    made.close()
    assert sorted(uids(tmp_path)) == sorted(f"{name}-{number}" for name in "abcd" for number in range(50))


def test_a_journal_that_is_closed_or_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"Not a directory|exists"):
        Journal(tmp_path / "file" / "journal")
    made = Journal(tmp_path / "journal")
    file = made._file
    assert file is not None
    os.close(file)
    with pytest.raises(OSError, match="Bad file descriptor"):
        made.record(event("lost", Admission.DENIED))


def test_the_schema_says_what_an_event_is() -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((Path(__file__).parents[2] / "spec" / "admission.v1.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(event("a").as_json())) == []


def test_a_line_that_a_full_disk_cuts_off_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Journal(tmp_path)
    kept.record(event("one"))
    write, left = os.write, [40]

    def full(file: int, data: Any) -> int:
        if not left:
            raise OSError(errno.ENOSPC, "no space left on device")
        return write(file, bytes(data)[: left.pop()])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="no space"):
        kept.record(event("one"))
    monkeypatch.setattr(os, "write", write)
    kept.record(event("one"))
    kept.close()
    assert [isinstance(one, Unreadable) for one in events(tmp_path)] == [False, True, False]
