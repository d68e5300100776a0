"""What both ends tell, or several records of one connection, is told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.model.flow import End, Ended, Flow, NameQuery
from hardstand.sources.flows import merging
from hardstand.sources.flows.beginning import begun
from hardstand.sources.flows.merging import Merging, turned_around
from hardstand.sources.flows.seen import Asked, Seen

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
FLOW = Flow(NOON, End("10.0.0.1"), End("10.0.0.2"), "TCP", 80, 40000, Ended.ALLOWED)


def seen(at: float = 0, side: str = "a", flow: Flow = FLOW, connection: bool = True, **more: object) -> Seen:
    names = {name: more.pop(name) for name in list(more) if name in ("sure", "begins", "totals")}
    told = replace(flow, time=NOON + timedelta(seconds=at), **more)  # type: ignore[arg-type]
    return Seen(told, side, connection, **names)  # type: ignore[arg-type]


def merged(*every: Seen | Asked) -> list[Flow | NameQuery]:
    merging = Merging()
    found = [flow for one in every for flow in merging.take(one)]
    return found + list(merging.rest())


def told(*every: Seen) -> list[tuple[str, int, int | None, int | None]]:
    flows = [one for one in merged(*every) if isinstance(one, Flow)]
    return [(one.ended.value, one.count, one.bytes_sent, one.bytes_received) for one in flows]


def test_both_ends_are_one_flow_with_the_greater_size() -> None:
    assert told(seen(bytes_sent=100), seen(1, "b", bytes_sent=90, bytes_received=7)) == [("allowed", 1, 100, 7)]


def test_what_goes_on_is_no_new_connection() -> None:
    going_on = [seen(at, side, bytes_sent=10) for at in range(0, 600, 60) for side in ("a", "b")]
    found = told(*going_on)
    assert sum(count for _, count, _, _ in found) == 1
    assert found[0][1] == 1
    assert sum(sent or 0 for _, _, sent, _ in found) == 100


def test_without_sizes_nothing_is_told_of_what_goes_on() -> None:
    assert told(*(seen(at) for at in range(0, 600, 60))) == [("allowed", 1, None, None)]


def test_totals_are_not_added_up() -> None:
    lists = [seen(at, bytes_sent=at * 10, totals=True) for at in range(0, 301, 30)]
    assert sum(sent or 0 for _, _, sent, _ in told(*lists)) == 3000


def test_the_same_ports_later_are_another_connection() -> None:
    assert len(told(seen(), seen(59, begins=True))) == 1
    assert [one[1] for one in told(seen(), seen(61, begins=True))] == [1, 1]
    assert [one[1] for one in told(seen(), seen(61))] == [1]
    assert [one[1] for one in told(seen(), seen(20 * 60 + 1))] == [1, 1]


def test_what_one_end_refused_was_not_allowed() -> None:
    every = (seen(), seen(0, "b", ended=Ended.REFUSED))
    for order in permutations(every):
        assert told(*order) == [("refused", 1, None, None)]


def test_pairs_are_added_up_and_refusals_taken_off() -> None:
    pair = replace(FLOW, source_port=None)
    every = [
        seen(0, "src", pair, connection=False, count=7, bytes_sent=70),
        seen(1, "dst", pair, connection=False, count=5, bytes_sent=50),
        seen(1, "dst", pair, connection=False, count=2, ended=Ended.REFUSED, bytes_sent=20),
    ]
    for order in permutations(every):
        assert sorted(told(*order)) == [("allowed", 5, 70, None), ("refused", 2, None, None)]
    at_source = seen(0, "src", pair, connection=False, count=3, ended=Ended.REFUSED)
    assert sorted(told(*every, at_source)) == [("allowed", 5, 70, None), ("refused", 5, None, None)]


def test_a_guess_follows_what_is_known_of_the_connection() -> None:
    high = replace(FLOW, port=50000)
    back = turned_around(replace(high, bytes_sent=None, bytes_received=9))
    assert told(seen(0, "a", high, bytes_sent=5), seen(1, "a", back, sure=False)) == [("allowed", 1, 5, 9)]
    assert len(told(seen(0, "a", high), seen(1, "a", back))) == 2, "that one is sure"


def test_what_only_one_end_knows_is_kept() -> None:
    ours = replace(FLOW, source=replace(FLOW.source, pod="web"))
    theirs = replace(FLOW, destination=replace(FLOW.destination, service="api"))
    (one,) = merged(seen(flow=ours), seen(1, "b", theirs))
    assert isinstance(one, Flow)
    assert (one.source.pod, one.destination.service) == ("web", "api")


def test_it_comes_out_when_a_minute_has_passed() -> None:
    merging = Merging()
    assert list(merging.take(seen())) == []
    assert list(merging.take(seen(59, source_port=1))) == []
    assert [one.time for one in merging.take(seen(60, source_port=2))] == [NOON]


def test_what_is_remembered_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MOST", 10)
    one = Merging()
    flows = [flow for port in range(1000) for flow in one.take(seen(port / 1000, source_port=port))]
    assert len(one._states) == 10
    assert len(flows) + len(list(one.rest())) == 1000
    assert len(one._held) == 0


def test_an_answer_joins_its_question() -> None:
    query = NameQuery(NOON, End("10.0.0.1"), "a.example", "A")
    answer = replace(query, time=NOON + timedelta(seconds=1), code="NXDOMAIN")
    assert merged(Asked(query, ("k",), False), Asked(answer, ("k",), True)) == [replace(answer, time=NOON)]
    assert merged(Asked(query, ("k",), False)) == [query]
    assert merged(Asked(query, ("k",), False), Asked(query, ("k",), False)) == [query, query]


@given(st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("abc"), st.integers(0, 4), st.booleans()), max_size=60))
def test_nothing_is_lost_and_nothing_told_twice(every: list[tuple[int, str, int, bool]]) -> None:
    """Counts of pairs: what each side told adds up, and the side that told most is the sum."""
    pair = replace(FLOW, source_port=None)
    records = [
        seen(at, side, pair, connection=False, count=count, bytes_sent=count, ended=ended)
        for at, side, count, refused in sorted(every)
        for ended in (Ended.REFUSED if refused else Ended.ALLOWED,)
    ]
    found = told(*records)
    refused = sum(count for _, _, count, no in every if no)
    assert sum(count for ended, count, _, _ in found if ended == "refused") == refused
    by_side = {name: sum(count for _, side, count, _ in every if side == name) for name in "abc"}
    assert sum(sent or 0 for _, _, sent, _ in found) == max(by_side.values())


@pytest.mark.parametrize(
    ("ports", "flags", "refused", "other", "sure"),
    [
        ((40000, 443), None, False, False, False),
        ((443, 40000), None, False, True, False),
        ((443, 40000), 2, False, False, True),
        ((40000, 443), 18, False, True, True),
        ((443, 40000), 16, False, True, False),
        ((443, 40000), None, True, False, False),
        ((8080, 9090), None, False, True, False),
        ((60000, 50000), None, False, False, False),
        ((53, 53), None, False, False, False),
        ((None, None), None, False, False, False),
        ((31000, 45000), None, False, True, False),
    ],
)
def test_who_began(
    ports: tuple[int | None, int | None], flags: int | None, refused: bool, other: bool, sure: bool
) -> None:
    assert begun(*ports, flags, refused)[:2] == (other, sure)
