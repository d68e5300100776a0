"""From what is declared, said and inferred of a workload to its tier, factor by factor, each with its reasons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from hardstand.analysis.fitting import Index, is_about
from hardstand.analysis.inferred import Inferred
from hardstand.analysis.traits import Traits
from hardstand.baseline.baseline import Baseline, Classed
from hardstand.baseline.classes import TierRule
from hardstand.baseline.matrix import tier_by
from hardstand.baseline.shape import words_of
from hardstand.model.run import FactorTold
from hardstand.model.tier import Data, Exposure, Privilege, Tier

F = TypeVar("F", Data, Exposure, Privilege)

_BETWEEN = re.compile(r"[,;.\s]+")


@dataclass(frozen=True, slots=True)
class Story:
    """How a workload's tier came to be."""

    tier: Tier
    row: TierRule | None
    """The row of the matrix that gave the tier; None where no row fits."""
    factors: tuple[FactorTold, ...]
    owner: str | None
    ticket: str | None
    repository: str | None


class Classing:
    """Classes workloads by one baseline."""

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._plain: dict[tuple[Exposure, Privilege], Tier] = {}
        """The tiers of what nobody declares anything of, by what is inferred."""
        self._classes = Index((one.declared.match, one) for one in baseline.classes)

    def tier(
        self, traits: Traits, environments: Sequence[str], exposure: Inferred[Exposure], privilege: Inferred[Privilege]
    ) -> Tier:
        """The tier of a workload."""
        about = self._about(traits, environments)
        if not about and not traits.says:
            factors = exposure.value, privilege.value
            if factors not in self._plain:
                self._plain[factors] = tier_by(
                    self._baseline.matrix, self._baseline.default_data, *factors, frozenset()
                )[0]
            return self._plain[factors]
        return self.story(traits, environments, exposure, privilege).tier

    def story(
        self, traits: Traits, environments: Sequence[str], exposure: Inferred[Exposure], privilege: Inferred[Privilege]
    ) -> Story:
        """The tier of a workload, and how it came to be."""
        about = self._about(traits, environments)
        data = self._data(traits, about)
        reach = self._factor("exposure", Exposure, traits, about, exposure)
        power = self._factor("privilege", Privilege, traits, about, privilege)
        regimes, because = self._compliance(traits, about)
        tier, row = tier_by(self._baseline.matrix, data.value, reach.value, power.value, regimes)
        return Story(
            tier,
            row,
            (
                FactorTold("data", data.value.word, data.because),
                FactorTold("exposure", reach.value.word, reach.because),
                FactorTold("privilege", power.value.word, power.because),
                FactorTold("compliance", ", ".join(sorted(regimes)) or "none", because),
            ),
            *(self._word(name, traits, about) for name in ("owner", "ticket", "repository")),
        )

    def data(self, traits: Traits, environments: Sequence[str]) -> Inferred[Data]:
        """How sensitive the data is that a workload handles."""
        return self._data(traits, self._about(traits, environments))

    def _data(self, traits: Traits, about: Sequence[Classed]) -> Inferred[Data]:
        default = Inferred(self._baseline.default_data, ("nothing is declared of it, so the default counts",))
        return self._factor("data", Data, traits, about, default, guessed=True)

    def owner(self, traits: Traits, environments: Sequence[str]) -> str | None:
        """Who answers for an object, of whatever kind."""
        return self._word("owner", traits, self._about(traits, environments))

    def _about(self, traits: Traits, environments: Sequence[str]) -> list[Classed]:
        candidates = list(self._classes.candidates(traits))
        if not candidates:
            return []
        path = self._baseline.within(traits.path)
        return [one for match, one in candidates if is_about(match, traits, environments, path)]

    def _factor(
        self,
        name: str,
        kind: type[F],
        traits: Traits,
        about: Sequence[Classed],
        otherwise: Inferred[F],
        *,
        guessed: bool = False,
    ) -> Inferred[F]:
        """Declared, else inferred; what the object says, or what a later file declares, can only raise it."""
        declared = [(getattr(one.declared, name), one) for one in about]
        found = [(value, one) for value, one in declared if value is not None]
        firm = [(value, one) for value, one in found if one.may_lower or guessed]
        value: F = otherwise.value
        because: tuple[str, ...] = otherwise.because
        if firm:
            value, one = max(firm, key=lambda pair: pair[0])
            because = (f"declared at {one.declared.at}",)
            if not guessed and otherwise.value != value:
                because += (f"{otherwise.value.word} would be inferred: {otherwise.because[0]}",)
        for other, one in found:
            if other > value:
                value, because = other, (f"declared at {one.declared.at}",)
        said, note = _said(name, kind, traits)
        if said is not None and said > value:
            return Inferred(said, (f"the object says so ({name})",))
        if said is not None and said < value:
            note = f"the object says {said.word}, which cannot lower it"
        return Inferred(value, (*because, note) if note else because)

    def _compliance(self, traits: Traits, about: Sequence[Classed]) -> tuple[frozenset[str], tuple[str, ...]]:
        found: dict[str, str] = {}
        for one in about:
            for word in one.declared.compliance:
                found.setdefault(word.lower(), f"{word} is declared at {one.declared.at}")
        for word in _BETWEEN.split(traits.says.get("compliance", "")):
            if word:
                found.setdefault(word.lower(), f"{word[:40]} is what the object says")
        return frozenset(found), tuple(found.values()) or ("nothing is declared of it",)

    def _word(self, name: str, traits: Traits, about: Sequence[Classed]) -> str | None:
        declared: Iterator[Any] = (getattr(one.declared, name) for one in reversed(about))
        return cast("str | None", next((one for one in declared if one), traits.says.get(name)))


def _said(name: str, kind: type[F], traits: Traits) -> tuple[F | None, str]:
    """What the object itself says, and a note where that is no word for it."""
    word = traits.says.get(name)
    if word is None:
        return None, ""
    found = words_of(kind).get(word.strip().lower())
    note = "" if found is not None else f"the object says `{word[:40]}`, which is none of {', '.join(words_of(kind))}"
    return cast("F | None", found), note
