"""A history gives every snapshot back as it was, tells what ran when, and is whole after whatever happens to it."""

import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.history.database import HistoryError
from hardstand.sources.history.history import Change, History, What
from hardstand.sources.history.keeping import keep, prune, verify
from hardstand.sources.history.parts import apart, together
from hardstand.sources.interface import Gap, Page
from hardstand.sources.snapshot.sniffing import HISTORY as FILE
from hardstand.sources.snapshot.spool import Spooled

from .clusters import deployment, estate, pod, spooled

FIRST = datetime(2026, 11, 1, 10, tzinfo=UTC)


def on(day: int) -> datetime:
    return FIRST + timedelta(days=day)


def taken(day: int, given: list[Any] | None = None, **more: Any) -> Spooled:
    return spooled(given, on(day).strftime("%Y-%m-%dT%H:%M:%SZ"), **more)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "history")


def changed() -> list[dict[str, Any]]:
    """Another image, one pod gone and one come, and a status that moved on."""
    data, shop, db, web, first, _ = estate()
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/web:2"
    web["metadata"]["resourceVersion"] = "9"
    db["status"]["readyReplicas"] = 0
    db["metadata"]["resourceVersion"] = "10"
    return [data, shop, db, web, first, pod(web, "web-3")]


def test_every_snapshot_comes_back_byte_for_byte(folder: str) -> None:
    made = [taken(0), taken(1, changed()), taken(2, []), taken(3)]
    for one in made:
        keep(folder, one)
    history = History(folder)
    assert [one.objects for one in history.moments()] == [6, 6, 0, 6]
    for one, moment in zip(made, history.moments(), strict=True):
        assert list(history.of(moment).lines()) == list(one.lines())
        assert history.of(moment).header == one.header
        assert [page.data for page in history.of(moment).pages() if isinstance(page, Page)] == [
            line[:-1] for line in list(one.lines())[1:-1]
        ]


def test_what_did_not_change_is_kept_once(folder: str) -> None:
    assert keep(folder, taken(0)).new == 6
    before = size(folder)
    assert keep(folder, taken(1)).new == 0
    again = size(folder)
    assert again["body"] == before["body"]
    assert again["version"] == before["version"]
    assert keep(folder, taken(2, changed())).new == 3
    third = size(folder)
    # Of `db` only the status is new; of `web` what was asked for; `web-3` is new, and has no status.
    assert third["body"] - again["body"] == 3
    assert third["version"] - again["version"] == 3


def size(folder: str) -> dict[str, int]:
    with sqlite3.connect(Path(folder) / FILE) as database:
        counts = {one: database.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in ("body", "version")}
    database.close()
    return counts


def test_what_was_at_a_time(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(2, changed()))
    history = History(folder)
    assert history.at(on(0)).name.endswith("@2026-11-01T10:00:00Z")
    assert history.at(on(1)).name.endswith("@2026-11-01T10:00:00Z")
    assert history.at(on(2)).name.endswith("@2026-11-03T10:00:00Z")
    assert history.at().name.endswith("@2026-11-03T10:00:00Z")
    with pytest.raises(HistoryError, match=r"holds nothing of 2026-10-31") as error:
        history.at(on(-1))
    assert error.value.hint == "it begins at 2026-11-01T10:00:00Z: name a later time"


def test_what_ran_in_a_namespace_at_a_time(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(2, changed()))
    pods = [Kind("", "Pod")]
    ran = [page.name.rpartition("/")[2] for page in History(folder).existed(on(1), "shop", pods)]
    assert ran == ["web-1", "web-2"]
    assert [page.name.rpartition("/")[2] for page in History(folder).existed(on(3), "shop", pods)] == ["web-1", "web-3"]
    assert [page.name.rpartition("/")[2] for page in History(folder).existed(on(1), "data")] == ["db"]
    assert list(History(folder).existed(on(1), "elsewhere")) == []


def test_what_was_not_looked_at_is_no_answer(folder: str) -> None:
    keep(folder, taken(0, [*estate(), Gap(Kind("", "Pod"), None, Why.MAY_NOT_LIST, "Pod may not be listed")]))
    with pytest.raises(HistoryError, match="does not tell: Pod may not be listed"):
        list(History(folder).existed(on(0), "shop", [Kind("", "Pod")]))
    assert len(list(History(folder).existed(on(0), "shop", [Kind("apps", "Deployment")]))) == 1


def test_what_changed_between_two_moments(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(2, changed()))
    history = History(folder)
    first, second = history.moments()
    root = "cluster:/api/v1/namespaces/shop/pods"
    assert list(history.between(first, second)) == [
        Change(f"{root}/web-2", What.GONE),
        Change(f"{root}/web-3", What.APPEARED),
        Change("cluster:/apis/apps/v1/namespaces/data/deployments/db", What.MOVED_ON),
        Change("cluster:/apis/apps/v1/namespaces/shop/deployments/web", What.CHANGED),
    ]
    assert list(history.between(first, first)) == []


def test_what_may_not_be_listed_any_more_is_not_gone(folder: str) -> None:
    keep(folder, taken(0))
    gap = Gap(Kind("", "Pod"), "shop", Why.MAY_NOT_LIST, "Pod may not be listed")
    keep(folder, taken(1, [*estate()[:4], gap]))
    history = History(folder)
    first, second = history.moments()
    assert [one.what for one in history.between(first, second)] == [What.UNKNOWN, What.UNKNOWN]
    assert [one.what for one in history.between(second, first)] == [What.UNKNOWN, What.UNKNOWN]


def test_a_snapshot_is_kept_once_and_of_one_cluster_only(folder: str) -> None:
    keep(folder, taken(0))
    with pytest.raises(HistoryError, match="holds a snapshot of 2026-11-01T10:00:00Z already"):
        keep(folder, taken(0, changed()))
    with pytest.raises(HistoryError, match="is the history of 'prod', and this is of 'staging'"):
        keep(folder, taken(1, cluster="staging"))
    assert len(History(folder).moments()) == 1


def test_older_ones_may_be_brought_in_later(folder: str) -> None:
    for day in (2, 0, 1):
        keep(folder, taken(day))
    assert [one.taken_at[:10] for one in History(folder).moments()] == ["2026-11-01", "2026-11-02", "2026-11-03"]


def test_pruning_leaves_nothing_of_what_it_lets_go(folder: str) -> None:
    keep(folder, taken(0, [*estate(), deployment("gone", image="registry.example/only-then:1")]))
    keep(folder, taken(1, changed()))
    keep(folder, taken(2, changed()))
    alone = str(Path(folder).parent / "alone")
    keep(alone, taken(1, changed()))
    keep(alone, taken(2, changed()))
    assert prune(folder, on(1)) == 1
    assert size(folder) == size(alone)
    assert verify(folder) == (2, [])
    assert list(History(folder).at(on(1)).lines()) == list(taken(1, changed()).lines())


def test_the_newest_is_never_pruned(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(1))
    assert prune(folder, on(99)) == 1
    assert prune(folder, on(99)) == 0
    assert len(History(folder).moments()) == 1


def test_nobody_else_may_read_it(folder: str) -> None:
    before = os.umask(0)
    try:
        keep(folder, taken(0))
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
    assert stat.S_IMODE((Path(folder) / FILE).stat().st_mode) == 0o600
    assert [one.name for one in Path(folder).iterdir()] == [FILE]


def test_what_is_damaged_is_found(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(1, changed()))
    assert verify(folder) == (2, [])
    path = Path(folder) / FILE
    sound = path.read_bytes()
    for statement in (
        "UPDATE body SET data = (SELECT data FROM body ORDER BY id LIMIT 1) WHERE id = 5",
        "UPDATE version SET resource_version = '8' WHERE id = 4",
        "UPDATE version SET asked = 1 WHERE id = 4",
        "UPDATE snapshot SET seal = replace(seal, 'a', 'b')",
        "UPDATE snapshot SET versions = (SELECT versions FROM snapshot ORDER BY id LIMIT 1)",
        "UPDATE snapshot SET taken_at = '2026-11-09T10:00:00Z', objects = 5 WHERE id = 1",
    ):
        with sqlite3.connect(path) as database:
            database.execute(statement)
        database.close()
        assert verify(folder)[1] != [], statement
        path.write_bytes(sound)
    assert verify(folder) == (2, [])


def test_bytes_that_changed_are_found_or_change_nothing(folder: str) -> None:
    keep(folder, taken(0))
    path = Path(folder) / FILE
    sound = path.read_bytes()
    wanted = list(taken(0).lines())
    for at in range(0, len(sound), 61):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :])
        try:
            found = verify(folder)[1]
        except HistoryError:
            continue
        if not found:
            assert list(History(folder).at().lines()) == wanted, at


def test_it_is_no_history(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="holds no history"):
        History(str(tmp_path))
    (tmp_path / FILE).write_bytes(b"something else, " * 100)
    with pytest.raises(HistoryError, match="damaged"):
        History(str(tmp_path))
    with pytest.raises(HistoryError, match="damaged"):
        keep(str(tmp_path), taken(0))
    (tmp_path / FILE).unlink()
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("CREATE TABLE of_somebody_else (a)")
    database.close()
    with pytest.raises(HistoryError, match="no history of Hardstand's"):
        keep(str(tmp_path), taken(0))


WRITER = """
import sys
from tests.sources.test_history import taken, deployment
from hardstand.sources.history.keeping import keep
made = taken(int(sys.argv[2]), [deployment(f"web-{at:05}") for at in range(3000)])
print("ready", flush=True)
keep(sys.argv[1], made)
print("kept", flush=True)
"""


def writer(folder: str, day: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, folder, str(day)], stdout=subprocess.PIPE)


def test_killed_while_writing_it_holds_what_it_held(folder: str) -> None:
    keep(folder, taken(0))
    killed = 0
    for at, wait in enumerate((0.02, 0.05, 0.1, 0.2, 0.3)):
        process = writer(folder, at + 1)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        held, faults = verify(folder)
        assert faults == []
        assert held == len(History(folder).moments())
        assert list(History(folder).at(on(0)).lines()) == list(taken(0).lines())
    assert killed > 0


def test_several_write_at_once(folder: str) -> None:
    faults: list[Exception] = []

    def work(day: int) -> None:
        try:
            keep(folder, taken(day))
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            faults.append(error)

    threads = [threading.Thread(target=work, args=(day,)) for day in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    assert verify(folder) == (8, [])


def test_it_is_read_while_it_is_written(folder: str) -> None:
    keep(folder, taken(0))
    lines = History(folder).at().lines()
    first = next(lines)
    keep(folder, taken(1))
    assert [first, *lines] == list(taken(0).lines())


def test_pruned_while_it_is_read_it_is_an_error(folder: str) -> None:
    keep(folder, taken(0))
    keep(folder, taken(1, changed()))
    old = History(folder).at(on(0))
    prune(folder, on(1))
    (fault,) = old.pages()
    assert not isinstance(fault, Page | Gap)
    assert "pruned" in fault.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)
METADATA = st.fixed_dictionaries({"name": st.just("a")}, optional={"resourceVersion": JSON, "labels": JSON})


@given(st.fixed_dictionaries({"metadata": METADATA}, optional={"status": JSON, "spec": JSON}), st.booleans())
def test_parts_are_together_what_they_were(data: dict[str, Any], spaced: bool) -> None:
    line = json.dumps(data, separators=None if spaced else (",", ":"), ensure_ascii=False).encode()
    assert together(apart(line)) == line


def test_a_seal_is_that_of_the_lines(folder: str) -> None:
    keep(folder, taken(0))
    *lines, last = History(folder).at().lines()
    assert json.loads(last)["sha256"] == hashlib.sha256(b"".join(lines)).hexdigest()
