"""What every format is: a function from a Run to text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.model.run import Run


@dataclass(frozen=True, slots=True)
class ControlPage:
    """What a report tells of a control besides its verdicts."""

    id: str
    area: str
    summary: str
    """One line, without a full stop."""
    page: str
    """The control's page as written: the summary line, then sections."""
    sections: Mapping[str, str]
    """`Why`, `Fix`, `When it is fine`, `References`, as far as the page has them."""
    severity: str
    frameworks: tuple[str, ...]


Pages: TypeAlias = Mapping[str, ControlPage]
"""The pages of all controls of the run, by id."""

Format: TypeAlias = Callable[[Run, Pages], str]
"""A report format: the whole text, ending with a newline."""
