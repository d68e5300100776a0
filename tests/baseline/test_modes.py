"""The order of modes is total, and the most special line wins, whatever else there is."""

import itertools
import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.baseline.enforcement import Enforcement, ties
from hardstand.baseline.joining import enforcement_of
from hardstand.baseline.modes import Mode, ModeRule
from hardstand.baseline.reading import BaselineError
from hardstand.baseline.vocabulary import KnownControl, Vocabulary
from hardstand.model.tier import Tier
from hardstand.model.verdict import Maturity
from tests.baseline.making import TODAY, baseline_of

# Two of an area and a maturity each, so that every level has something to tell apart; and two alike in both.
CONTROLS = {
    "privileged-container": ("workload", "minimum"),
    "host-pid": ("workload", "minimum"),
    "host-aliases": ("workload", "production"),
    "default-deny-missing": ("network", "minimum"),
    "empty-ingress-host": ("network", "production"),
}
ENVIRONMENTS = ("production", "staging")
WORDS = Vocabulary({name: KnownControl(one[0], Maturity(one[1]), None) for name, one in CONTROLS.items()})
"""No other controls, so that brute force can look at all of them."""
DAYS = [TODAY + timedelta(days=one) for one in (-1, 0, 1, 20, 21)]
PATIENT = settings(deadline=None)
TIERS = [one.word for one in Tier]
BOUNDARY = {"environments": {name: {"namespaces": name} for name in ENVIRONMENTS}}


def some(words: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True)


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"mode": draw(st.sampled_from(["off", "warn", "block"]))}
    what = draw(st.sampled_from(["control", "area", "maturity", ""]))
    choices = {"control": list(CONTROLS), "area": ["workload", "network"], "maturity": ["minimum", "production"]}
    if what:
        made[what] = draw(st.lists(st.sampled_from(choices[what]), min_size=1, max_size=2, unique=True))
    for key, words in (("tier", TIERS), ("environment", ENVIRONMENTS)):
        if chosen := draw(some(words)):
            made[key] = chosen
    if made["mode"] != "off" and draw(st.booleans()):
        made["from"] = str(draw(st.sampled_from(DAYS)))
    return made


def without_ties(modes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines, less those that would tie with one before."""
    kept: list[dict[str, Any]] = []
    scopes: set[tuple[Any, ...]] = set()
    for one in modes:
        own = set(expanded(one))
        if not own & scopes:
            scopes |= own
            kept.append(one)
    return kept


def expanded(line: dict[str, Any]) -> list[tuple[Any, ...]]:
    what = next((key for key in ("control", "area", "maturity") if key in line), "")
    names = line.get(what) or [""]
    return [
        (what, name, tier, environment)
        for name in names
        for tier in line.get("tier") or [None]
        for environment in line.get("environment") or [None]
    ]


def naive(
    modes: list[dict[str, Any]], control: str, tier: str | None, environment: str | None, day: date
) -> tuple[str, dict[str, Any] | None]:
    """What the issue says, word by word: collect what fits, then throw out what is less special, step by step."""
    area, maturity = CONTROLS[control]
    fitting = []
    for one in modes:
        for what, name, of_tier, of_environment in expanded(one):
            if name != {"control": control, "area": area, "maturity": maturity}.get(what, ""):
                continue
            if of_tier not in (None, tier) or of_environment not in (None, environment):
                continue
            fitting.append((one, what, of_tier, of_environment))
    for level in ("control", "area", "maturity", ""):
        here = [one for one in fitting if one[1] == level]
        both = [one for one in here if one[2] and one[3]]
        by_tier = [one for one in here if one[2] and not one[3]]
        by_environment = [one for one in here if one[3] and not one[2]]
        for several in (both, by_tier, by_environment, here):
            if several:
                assert len(several) == 1, "a tie"
                line = several[0][0]
                return on(line, day), line
    return "warn", None  # The built-in baseline.


def on(line: dict[str, Any], day: date) -> str:
    if "from" in line and day < date.fromisoformat(line["from"]):
        return {"block": "warn", "warn": "off"}[line["mode"]]
    return str(line["mode"])


POINTS = list(itertools.product(CONTROLS, [None, *TIERS], [None, *ENVIRONMENTS]))


def asked(enforcement: Enforcement, control: str, tier: str | None, environments: Sequence[str], day: date) -> ModeRule:
    area, maturity = CONTROLS[control]
    of = Tier[tier.upper()] if tier else None
    return enforcement.winner(control, area, Maturity(maturity), of, environments, day)


@PATIENT
@given(st.lists(lines(), max_size=12), st.sampled_from(DAYS), st.randoms())
def test_the_most_special_line_wins_in_any_order(
    modes: list[dict[str, Any]], day: date, shuffler: random.Random
) -> None:
    modes = without_ties(modes)
    loaded = baseline_of({"boundary": BOUNDARY, "modes": modes})
    shuffled = list(modes)
    shuffler.shuffle(shuffled)
    other = baseline_of({"boundary": BOUNDARY, "modes": shuffled})
    for control, tier, environment in POINTS:
        word, line = naive(modes, control, tier, environment, day)
        within = [environment] if environment else []
        rule = asked(loaded.enforcement, control, tier, within, day)
        assert rule.on(day).word == word
        declared = loaded.layers[-1].declared.modes
        assert (declared.index(rule) if rule in declared else None) == (modes.index(line) if line else None)
        assert asked(other.enforcement, control, tier, within, day) == rule


@PATIENT
@given(st.lists(lines(), max_size=12), st.sampled_from(DAYS))
def test_in_several_environments_the_tightest_counts(modes: list[dict[str, Any]], day: date) -> None:
    loaded = baseline_of({"boundary": BOUNDARY, "modes": without_ties(modes)})
    for control, tier in itertools.product(CONTROLS, [None, *TIERS]):
        each = [asked(loaded.enforcement, control, tier, [one], day).on(day) for one in ENVIRONMENTS]
        for order in (ENVIRONMENTS, ENVIRONMENTS[::-1]):
            assert asked(loaded.enforcement, control, tier, order, day).on(day) == max(each)


@PATIENT
@given(st.lists(lines(), min_size=1, max_size=8))
def test_a_tie_is_found_wherever_two_lines_are_for_the_same(modes: list[dict[str, Any]]) -> None:
    scopes = [scope for one in modes for scope in expanded(one)]
    tied = len(scopes) != len(set(scopes))
    if not tied:
        rules = baseline_of({"boundary": BOUNDARY, "modes": modes}).layers[-1].declared.modes
        assert list(ties(rules)) == []
        return
    with pytest.raises(BaselineError) as caught:
        baseline_of({"boundary": BOUNDARY, "modes": modes})
    assert all("neither wins" in one.message for one in caught.value.mistakes)
    # The line that is named besides the error's own is one of a mode, and comes before it.
    for one in caught.value.mistakes:
        first = int(one.message.split()[4])
        assert 1 < first < one.line


@PATIENT
@given(st.lists(lines(), max_size=6), st.lists(lines(), min_size=1, max_size=6))
def test_a_file_that_loads_is_nowhere_looser_than_what_it_extends(
    parent: list[dict[str, Any]], child: list[dict[str, Any]]
) -> None:
    parent, child = without_ties(parent), without_ties(child)
    below = {"boundary": BOUNDARY, "modes": parent}
    old = baseline_of(below, WORDS)
    both = {"extends": "base.yaml", "modes": child}
    if _looser(parent, child):
        with pytest.raises(BaselineError) as caught:
            baseline_of(both, WORDS, base=below)
        for one in caught.value.mistakes:
            assert re.search(r"loosens .* of (base\.yaml|built in):[0-9]+", one.message)
        return
    new = baseline_of(both, WORDS, base=below)
    for (control, tier, environment), day in itertools.product(POINTS, [one for one in DAYS if one >= TODAY]):
        within = [environment] if environment else []
        before = asked(old.enforcement, control, tier, within, day).on(day)
        assert asked(new.enforcement, control, tier, within, day).on(day) >= before


def _looser(parent: list[dict[str, Any]], child: list[dict[str, Any]]) -> bool:
    """By brute force: somewhere, on a day from today on, both files together give less than the parent alone."""
    own = {scope for one in child for scope in expanded(one)}
    # Of two lines for the same, the child's replaces the parent's.
    left = []
    for one in parent:
        left += [_only(one, scope) for scope in expanded(one) if scope not in own]
    order = ["off", "warn", "block"]
    days = {TODAY, *(one for one in DAYS if one >= TODAY)}
    return any(
        order.index(naive([*left, *child], control, tier, environment, day)[0])
        < order.index(naive(parent, control, tier, environment, day)[0])
        for (control, tier, environment), day in itertools.product(POINTS, sorted(days))
    )


def _only(line: dict[str, Any], scope: tuple[Any, ...]) -> dict[str, Any]:
    what, name, tier, environment = scope
    made = {key: line[key] for key in ("mode", "from") if key in line}
    made |= {what: [name]} if what else {}
    made |= {"tier": [tier]} if tier else {}
    return made | ({"environment": [environment]} if environment else {})


def test_every_control_of_the_catalog_has_a_line() -> None:
    from hardstand.engine import catalog

    enforcement = enforcement_of([baseline_of({}).layers[0].declared])
    for one in catalog.load():
        for tier in (None, *Tier):
            assert enforcement.winner(one.id, one.area, one.maturity, tier, [], TODAY).on(TODAY) is Mode.WARN


def test_what_the_tests_say_of_the_controls_is_so() -> None:
    from hardstand.engine.words import vocabulary

    known = vocabulary().controls
    assert {name: (known[name].area, str(known[name].maturity)) for name in CONTROLS} == CONTROLS
