"""The rows of all pairs and the trace of one are made by different code from the same stages: they must agree."""

import pytest

from hardstand.analysis.reach.connections import Connections, place_of
from hardstand.analysis.reach.estate import REACH_READS, Estate, estate_of
from hardstand.analysis.reach.peers import Sort
from tests.analysis.objects import as_objects, world
from tests.analysis.reach.drawing import Drawn, Manifest
from tests.analysis.reach.drawing_plugins import DrawnPlugins


def estate(manifests: list[Manifest]) -> Estate:
    """The network of the manifests."""
    return estate_of(world([one for each in manifests for one in as_objects(each)], REACH_READS))


def representatives(made: Estate) -> list[tuple[str, int]]:
    """A connection of each piece that the rules tell apart."""
    found = []
    for at in range(made.universe.whole.bit_length()):
        (first, _), *_ = made.universe.connections(1 << at).spans
        found.append(place_of(first))
    return [one for one in found if one[0] != "other"]


def told(sure: Connections, maybe: Connections, number: int) -> bool | None:
    """What rows say of one connection."""
    if number in sure:
        assert number in maybe, "what is certain is possible"
        return True
    return None if number in maybe else False


def disagreements(made: Estate) -> list[str]:
    """Every connection of which the trace says something else than the rows."""
    found = []
    connections = representatives(made)
    numbered = {one: made.universe.connections(1 << at).spans[0][0] for at, one in enumerate(connections)}
    inside = (Sort.POD, Sort.HOST)
    for source in made.peers:
        for destination in made.peers:
            if source.sort not in inside and destination.sort not in inside:
                continue  # Between two ends outside nothing is asked.
            if destination.sort is Sort.ENTRANCE:
                continue
            sure, maybe = made.allowed(source, destination), made.possible(source, destination)
            for one in connections:
                traced = made.trace(source, destination, *one)
                said = told(sure, maybe, numbered[one])
                if traced.allowed is not said:
                    found.append(f"{source} to {destination} {one}: rows {said}, trace {traced.because}")
    return found


@pytest.mark.parametrize("seed", range(150))
def test_of_kubernetes_and_administrators(seed: int) -> None:
    assert disagreements(estate(Drawn(seed).estate())) == []


def test_all_three_answers_come_up() -> None:
    """Estates of which all answers are the same would agree about nothing."""
    answers: dict[bool | None, int] = {True: 0, False: 0, None: 0}
    for seed in range(20):
        made = estate(Drawn(seed).estate())
        inside = [one for one in made.peers if one.sort in (Sort.POD, Sort.HOST, Sort.BLOCK)]
        for source in inside:
            for destination in inside:
                answers[made.trace(source, destination, "TCP", 80).allowed] += 1
    assert min(answers.values()) > 10, answers


@pytest.mark.parametrize("seed", range(150))
def test_of_cilium(seed: int) -> None:
    drawn = DrawnPlugins(seed)
    assert disagreements(estate([*drawn.estate(admins=drawn.often(30)), *drawn.cilium()])) == []


@pytest.mark.parametrize("seed", range(150))
def test_of_calico(seed: int) -> None:
    drawn = DrawnPlugins(seed)
    assert disagreements(estate([*drawn.estate(admins=drawn.often(30)), *drawn.calico()])) == []


@pytest.mark.parametrize("seed", range(20))
def test_of_both(seed: int) -> None:
    drawn = DrawnPlugins(seed)
    assert disagreements(estate([*drawn.estate(), *drawn.cilium(), *drawn.calico()])) == []


@pytest.mark.parametrize("make", ["cilium", "calico"])
def test_what_is_drawn_of_plugins_is_read_and_makes_a_difference(make: str) -> None:
    """A policy that could not be read would be unknown to both sides, and they would agree for nothing."""
    differing, answers = 0, set()
    for seed in range(30):
        drawn = DrawnPlugins(seed)
        without = drawn.estate(admins=False)
        policies = drawn.cilium() if make == "cilium" else drawn.calico()
        plain, made = estate(without), estate([*without, *policies])
        stages = (*made.policies.ingress, *made.policies.egress)
        assert not any("cannot be read" in rule.condition for stage in stages for rule in stage.rules)
        named = {str(one): one for one in plain.peers}
        for source in made.peers:
            for called in (one for one in made.peers if one.sort is Sort.POD):
                answer = made.trace(source, called, "TCP", 80).allowed
                answers.add(answer)
                if str(source) in named and str(called) in named:
                    before = plain.trace(named[str(source)], named[str(called)], "TCP", 80).allowed
                    differing += before is not answer
    assert answers == {True, False, None}
    assert differing > 100
