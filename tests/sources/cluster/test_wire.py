"""What comes over the wire when something is in the way: a server of sockets that says exactly what a test wants."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.discovery import served
from hardstand.sources.cluster.errors import ApiError, ClusterError, DisconnectedError, GoneError
from hardstand.sources.cluster.kubeconfig import access
from tests.sources.cluster.asking import CONFIG_MAPS, kubeconfig


def answer(body: object, status: str = "200 OK", *headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    # One connection, one answer: whoever keeps it would ask where nobody listens.
    head = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        + end
    )


def names(*which: str, token: str = "") -> dict[str, object]:
    items = [{"metadata": {"name": one, "uid": one}} for one in which]
    return {"metadata": {"resourceVersion": "7", "continue": token}, "items": items}


Serve = Callable[..., tuple[Client, list[str], list[float]]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A server that gives these answers, one a connection; and the requests and the waits that there were."""
    listener = socket.create_server(("127.0.0.1", 0))

    def begin(*answers: bytes) -> tuple[Client, list[str], list[float]]:
        asked: list[str] = []
        waits: list[float] = []

        def run() -> None:
            for one in answers:
                try:
                    accepted = listener.accept()[0]
                except OSError:  # The test is over, and nobody has asked for this one.
                    return
                with accepted as connection:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        if not (part := connection.recv(65536)):
                            break
                        head += part
                    asked.append(head.split(b" ")[1].decode())
                    connection.sendall(one)

        threading.Thread(target=run, daemon=True).start()
        config = kubeconfig(tmp_path / "c", f"http://127.0.0.1:{listener.getsockname()[1]}/base", {})
        return Client(access(str(config)), sleep=waits.append), asked, waits

    yield begin
    listener.close()


def test_paths_stand_below_that_of_the_server(serve: Serve) -> None:
    client, asked, _ = serve(answer({"gitVersion": "v1.2.3"}))
    assert client.version() == "v1.2.3"
    assert asked == ["/base/version"]


def test_who_asks_too_much_waits_as_long_as_is_said(serve: Serve) -> None:
    busy = answer({"message": "slow down"}, "429 Too Many Requests", "Retry-After: 3")
    client, _, waits = serve(busy, busy, answer({"gitVersion": "v1"}))
    assert client.version() == "v1"
    assert waits == [3, 3]


def test_a_server_that_is_away_for_a_moment(serve: Serve) -> None:
    away = answer(b"upstream connect error", "503 Service Unavailable")
    client, _, waits = serve(away, away, answer({"gitVersion": "v1"}))
    assert client.version() == "v1"
    assert waits == [0.25, 0.5]


def test_a_server_that_is_away_for_good(serve: Serve) -> None:
    client, _, waits = serve(*[answer({"message": "no backend"}, "503 Service Unavailable")] * 4)
    with pytest.raises(ApiError, match="no backend"):
        client.version()
    assert waits == [0.25, 0.5, 1.0]


def test_what_may_have_had_an_effect_is_not_sent_twice(serve: Serve) -> None:
    client, asked, waits = serve(answer({"message": "oh"}, "503 Service Unavailable"))
    with pytest.raises(ApiError, match="oh"):
        client.send("POST", "/api/v1/things", {})
    client, asked, waits = serve(b"", answer({}))
    with pytest.raises(DisconnectedError):
        client.send("POST", "/api/v1/things", {})
    assert len(asked) == 1
    assert waits == []


@pytest.mark.parametrize(
    "cut", [answer(names("a", "b"))[:-9], chunked(b'{"items": [', end=b"")], ids=["short", "no end"]
)
def test_an_answer_that_is_cut_off_is_asked_for_again(serve: Serve, cut: bytes) -> None:
    client, asked, _ = serve(cut, answer(names("a", "b")))
    assert [one["metadata"]["name"] for one in client.list(CONFIG_MAPS)] == ["a", "b"]
    assert len(asked) == 2


def test_an_answer_that_is_always_cut_off(serve: Serve) -> None:
    client, _, waits = serve(*[answer(names("a"))[:-9]] * 7)
    with pytest.raises(DisconnectedError):
        list(client.list(CONFIG_MAPS))
    assert len(waits) == 6


def test_a_page_to_sign_in_at_is_no_list(serve: Serve) -> None:
    for body in (
        b"<html>Sign in</html>",
        b"[]",
        b'{"items": [7]}',
        b'{"items": [{}]}',
        b'{"items": [{"metadata": 1',
        b"",
    ):
        client, *_ = serve(answer(body))
        with pytest.raises(ApiError, match="gave no list of objects") as caught:
            list(client.list(CONFIG_MAPS))
        assert caught.value.hint == "is an API server there?"
    client, *_ = serve(answer(b"<html>"))
    with pytest.raises(ApiError, match="gave no JSON"):
        client.version()


def test_nothing_is_followed_to_elsewhere(serve: Serve) -> None:
    """A token goes to no other server."""
    client, *_ = serve(answer(b"", "302 Found", "Location: http://127.0.0.1:9/"))
    with pytest.raises(ApiError, match="HTTP status 302"):
        client.version()


def test_what_the_server_says_cannot_act_on_a_terminal(serve: Serve) -> None:
    client, *_ = serve(answer({"message": "\x1b[2Jall is well\n"}, "400 Bad Request"))
    with pytest.raises(ApiError) as caught:
        client.version()
    assert "\\x1b[2Jall is well\\x0a" in str(caught.value)


def test_an_expired_token_without_another_starts_over_and_gives_nothing_twice(serve: Serve) -> None:
    gone = answer({"message": "too old", "metadata": {}}, "410 Gone")
    client, asked, _ = serve(answer(names("a", "b", token="t")), gone, answer(names("a", "b", "c")))
    assert [one["metadata"]["name"] for one in client.list(CONFIG_MAPS)] == ["a", "b", "c"]
    assert ["continue=" in one for one in asked] == [False, True, False]
    client, *_ = serve(*[answer(names("a", token="t")), gone] * 5)
    with pytest.raises(GoneError):
        list(client.list(CONFIG_MAPS))


def test_large_objects_make_small_pages(serve: Serve) -> None:
    big = names("a", token="t")
    big["items"] = [{"metadata": {"name": str(at), "uid": str(at)}, "data": {"x": "x" * 400_000}} for at in range(20)]
    client, asked, _ = serve(answer(big), answer(names("z", token="u")), answer(names("y")))
    assert len(list(client.list(CONFIG_MAPS))) == 22
    assert ["limit=100" in asked[0], "limit=10" in asked[1], "limit=500" in asked[2]] == [True] * 3


def test_a_watch_in_pieces(serve: Serve) -> None:
    event = {"type": "ADDED", "object": {"metadata": {"name": "ä", "resourceVersion": "8"}}}
    line = json.dumps(event, ensure_ascii=False).encode() + b"\n"
    mark = json.dumps({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "9"}}}).encode() + b"\n"
    text = line + line + mark
    client, asked, _ = serve(chunked(*(text[at : at + 7] for at in range(0, len(text), 7))))
    watch = client.watch(CONFIG_MAPS, "7")
    assert [one.type for one in watch] == ["ADDED", "ADDED", "BOOKMARK"]
    assert watch.resource_version == "9"
    assert "resourceVersion=7" in asked[0]
    assert "allowWatchBookmarks=true" in asked[0]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (chunked(b'{"type": "ADDED", "object": {"metadata": {}}}\n{"type"'), DisconnectedError),
        (chunked(b'{"type": "ADDED", "object": {"metadata": {}}}\n', end=b""), DisconnectedError),
        (chunked(b'{"type": "ADDED", "object": {"metadata": {}}}\n[]\n'), DisconnectedError),
        (
            chunked(
                b'{"type": "ADDED", "object": {"metadata": {}}}\n'
                b'{"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}\n'
            ),
            GoneError,
        ),
    ],
    ids=["half an event", "no end", "no event", "an error"],
)
def test_a_watch_that_ends_badly(serve: Serve, sent: bytes, error: type[ClusterError]) -> None:
    client, *_ = serve(sent)
    seen = []
    with pytest.raises(error):
        seen.extend(one.type for one in client.watch(CONFIG_MAPS, "7"))
    assert seen == ["ADDED"]


def test_a_server_from_before_aggregated_discovery(serve: Serve) -> None:
    things = [
        {"name": "things", "kind": "Thing", "namespaced": True, "verbs": ["get", "list"]},
        {"name": "things/status", "kind": "Thing", "namespaced": True, "verbs": ["get"]},
        {"name": "reviews", "kind": "Review", "namespaced": False, "verbs": ["create"]},
    ]
    group = {"name": "old.example", "versions": [{"version": "v1beta1"}, {"version": "v1"}]}
    client, asked, _ = serve(
        answer({"kind": "APIVersions", "versions": ["v1"]}),
        answer({"resources": [{"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]}]}),
        answer({"kind": "APIGroupList", "groups": [group, {"name": "dead", "versions": [{"version": "v2"}]}]}),
        answer({"resources": things}),
        answer({"resources": things}),
        *[answer({"message": "no backend"}, "503 Service Unavailable")] * 4,
    )
    found = served(client)
    assert {str(kind): one.api_version for kind, one in found.resources.items()} == {
        "Pod": "v1",
        "Thing.old.example": "old.example/v1",
    }
    assert found.dead == {"dead": "v2"}
    assert asked[:4] == ["/base/api", "/base/api/v1", "/base/apis", "/base/apis/old.example/v1beta1"]
