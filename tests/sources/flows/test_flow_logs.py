"""Files are read as streams, in the order of time, packed or not; what cannot be read is told with its place."""

import gzip
import json
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hardstand.model.flow import End, Ended, Flow, NameQuery
from hardstand.model.run import Unreadable
from hardstand.sources.flows import recognising
from hardstand.sources.flows.logs import FlowLogs
from hardstand.sources.flows.own import written
from hardstand.sources.zstd import compressed

from .told import DATA, read, short

TEN = datetime(2026, 11, 25, 10, tzinfo=UTC)


def own(at: float = 0, port: int = 80, **more: object) -> str:
    flow = Flow(TEN + timedelta(seconds=at), End("10.0.0.1"), End("10.0.0.2"), "TCP", port)
    return written(flow) if not more else json.dumps({**json.loads(written(flow)), **more})


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: b"".join(compressed([data]))])
def test_packed_or_not_is_told_by_content(pack: "type[bytes]", tmp_path: Path) -> None:
    data = (DATA / "aws.log").read_bytes()
    (tmp_path / "packed").write_bytes(pack(data))
    assert read(tmp_path / "packed")[0] == read(DATA / "aws.log")[0]


def test_what_is_packed_and_cut_off_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress((DATA / "aws-v2.log").read_bytes() * 100)[:-20])
    assert "cannot be unpacked any further" in read(tmp_path / "x.gz")[2][-1].reason


def test_a_folder_is_read_in_the_order_of_time_and_each_file_in_its_form(tmp_path: Path) -> None:
    (tmp_path / "b.log").write_text("\n".join(own(at) for at in (0, 10, 20)))
    (tmp_path / "a.log").write_text("\n".join(own(at) for at in (5, 15, 25)))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/z").write_bytes((DATA / "nginx-combined.log").read_bytes())
    flows, _, faults = read(tmp_path)
    assert faults == []
    times = [(one.time - TEN).total_seconds() for one in flows[:6]]
    assert times == [0, 5, 10, 15, 20, 25]
    assert len(flows) == 13


def test_both_ends_may_be_in_files_of_their_own_over_hours(tmp_path: Path) -> None:
    """Each node's log goes over a day; the same connections are hours apart in what is read one file after another."""
    for node, late in (("a", 0), ("b", 3)):
        lines = [
            f"2 1 eni-{node} 10.0.0.1 10.0.0.2 {40000 + at} 443 6 1 100 {begins} {begins + 50} ACCEPT OK"
            for at in range(600)
            for begins in (1795600800 + at * 60 + late,)
        ]
        (tmp_path / f"{node}.log").write_text("\n".join(lines))
    flows, _, faults = read(tmp_path)
    assert (len(flows), faults) == (600, [])
    assert {(one.count, one.bytes_sent) for one in flows} == {(1, 100)}


def test_standard_input_is_read(tmp_path: Path) -> None:
    code = (
        "from hardstand.sources.flows.logs import FlowLogs\n"
        "for one in FlowLogs(('-',)).open(): print(type(one).__name__, one.place.file)"
    )
    for data in (own().encode(), gzip.compress(own().encode())):
        done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
        assert done.stdout.decode().split() == ["Flow", "-"]


def test_what_is_no_flow_log_is_told_and_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\nworld\n")
    flows, _, (fault,) = read(tmp_path / "x")
    assert flows == []
    assert all(one.name in fault.reason for one in recognising.FORMS)
    _, _, faults = read(f"hubble:{tmp_path / 'x'}")
    assert [one.line for one in faults] == [1, 2]
    assert "no such file" in read(tmp_path / "none")[2][0].reason
    (tmp_path / "empty").write_text("")
    assert read(tmp_path / "empty") == ([], [], [])


def test_a_form_may_be_named_and_whose_log_it_is() -> None:
    form, writer, path = recognising.named("nginx@shop/web:/x:y")
    assert form is not None
    assert (form.name, writer, path) == ("nginx", End(namespace="shop", workload="web"), "/x:y")
    assert recognising.named("C:/x")[0] is None
    assert recognising.named("logs/x")[2] == "logs/x"
    place = "/var/log/containers/web-1_shop_nginx-" + "0f" * 32 + ".log"
    assert recognising.pod_of(place) == End(namespace="shop", pod="web-1")


def test_faults_are_told_one_by_one_up_to_a_number(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("\n".join([own(), *["junk"] * 50, own(1)]))
    flows, _, faults = read(tmp_path / "x")
    assert len(flows) == 2
    assert [one.line for one in faults[:20]] == list(range(2, 22))
    assert [one.reason for one in faults[20:]] == ["30 further lines are no records"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": "yesterday"}, "is no time"),
        ({"time": None}, "is no time"),
        ({"port": 65536}, "is no port"),
        ({"port": True}, "is no count"),
        ({"source": {"address": "10.0.0.256"}}, "is no IP address"),
        ({"source": None}, "an end of it is missing"),
        ({"source": {"adress": "10.0.0.1"}}, "there is no field 'adress'"),
        ({"ended": "maybe"}, "`ended` is none of"),
        ({"count": None}, "`count` is no count"),
        ({"count": -1}, "is no count"),
        ({"protocol": "tls"}, "is none of IP"),
        ({"seconds": "soon"}, "is no length of time"),
        ({"bytes": 1}, "there is no field 'bytes'"),
        ({"query": {"name": "x"}}, "there is no field"),
    ],
)
def test_our_own_form_is_strict(change: dict[str, object], words: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(own(**change))
    flows, queries, (fault,) = read(tmp_path / "x")
    assert (flows, queries) == ([], [])
    assert words in fault.reason


TEXTS = st.text(max_size=12)
ENDS = st.builds(
    End,
    address=st.one_of(st.just(""), st.ip_addresses().map(str).map(lambda one: read_address(one))),
    namespace=TEXTS,
    pod=TEXTS,
    workload=TEXTS,
    workload_kind=TEXTS,
    service=TEXTS,
    name=TEXTS,
    labels=st.dictionaries(TEXTS, TEXTS, max_size=3).map(lambda one: tuple(one.items())),
)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(8999, 1, 1), timezones=st.just(UTC))
COUNTS = st.one_of(st.none(), st.integers(0, 2**63))
PORTS = st.one_of(st.none(), st.integers(0, 65535))
FLOWS = st.builds(
    Flow,
    time=TIMES,
    source=ENDS,
    destination=ENDS,
    protocol=st.sampled_from(["TCP", "UDP", "SCTP", "ICMP", "47", "0", "255"]),
    port=PORTS,
    source_port=PORTS,
    ended=st.sampled_from(Ended),
    seconds=st.one_of(st.none(), st.floats(0, 1e9)),
    bytes_sent=COUNTS,
    bytes_received=COUNTS,
    count=st.integers(0, 10**9),
    place=st.just(Flow.__dataclass_fields__["place"].default),
)
QUERIES = st.builds(
    NameQuery,
    time=TIMES,
    client=ENDS,
    name=TEXTS,
    record_type=TEXTS,
    code=TEXTS,
    query_size=COUNTS,
    answer_size=COUNTS,
    server=ENDS,
    place=st.just(Flow.__dataclass_fields__["place"].default),
)


def read_address(word: str) -> str:
    from hardstand.sources.flows.fields import address

    return address(word)


QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@QUIET
@given(st.lists(st.one_of(FLOWS, QUERIES), min_size=1, max_size=5))
def test_what_is_written_in_our_form_is_read_back(tmp_path: Path, every: list[Flow | NameQuery]) -> None:
    (tmp_path / "x").write_text("".join(written(one) + "\n" for one in every), encoding="utf-8")
    assert list(FlowLogs((str(tmp_path / "x"),)).open()) == every


SCHEMA = json.loads(Path("spec/flow.v1.schema.json").read_text())


@QUIET
@given(st.one_of(FLOWS, QUERIES))
def test_what_is_written_is_as_the_schema_says(one: Flow | NameQuery) -> None:
    assert list(Draft202012Validator(SCHEMA).iter_errors(json.loads(written(one)))) == []


def test_the_examples_of_the_page_are_read(tmp_path: Path) -> None:
    lines = [one.strip() for one in Path("docs/flows.md").read_text().splitlines() if '"hardstand.dev/flow/v1"' in one]
    for one in lines:
        Draft202012Validator(SCHEMA).validate(json.loads(one))
    (tmp_path / "x").write_text("\n".join(lines))
    flows, queries, faults = read(tmp_path / "x")
    assert (len(flows), len(queries), faults) == (1, 1, [])


LINES = [line for one in sorted(DATA.iterdir()) if one.suffix != ".md" for line in one.read_bytes().splitlines()]
NAMES = st.sampled_from(["", *(f"{one.name}:" for one in recognising.FORMS)])


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A line of a real log of which a part is another."""
    line = draw(st.sampled_from(LINES))
    at = draw(st.integers(0, len(line)))
    until = draw(st.integers(at, min(len(line), at + 30)))
    return line[:at] + draw(st.binary(max_size=8)) + line[until:]


KEYS = sorted(set(re.findall(r'"([a-zA-Z_0-9:]+)":', b"\n".join(LINES).decode())))

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda one: st.one_of(
        st.lists(one, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS),
            one,
            max_size=8,
        ),
    ),
    max_leaves=20,
)


@QUIET
@given(
    NAMES, st.lists(st.one_of(broken(), st.binary(max_size=40), JSON.map(lambda v: json.dumps(v).encode())), max_size=6)
)
def test_no_line_ever_raises(tmp_path: Path, name: str, lines: list[bytes]) -> None:
    (tmp_path / "x").write_bytes(b"\n".join(lines))
    for one in FlowLogs((f"{name}{tmp_path / 'x'}",)).open():
        assert isinstance(one, Flow | NameQuery | Unreadable)


def endless() -> Iterator[bytes]:
    """Connections that all differ, as conntrack tells their events."""
    for at in range(12_000):
        where, port = f"10.0.0.{at % 200}", 30000 + at
        yield (
            f"[{1795600800 + at / 100:.6f}]\t    [NEW] tcp      6 120 SYN_SENT src={where} dst=10.9.9.9 sport={port} "
            f"dport=443 [UNREPLIED] src=10.9.9.9 dst={where} sport=443 dport={port}\n"
        ).encode()


def test_what_is_held_does_not_grow_with_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hardstand.sources.flows import merging

    monkeypatch.setattr(merging, "MOST", 500)
    with (tmp_path / "x").open("wb") as file:
        file.writelines(endless())
    peaks = []
    log = FlowLogs((str(tmp_path / "x"),)).open()
    tracemalloc.start()
    try:
        for count, _ in enumerate(log, start=1):
            if count in (5_000, 11_000):
                peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert count == 12_000
    assert peaks[1] < peaks[0] * 1.2


def test_hubble_of_one_node_is_read_like_that_of_all(tmp_path: Path) -> None:
    """A file of each node, as the exporter writes them, and one stream of all, as `hubble observe` prints it."""
    lines = [json.loads(one) for one in (DATA / "hubble.json").read_text().splitlines()]
    for node in ("node-a", "node-b"):
        mine = [json.dumps(one) for one in lines if one["node_name"] == node]
        (tmp_path / f"{node}.log").write_text("\n".join(mine))
    together, queries, _ = read(DATA / "hubble.json")
    apart, queried, _ = read(tmp_path)
    assert sorted(map(short, apart)) == sorted(map(short, together))
    assert queried == queries


def test_folders_that_may_not_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no files" in read(tmp_path / "empty")[2][0].reason


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text((own() + "\n") * 20_000)
    told: list[int] = []
    assert len(list(FlowLogs((str(tmp_path / "x"),), told.append).open())) == 20_000
    assert told == [10_000, 20_000]
