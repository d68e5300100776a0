"""The score of a suite: what agrees, what does not and is explained, and what is wrong with the mapping."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agreement.case import Adapter, Case
from agreement.judge import controls_of
from agreement.packs import Pack, PackError, read_pack
from agreement.rules import MappingError, Rules, read_rules

LEAST_MAPPED = 80
"""Per cent of a suite's checks in scope that must be mapped."""

WITHOUT_EXCUSE = frozenset({"psa"})
"""Suites that Hardstand agrees with in every case: no disagreement can be explained there."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case in which Hardstand says something else, and why it is right; None when nobody wrote that down."""

    case: Case
    said: str
    why: str | None


@dataclass(slots=True)
class Score:
    """What came of one suite."""

    suite: str
    rules: Rules | None = None
    checks: list[str] = field(default_factory=list)
    """The suite's distinct checks."""
    agreed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By check."""
    disagreed: dict[str, list[Disagreement]] = field(default_factory=lambda: defaultdict(list))
    skipped: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many cases were not asked, by why."""
    faults: list[str] = field(default_factory=list)
    """What is wrong with the suite or its mapping."""

    @property
    def in_scope(self) -> list[str]:
        """The checks about objects of this scope; those that nobody spoke of are among them."""
        return [check for check in self.checks if self.rules is None or check not in self.rules.out]

    @property
    def mapped(self) -> list[str]:
        """The checks in scope that a control answers."""
        return [check for check in self.checks if self.rules is not None and check in self.rules.mapped]

    @property
    def disagreements(self) -> list[Disagreement]:
        """All of them."""
        return [one for found in self.disagreed.values() for one in found]

    @property
    def passed(self) -> int:
        """Cases that agree, or whose disagreement is explained."""
        return sum(self.agreed.values()) + sum(one.why is not None for one in self.disagreements)

    @property
    def failed(self) -> int:
        """Unexplained disagreements, and faults of the mapping."""
        return sum(one.why is None for one in self.disagreements) + len(self.faults)


def score_suite(name: str, adapter: Adapter, suites: Path, mappings: Path) -> Score:
    """Ask all cases of one suite. What is missing or wrong is in the score's faults; it never raises for that."""
    score = Score(name)
    try:
        score.rules = read_rules(mappings, name)
        pack = read_pack(suites, name)
        asked = _ask(score, score.rules, adapter, pack)
    except (PackError, MappingError) as error:
        score.faults.append(str(error))
        return score
    score.faults = list(dict.fromkeys([*score.faults, *_faults(score, score.rules, asked)]))
    return score


def _ask(score: Score, rules: Rules, adapter: Adapter, pack: Pack) -> list[Case]:
    cases = list(adapter(pack))
    score.checks = sorted({case.check for case in cases})
    for case in cases:
        skip = next((one for one in rules.skips if one.covers(case.id)), None)
        if case.check not in rules.mapped:
            continue
        if skip:
            score.skipped[skip.why] += 1
            continue
        try:
            said = case.says(rules.mapped[case.check].variant(case.variant))
        except (MappingError, PackError) as error:
            score.faults.append(f"{case.check}: {error}")
            continue
        if said == case.expects:
            score.agreed[case.check] += 1
        else:
            why = None if score.suite in WITHOUT_EXCUSE else rules.disagreements.get(case.id)
            score.disagreed[case.check].append(Disagreement(case, said, why))
    return cases


def _faults(score: Score, rules: Rules, cases: Sequence[Case]) -> Iterator[str]:
    for check in score.checks:
        if not rules.knows(check):
            yield f"{check} is not in the mapping"
    disagreeing = {one.case.id for one in score.disagreements}
    for case in sorted(set(rules.disagreements) - disagreeing):
        yield f"the disagreement written down for {case} does not happen"
    for skip in rules.skips:
        if not any(skip.covers(case.id) for case in cases):
            yield f"no case is like {skip.cases}, which is to be skipped"
    if len(score.mapped) * 100 < LEAST_MAPPED * len(score.in_scope):
        yield f"only {len(score.mapped)} of {len(score.in_scope)} checks in scope are mapped: {LEAST_MAPPED} % must be"
    yield from _untold(rules)


def _untold(rules: Rules) -> Iterator[str]:
    """Mapped controls that do not exist, also where no case of this pack asks for them."""
    for check, rule in rules.mapped.items():
        for one in (*rule.variants.values(),) or (rule,):
            try:
                controls_of(one)
            except MappingError as error:
                yield f"{check}: {error}"
