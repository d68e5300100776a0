"""The words that a baseline may use and that are known outside of it: which controls there are, and what of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from hardstand.model.kind import Kind
from hardstand.model.verdict import Maturity


@dataclass(frozen=True, slots=True)
class KnownParameter:
    """A setting of a control."""

    parse: Callable[[object], object]
    """Turns a declared value into the parameter's type; ValueError with what was expected."""
    has_default: bool


@dataclass(frozen=True, slots=True)
class KnownControl:
    """What a baseline needs to know of a control."""

    area: str
    maturity: Maturity
    kinds: frozenset[Kind] | None
    """The kinds of objects that it looks at; None is every kind."""
    parameters: Mapping[str, KnownParameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All controls by id."""

    controls: Mapping[str, KnownControl]
    requirements: tuple[str, ...] = ()
    """Full ids of the requirements of all frameworks."""
    newest: int = 0
    """The newest minor version of Kubernetes 1.x that is known."""

    @property
    def areas(self) -> frozenset[str]:
        """The areas that controls lie in."""
        return frozenset(one.area for one in self.controls.values())

    def with_controls(self, more: Mapping[str, KnownControl]) -> "Vocabulary":
        """The same with controls of one's own; none of them can take the place of one that is known."""
        return replace(self, controls={**more, **self.controls})
