"""What is enforced where: modes, in a total order, so that one line always wins and can be named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Annotated, Any, ClassVar, Self

from hardstand.baseline.shape import At, Flaw, Says, WordError, brief
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier
from hardstand.model.verdict import Maturity


class Mode(IntEnum):
    """What is done with a fault; the higher, the tighter."""

    OFF = 0
    WARN = 1
    BLOCK = 2

    @property
    def word(self) -> str:
        """The name as people write it: `block`."""
        return self.name.lower()


class ControlId(str):
    """The exact id of a control."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"}

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Self:
        """The id; WordError, with the nearest one, for what names no control."""
        if text not in vocabulary.controls:
            message = f"there is no control `{brief(text)}`"
            if "*" in text:
                raise WordError(message, "a control is named exactly, without patterns; name each")
            raise WordError(message, "`hardstand explain` lists all controls", known=vocabulary.controls.keys())
        return cls(text)


class Area(str):
    """The name of an area of controls."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string"}

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Self:
        """The area; WordError for what names none."""
        if text not in vocabulary.areas:
            raise WordError(f"there is no area `{brief(text)}`", known=sorted(vocabulary.areas))
        return cls(text)


class EnvironmentName(str):
    """The name of an environment of the boundary; that it is one is seen when all layers are known."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "minLength": 1}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The name as it is."""
        return cls(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRule:
    """One line of enforcement, for one or several controls, areas or maturities, or for all controls."""

    mode: Annotated[Mode, Says("`off`, `warn` or `block`.")]
    control: Annotated[tuple[ControlId, ...], Says("Controls, by their ids.")] = ()
    area: Annotated[tuple[Area, ...], Says("Areas of controls.")] = ()
    maturity: Annotated[tuple[Maturity, ...], Says("`minimum` or `production`.")] = ()
    tier: Annotated[tuple[Tier, ...], Says("Only for workloads of these tiers.")] = ()
    environment: Annotated[tuple[EnvironmentName, ...], Says("Only in these environments.")] = ()
    from_: Annotated[date | None, Says("The day on which it tightens; until then, the mode is one step softer.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """Two sorts of what in one line, or a loosening with a date."""
        given = [name for name in ("control", "area", "maturity") if getattr(self, name)]
        if len(given) > 1:
            message = f"a mode is for {' or '.join(given)}, not for both"
            yield Flaw((given[1],), message, "write two lines", on_key=True)
        if self.from_ is not None and self.mode is Mode.OFF:
            yield Flaw(("from",), "`from` announces a tightening, and `off` is none", "remove `from`", on_key=True)

    def on(self, day: date) -> Mode:
        """The mode on that day (UTC)."""
        return self.mode if self.from_ is None or day >= self.from_ else Mode(self.mode - 1)

    @property
    def scopes(self) -> Iterator["Scope"]:
        """Every single thing that the line is for."""
        whats: list[tuple[int, str]] = [(1, one) for one in self.control]
        whats += [(2, one) for one in self.area]
        whats += [(3, one.value) for one in self.maturity]
        for what in whats or [(4, "")]:
            for tier in self.tier or (None,):
                for environment in self.environment or (None,):
                    yield Scope(*what, tier, environment)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one mode is for: a control over an area over a maturity over all, in a tier, in an environment."""

    rank: int
    """1 for a control, 2 for an area, 3 for a maturity, 4 for all."""
    what: str
    tier: Tier | None
    environment: str | None

    @property
    def order(self) -> tuple[int, bool, bool, int, str]:
        """Where it stands in the total order, the most special first."""
        return self.rank, self.tier is None, self.environment is None, -(self.tier or 0), self.environment or ""

    def __str__(self) -> str:
        word = ("control", "area", "maturity", "all controls")[self.rank - 1]
        parts = [f"{word} {self.what}".strip()]
        parts += [f"tier {self.tier.word}"] if self.tier else []
        parts += [f"environment {self.environment}"] if self.environment else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMode:
    """What is done with what could not be decided. It is never a pass, so it cannot be `off`."""

    SHORT: ClassVar[str] = "mode"

    mode: Annotated[Mode, Says("`warn` or `block`.")]
    from_: Annotated[date | None, Says("The day from which it blocks; until then it warns.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """Unknown cannot be off."""
        if self.mode is Mode.OFF:
            yield Flaw(("mode",), "unknown cannot be `off`: it is no pass", "use `warn` or `block`")
        elif self.from_ is not None and self.mode is Mode.WARN:
            yield Flaw(("from",), "`from` announces a tightening, and `warn` is none", "remove `from`", on_key=True)

    def on(self, day: date) -> Mode:
        """The mode on that day (UTC)."""
        return self.mode if self.from_ is None or day >= self.from_ else Mode.WARN
