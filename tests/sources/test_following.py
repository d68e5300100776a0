"""A follower through everything that a server can do to it. Beside it, tests/cluster/test_watch.py uses a real one."""

import json
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.model.verdict import Why
from hardstand.sources.cluster import following
from hardstand.sources.cluster.errors import ConnectError, DisconnectedError, ForbiddenError, GoneError, NotFoundError
from hardstand.sources.cluster.following import Broken, Came, Follower, Listed, Resumed, Went
from hardstand.sources.cluster.pages import page_of
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.sources.cluster.watching import Event

PODS = Resource(Kind("", "Pod"), "v1", "pods", namespaced=True)


class Server:
    """Objects with resource versions, and the events that led to them; it can be made to fail."""

    def __init__(self) -> None:
        self.objects: dict[str, int] = {}
        self.events: list[tuple[int, str, str]] = []
        self.version = 1
        self.oldest = 0
        self.down: Exception | None = None
        self.cut = threading.Event()
        self.lists = 0
        self._lock = threading.Lock()

    def put(self, name: str) -> None:
        with self._lock:
            self.version += 1
            self.events.append((self.version, "MODIFIED" if name in self.objects else "ADDED", name))
            self.objects[name] = self.version

    def drop(self, name: str) -> None:
        with self._lock:
            if self.objects.pop(name, None) is not None:
                self.version += 1
                self.events.append((self.version, "DELETED", name))

    def forget(self) -> None:
        """What happened so far can no longer be watched from."""
        self.oldest = self.version

    def list(self, *_: Any, **__: Any) -> "Listing":
        self.lists += 1
        if self.down:
            raise self.down
        with self._lock:
            return Listing([item(name, version) for name, version in self.objects.items()], str(self.version))

    def watch(self, resource: Resource, version: str, *_: Any, **__: Any) -> "Watching":
        if self.down:
            raise self.down
        return Watching(self, int(version))


class Listing(list[dict[str, Any]]):
    def __init__(self, items: Sequence[dict[str, Any]], version: str) -> None:
        super().__init__(items)
        self.resource_version = version


class Watching:
    def __init__(self, server: Server, version: int) -> None:
        self._server = server
        self._at = version
        self._closed = False
        self.resource_version = str(version)

    def close(self) -> None:
        self._closed = True

    def __iter__(self) -> Iterator[Event]:
        server = self._server
        while not self._closed:
            if server.down:
                raise server.down
            if server.cut.is_set():
                server.cut.clear()
                raise DisconnectedError("cut off")
            if self._at < server.oldest:
                raise GoneError(410, "too old resource version")
            for version, kind, name in list(server.events):
                if version > self._at:
                    self._at = version
                    self.resource_version = str(version)
                    yield Event(kind, item(name, version))
            time.sleep(0.002)


def item(name: str, version: int) -> dict[str, Any]:
    """The object in this version: what is asked of it is another in every third one, what is reported in each."""
    metadata = {"name": name, "namespace": "shop", "uid": name, "resourceVersion": str(version)}
    spec, status = {"asked": version // 3}, {"reported": version}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


@pytest.fixture
def told() -> "queue.SimpleQueue[Any]":
    return queue.SimpleQueue()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    for name in ("_FIRST_WAIT", "_LONGEST_WAIT", "_REFUSED_WAIT", "_SHORTEST"):
        monkeypatch.setattr(following, name, 0.01)
    return Server()


@pytest.fixture
def follow(server: Server, told: "queue.SimpleQueue[Any]") -> Iterator[Callable[[], Follower]]:
    made: list[Follower] = []

    def begin(need: Need | None = None) -> Follower:
        one = Follower(server, PODS, need or Need(whole=True), None, FingerprintKey(), told.put)  # type: ignore[arg-type]
        made.append(one)
        one.start()
        return one

    yield begin
    for one in made:
        one.stop()
        one.join(5)


def until(told: "queue.SimpleQueue[Any]", wanted: type, **fields: Any) -> list[Any]:
    """Everything up to the first of this type."""
    found: list[Any] = []
    while not found or not isinstance(found[-1], wanted):
        found.append(told.get(timeout=20))
    return found


def until_name(told: "queue.SimpleQueue[Any]", name: str) -> list[Any]:
    """Everything up to the first that came and is called so."""
    found: list[Any] = []
    while not found or not (isinstance(found[-1], Came) and name_of(found[-1]) == name):
        found.append(told.get(timeout=20))
    return found


def name_of(one: Any) -> str:
    return str(one.page.name if isinstance(one, Came) else one.name).rpartition("/")[2]


def test_what_is_there_is_listed_and_what_happens_is_told(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    server.put("a")
    follow()
    assert [type(one) for one in until(told, Listed)] == [Came, Listed]
    server.put("b")
    server.drop("a")
    assert [(type(one), name_of(one)) for one in until(told, Went)] == [(Came, "b"), (Went, "a")]


def test_what_is_only_reported_is_told_where_it_is_needed(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[..., Follower]
) -> None:
    server.version = 2
    follow(Need(whole=True, status=False))
    for _ in range(4):
        server.put("a")  # Versions 3 to 6, of which the first three ask for the same.
    server.put("z")
    found = [one for one in until_name(told, "z") if isinstance(one, Came) and name_of(one) == "a"]
    assert [json.loads(one.page.data)["metadata"]["resourceVersion"] for one in found] == ["3", "6"]
    assert all("status" not in json.loads(one.page.data) for one in found)


def test_a_list_that_says_the_same_tells_nothing_again(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[..., Follower]
) -> None:
    server.version = 2
    server.put("a")
    follow(Need(whole=True, status=False))
    until(told, Listed)
    server.forget()
    server.put("a")  # What is asked of it is as it was; the server says so in a list, for the watch has expired.
    server.forget()
    assert [type(one) for one in until(told, Listed)] == [Listed]
    server.put("a")
    server.put("a")
    assert [name_of(one) for one in until(told, Came)] == ["a"]


def test_a_status_stays_where_something_is_printed_behind_it() -> None:
    made = {"kind": "Claim", "apiVersion": "x/v1", "metadata": {"name": "a"}, "status": {"a": 1}, "then": 2}
    pages = [page_of({**made, **more}, PODS, FingerprintKey(), status=False) for more in ({}, {"then": None})]
    assert all(b"status" in one.data for one in pages)
    del made["then"]
    assert b"status" not in page_of(made, PODS, FingerprintKey(), status=False).data


def test_a_cut_connection_goes_on_where_it_was(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    server.put("a")
    follow()
    until(told, Listed)
    server.cut.set()
    assert isinstance(until(told, Resumed)[0], Broken)
    server.put("b")
    assert [name_of(one) for one in until(told, Came)] == ["b"]
    assert server.lists == 1


def test_an_expired_version_is_made_up_for_by_a_list(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    for name in "abc":
        server.put(name)
    follow()
    until(told, Listed)
    server.down = ConnectError("refused")
    until(told, Broken)
    server.drop("a")
    server.put("b")
    server.put("d")
    server.put("e")
    server.drop("e")
    server.forget()
    server.down = None
    after = until(told, Listed)
    said = [(type(one), name_of(one)) for one in after if isinstance(one, Came | Went)]
    assert sorted(said, key=str) == sorted([(Came, "b"), (Came, "d"), (Went, "a")], key=str)


def test_what_may_no_longer_be_listed_is_a_gap_until_it_may(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    server.put("a")
    follow()
    until(told, Listed)
    server.down = ForbiddenError(403, "no")
    found = until(told, Listed)
    assert [(type(one), name_of(one)) for one in found if isinstance(one, Went)] == [(Went, "a")]
    assert found[-1].gap.why is Why.MAY_NOT_LIST
    server.down = None
    while found[-1].gap is not None:
        found = until(told, Listed)
    assert [name_of(one) for one in found if isinstance(one, Came)] == ["a"]


def test_a_kind_that_is_no_longer_served_has_no_objects(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    server.put("a")
    follow()
    until(told, Listed)
    server.down = NotFoundError(404, "no such kind")
    found = until(told, Listed)
    assert found[-1].gap is None
    assert [name_of(one) for one in found if isinstance(one, Went)] == ["a"]


@pytest.mark.parametrize("seed", range(5))
def test_through_any_failures_what_is_told_comes_to_what_is_there(
    seed: int, server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    chance = random.Random(seed)
    one = follow()
    for _ in range(150):
        match chance.randrange(8):
            case 0:
                server.cut.set()
            case 1:
                server.down = chance.choice([ConnectError("refused"), DisconnectedError("cut"), None])
            case 2:
                server.forget()
            case 3:
                one.list_again()
            case 4 | 5:
                server.drop(chance.choice("abcdef"))
            case _:
                server.put(chance.choice("abcdef"))
        time.sleep(chance.random() * 0.01)
    server.down = None
    server.put("last")
    there: dict[str, bytes] = {}
    while "last" not in there or not told.empty():
        found = told.get(timeout=20)
        if isinstance(found, Came):
            assert there.get(name_of(found)) != found.page.data, "told twice"
            there[name_of(found)] = found.page.data
        elif isinstance(found, Went):
            assert there.pop(name_of(found), None) is not None, "told of an end that nobody knew the beginning of"
    one.list_again()
    until(told, Listed)
    assert set(there) == set(server.objects)


def test_an_error_that_nobody_thought_of_is_told_and_followed_on(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower]
) -> None:
    """A thread that ended would leave the picture as it was, and nobody would know."""
    server.put("a")
    follow()
    until(told, Listed)
    server.down = ValueError("Invalid header value b'Bearer s3cr3t'")
    (*_, broken) = until(told, Broken)
    assert "ValueError" in broken.reason
    assert "s3cr3t" not in broken.reason
    server.put("b")
    server.drop("a")
    server.down = None
    assert {name_of(one) for one in until(told, Listed) if isinstance(one, Came)} == {"b"}


def test_a_list_that_breaks_off_is_asked_for_still(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("a")
    one = follow()
    until(told, Listed)
    whole, cut = server.list, [True]

    def breaking(*some: Any, **more: Any) -> Listing:
        if cut.pop() if cut else False:
            raise DisconnectedError("cut off")
        return whole(*some, **more)

    monkeypatch.setattr(server, "list", breaking)
    one.list_again()
    found = until(told, Listed)
    assert any(isinstance(each, Broken) for each in found)
    assert not cut


def test_what_may_be_listed_and_not_watched_is_said_and_goes_on(
    server: Server, told: "queue.SimpleQueue[Any]", follow: Callable[[], Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: Any, **__: Any) -> None:
        raise ForbiddenError(403, "no")

    monkeypatch.setattr(server, "watch", refusing)
    server.put("a")
    follow()
    found = until(told, Broken)
    assert [type(each) for each in found] == [Came, Listed, Broken]
    assert found[1].gap is None
    assert "may be listed and not watched" in found[-1].reason
    server.put("b")
    assert [name_of(each) for each in until(told, Came) if isinstance(each, Came)] == ["b"]
