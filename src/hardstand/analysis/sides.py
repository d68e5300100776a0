"""What one side of the boundary declares and the other does not: production, and all that is not."""

from collections.abc import Callable, Iterable

from hardstand.baseline.boundary import Boundary, Environment
from hardstand.baseline.globs import Glob

Pick = Callable[[Environment], Iterable[Glob]]


class Foreign:
    """The patterns of one sort that environments declare, asked for words that are foreign to production."""

    def __init__(self, boundary: Boundary, pick: Pick) -> None:
        self._own = [one for name in _names(boundary, production=True) for one in pick(boundary.environments[name])]
        self._others = [(name, tuple(pick(boundary.environments[name]))) for name in _names(boundary, production=False)]
        self._told: dict[str, str | None] = {}

    @property
    def any(self) -> bool:
        """Something is declared that could be foreign to production."""
        return any(patterns for _, patterns in self._others)

    def environment(self, word: str) -> str | None:
        """The first environment that declares `word`, when none that is production does; None when it is not foreign.

        Host names are asked for in lower case, as they are compared.
        """
        if word not in self._told:
            self._told[word] = None if any(one.fits(word) for one in self._own) else self._other(word)
        return self._told[word]

    def _other(self, word: str) -> str | None:
        return next((name for name, patterns in self._others if any(one.fits(word) for one in patterns)), None)


def places_of(boundary: Boundary, pick: Pick) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The patterns of production as they are written, and those of each other environment."""
    own = [str(one) for name in _names(boundary, production=True) for one in pick(boundary.environments[name])]
    others = [
        (name, [str(one) for one in pick(boundary.environments[name])]) for name in _names(boundary, production=False)
    ]
    return own, others


def _names(boundary: Boundary, *, production: bool) -> list[str]:
    return [name for name in boundary.environments if boundary.is_production(name) is production]
