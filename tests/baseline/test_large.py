"""Baselines with thousands of lines: every mistake is told, and what costs much is done as seldom as can be."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from hardstand.baseline import guessing, matrix
from hardstand.baseline.comparing import Comparison
from hardstand.baseline.joining import enforcement_of
from hardstand.baseline.load import built_in_layer
from hardstand.baseline.modes import Mode
from hardstand.baseline.reading import BaselineError, Mistake
from tests.baseline.making import TODAY, baseline_of, every_control, exception


def mistakes_of(declared: dict[str, Any], **files: Any) -> Sequence[Mistake]:
    with pytest.raises(BaselineError) as caught:
        baseline_of(declared, **files)
    return caught.value.mistakes


class Searches:
    """Counts what difflib is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words: list[str] = []
        guessing._closest.cache_clear()
        search = difflib.get_close_matches

        def counted(word: str, *rest: Any, **more: Any) -> list[str]:
            self.words.append(word)
            return search(word, *rest, **more)

        monkeypatch.setattr("hardstand.baseline.guessing.difflib.get_close_matches", counted)


def test_a_key_misspelt_everywhere_is_told_everywhere_and_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = Searches(monkeypatch)
    every = [exception(id=f"e{number}") for number in range(1_000)]
    for one in every:
        one["aproved_by"] = one.pop("approved_by")
    mistakes = mistakes_of({"exceptions": every})
    assert len(mistakes) == len({one.line for one in mistakes}) == 1_000
    assert {one.hint for one in mistakes} == {"did you mean `approved_by`?"}
    assert len(searches.words) <= 4


@pytest.mark.parametrize("key", ["approved_by", "control"])
def test_of_many_different_wrong_words_all_are_told_and_the_first_searched_for(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = Searches(monkeypatch)
    right = {"approved_by": "alice", "control": "privileged-container"}[key]
    wrong = [f"{right}-{number}" for number in range(200)]
    every = [exception(**{key: word, "id": f"e{number}"}) for number, word in enumerate(wrong)]
    mistakes = mistakes_of({"approvers": {"low": ["alice", "bob"]}, "exceptions": every})
    assert len(mistakes) == 200
    assert [one.hint == f"did you mean `{right}`?" for one in mistakes] == [number < 20 for number in range(200)]
    assert all(one.hint for one in mistakes)
    assert len(set(searches.words)) == 20


def test_few_controls_stand_for_all_and_a_named_one_for_itself() -> None:
    words = every_control()
    lines = [{"mode": "block", "control": ["privileged-container", "host-pid"], "environment": "one"}]
    environments = {name: {"namespaces": name} for name in ("one", "two", "three")}
    declared = [
        one.declared for one in baseline_of({"boundary": {"environments": environments}, "modes": lines}).layers
    ]
    compared = Comparison(declared[-1], declared[:-1], words, TODAY)
    chosen = [name for name, _ in compared.controls]
    assert compared.environments == (None, "one")
    assert {"privileged-container", "host-pid"} <= set(chosen)
    groups = {(known.area, known.maturity) for known in words.controls.values()}
    rest = [(known.area, known.maturity) for name, known in compared.controls if name not in lines[0]["control"]]
    assert set(rest) == groups
    assert len(rest) == len(groups) < len(words.controls)


def rows(count: int) -> list[dict[str, Any]]:
    return [{"tier": "high", "data": "restricted", "compliance": [f"r{number}"]} for number in range(count)]


def test_regimes_that_the_same_rows_are_for_are_looked_at_once() -> None:
    one, other = (baseline_of({"tiers": some}).matrix for some in (rows(1_000), rows(1_000)[::-1]))
    assert len(list(matrix._distinct(one, other))) == 2
    assert matrix.lowered(one, other) is None


def test_of_a_thousand_rows_the_one_that_is_missing_is_found() -> None:
    child = [one for one in rows(1_000) if one["compliance"] != ["r500"]]
    (mistake,) = mistakes_of({"extends": "base.yaml", "tiers": child}, base={"tiers": rows(1_000)})
    assert "r500 loosens tier high of base.yaml:" in mistake.message


def test_a_regime_called_like_what_an_error_calls_others_is_one_of_its_own() -> None:
    parent = {"tiers": [{"tier": "high", "compliance": "any other regime"}, {"tier": "high", "data": "restricted"}]}
    (mistake,) = mistakes_of({"extends": "base.yaml", "tiers": [{"tier": "high", "data": "restricted"}]}, base=parent)
    assert "loosens tier high of base.yaml:" in mistake.message


def test_the_mode_for_unknown_is_the_built_in_one_whatever_its_modes_are() -> None:
    declared = built_in_layer().declared
    strict = replace(declared, modes=tuple(replace(one, mode=Mode.OFF) for one in declared.modes))
    assert enforcement_of([strict]).unknown == declared.unknown
