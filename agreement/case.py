"""A case of a suite: a question, and the answer that the suite expects, in the suite's words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agreement.packs import Pack
from agreement.rules import Rule


@dataclass(frozen=True, slots=True)
class Case:
    """Hardstand agrees when what it says is what the suite expects."""

    id: str
    check: str
    expects: str
    says: Callable[[Rule], str]
    """Ask Hardstand by the rule of the case's check; MappingError or PackError when it cannot be asked."""
    variant: str = ""
    """The constraint that the case is about, where a check has several."""


Adapter = Callable[[Pack], Iterator[Case]]
"""Turns a pack into cases."""
