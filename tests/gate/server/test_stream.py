"""The bytes of a connection are read the same however they are cut, and what can be read two ways is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.gate.server import http
from hardstand.gate.server.chunked import CHUNK_LIMIT
from hardstand.gate.server.interface import Limits, RefusedError
from hardstand.gate.server.stream import Stream

LIMITS = Limits(body=1000, head=400)


def bodies(stream: Stream) -> list[tuple[str, bytes]]:
    """What can be read of the stream by now."""
    read = []
    while (head := stream.head()) is not None:
        body = stream.body(head)
        assert body is not None
        read.append((head.path, body))
    return read


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, str, bytes]:
    """The bytes of a request, with the path and the body that they spell."""
    path = "/" + draw(st.text("abc/-", max_size=9))
    body = draw(st.binary(max_size=80))
    start = draw(st.sampled_from([b"", b"\r\n"])) + f"POST {path}?timeout=1s HTTP/1.1\r\nHost: h\r\n".encode()
    if draw(st.booleans()):
        return start + b"CONTENT-length:  %d \r\n\r\n" % len(body) + body, path, body
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=5)))
    parts = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True) if a != b]
    extension = draw(st.sampled_from([b"", b";a=b", b" ; c"]))
    chunks = b"".join(b"%X%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    trailers = draw(st.sampled_from([b"", b"X-Sum: 1\r\n", b"A: b\r\nC: d\r\n"]))
    return start + b"Transfer-Encoding: Chunked\r\n\r\n" + chunks + b"0\r\n" + trailers + b"\r\n", path, body


@given(st.lists(requests(), min_size=1, max_size=4), st.data())
def test_however_the_stream_is_cut(made: list[tuple[bytes, str, bytes]], data: st.DataObject) -> None:
    whole = b"".join(each for each, _, _ in made)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    stream, read, head = Stream(LIMITS), [], None
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        stream.feed(whole[start:end])
        while (head := head or stream.head()) is not None and (body := stream.body(head)) is not None:
            read.append((head.path, body))
            head = None
    assert read == [(path, body) for _, path, body in made]
    assert stream.held == 0


@given(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=6))
def test_whatever_is_sent_is_read_or_refused_and_the_same_however_cut(sent: bytes, cuts: list[int]) -> None:
    assert outcome(sent, []) == outcome(sent, sorted(cuts))


SENT = [
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcd",
]


@given(st.sampled_from(SENT), st.integers(0, 80), st.binary(max_size=3), st.lists(st.integers(0, 90), max_size=6))
def test_damaged_requests_are_read_the_same_however_cut(sent: bytes, at: int, damage: bytes, cuts: list[int]) -> None:
    damaged = sent[:at] + damage + sent[at + len(damage) :]
    assert outcome(damaged, []) == outcome(damaged, sorted(cuts))


def outcome(sent: bytes, cuts: list[int]) -> tuple[list[bytes], int]:
    """The bodies that were read, and the status of the refusal that ended it, or 0."""
    stream, read, head = Stream(LIMITS), [], None
    try:
        for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
            stream.feed(sent[start:end])
            while (head := head or stream.head()) is not None and (body := stream.body(head)) is not None:
                read.append(body)
                head = None
    except RefusedError as error:
        return read, error.status
    return read, 0


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\nb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", 417),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 300, 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n", 413),
        (
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1F4\r\n" + b"a" * 500 + b"\r\n1F5\r\n",
            413,
        ),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 400, 431),
    ],
)
def test_what_can_be_read_two_ways_or_is_too_long_is_refused(head: bytes, status: int) -> None:
    assert outcome(head, []) == ([], status)
    assert outcome(head, list(range(len(head)))) == ([], status)


FIELDS = [
    b"Host: h", b"Accept: */*", b"Connection: close", b"Content-Length: 3", b"content-length: 4", b"Content-Length:  5",
    b"Content-length: 6 ", b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"X: Content-Length: 7", b" folded",
    b"Content-Length: +8", b"Content-Length: 99999999999999999999", b"",
]  # fmt: skip


@given(
    st.sampled_from([b"GET / HTTP/1.1", b"POST /a?b HTTP/1.0", b"GET /", b"", b"Content-Length: 1"]),
    st.lists(st.sampled_from(FIELDS), max_size=5),
)
def test_a_head_that_is_like_another_but_for_its_length_is_read_like_any(first: bytes, fields: list[bytes]) -> None:
    head = b"\r\n".join([first, *fields])
    assert parsed(http.parse, head) == parsed(http._parsed, head)
    assert parsed(http.parse, head) == parsed(http._parsed, head)  # Known by now.


def parsed(parse: Callable[[bytes], http.Head], head: bytes) -> http.Head | tuple[int, str]:
    try:
        return parse(head)
    except RefusedError as error:
        return error.status, error.sentence


def test_a_body_of_countless_chunks_is_refused() -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    stream = Stream(Limits())
    stream.feed(head + b"1\r\na\r\n" * CHUNK_LIMIT)
    found = stream.head()
    assert found is not None
    with pytest.raises(RefusedError, match="more than 10000 chunks"):
        stream.body(found)


def test_targets_in_absolute_form_are_read() -> None:
    stream = Stream(LIMITS)
    stream.feed(b"GET https://h:443/readyz?a=b HTTP/1.1\r\nHost: h\r\n\r\nGET https://h HTTP/1.1\r\nHost: h\r\n\r\n")
    assert bodies(stream) == [("/readyz", b""), ("/", b"")]
