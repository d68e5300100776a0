"""All modes of all layers together: which line wins for a control, a tier and an environment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from hardstand.baseline.modes import ModeRule, Scope, UnknownMode
from hardstand.model.tier import Tier
from hardstand.model.verdict import Maturity


@dataclass(frozen=True)
class Enforcement:
    """The line for every scope, and the mode for unknown."""

    lines: dict[Scope, ModeRule]
    unknown: UnknownMode
    _by_what: dict[tuple[int, str], dict[tuple[Tier | None, str | None], ModeRule]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _won: dict[tuple[str, str, Maturity, Tier | None, str | None], ModeRule] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        for scope, rule in self.lines.items():
            self._by_what.setdefault((scope.rank, scope.what), {})[scope.tier, scope.environment] = rule

    def line(
        self, control: str, area: str, maturity: Maturity, tier: Tier | None, environment: str | None
    ) -> tuple[Scope, ModeRule]:
        """The line that wins in one environment, and for what.

        A control over an area over a maturity over all; within one of these, a tier with an environment over a tier
        over an environment over neither.
        """
        within = ((tier, environment), (tier, None), (None, environment), (None, None))
        for rank, what in ((1, control), (2, area), (3, maturity.value), (4, "")):
            found = self._by_what.get((rank, what))
            for pair in within if found else ():
                rule = found.get(pair) if found else None
                if rule is not None:
                    return Scope(rank, what, *pair), rule
        raise LookupError("no mode is for all controls")  # The built-in baseline has one.

    def winner(
        self,
        control: str,
        area: str,
        maturity: Maturity,
        tier: Tier | None,
        environments: Sequence[str],
        day: date,
    ) -> ModeRule:
        """The line that decides on a day; of several environments, the one with the tightest mode."""
        if len(environments) <= 1:
            return self._one(control, area, maturity, tier, environments[0] if environments else None)
        found = [self._one(control, area, maturity, tier, one) for one in environments]
        return max(found, key=lambda one: one.on(day))

    def _one(self, control: str, area: str, maturity: Maturity, tier: Tier | None, environment: str | None) -> ModeRule:
        key = (control, area, maturity, tier, environment)
        won = self._won.get(key)
        if won is None:
            won = self._won[key] = self.line(*key)[1]
        return won

    def about(self, control: str, area: str, maturity: Maturity) -> list[tuple[Scope, ModeRule]]:
        """Every line that can decide about a control, in order: for an object, the first one wins that fits it."""
        whats = {(1, control): 1, (2, area): 2, (3, maturity.value): 3, (4, ""): 4}
        found = [(scope, rule) for scope, rule in self.lines.items() if (scope.rank, scope.what) in whats]
        return sorted(found, key=lambda pair: pair[0].order)

    def days(self) -> tuple[date, ...]:
        """The days on which something tightens, in order."""
        every: list[ModeRule | UnknownMode] = [*self.lines.values(), self.unknown]
        found = {one.from_ for one in every if one.from_ is not None}
        return tuple(sorted(found))


def ties(rules: Sequence[ModeRule]) -> Iterable[tuple[Scope, ModeRule, ModeRule]]:
    """Lines of one file that are for the same: none of them could win."""
    seen: dict[Scope, ModeRule] = {}
    for rule in rules:
        for scope in rule.scopes:
            if scope in seen:
                yield scope, seen[scope], rule
            seen.setdefault(scope, rule)
