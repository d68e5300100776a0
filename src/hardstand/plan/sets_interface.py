"""What a plan of changes is made of, and what making one takes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.plan.interface import Judge, Patched, Skipped

Part: TypeAlias = Callable[[Collection[int]], Judge]
"""A judge of nothing but the pages with these numbers, and of what was read with them."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with how many changes have been proven, of about how many."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings with one root cause in one picture."""

    name: str
    findings: tuple[Finding, ...]
    """All that count, in the order of the Run."""
    fixable: tuple[Finding, ...]
    """Those whose fix can be made, as far as is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change, proven in the picture that the changes before it leave."""

    root_cause: str
    control: str
    title: str
    safe: bool
    mended: tuple[Finding, ...]
    """Findings that its fixes are about, and that are gone."""
    removed: tuple[Finding, ...]
    """All findings that are gone with it, those among them."""
    skipped: tuple[Skipped, ...]
    """Findings of the same root cause that it leaves to a person."""
    patches: tuple[Patched, ...]
    """What is to be changed in rendered objects; files are written, these are not."""
    sum: int
    """How many of the first picture's findings are gone after it."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A root cause that no fix ends. What would go with it is counted, not proven."""

    root_cause: str
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    """Why there is no change for it, each once."""
    unsafe: bool
    """There is a fix, and it is not safe."""


@dataclass(frozen=True, slots=True)
class FixSets:
    """Changes in the order in which they should be made."""

    before: Run
    after: Run
    """What is left after all steps."""
    total: int
    """How many findings there are to remove."""
    steps: tuple[Step, ...]
    more: tuple[Cause, ...]
    """Root causes whose fixes were not tried, since enough changes were found."""
    by_hand: tuple[ByHand, ...]
    pages: Mapping[int, bytes]
    """The new bytes of changed pages, those of charts among them, by the number of the page."""

    @property
    def removed(self) -> int:
        """How many findings the steps remove."""
        return self.steps[-1].sum if self.steps else 0
