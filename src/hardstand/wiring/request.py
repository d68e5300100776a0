"""What is asked of a scan."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hardstand.engine.settings import Settings
from hardstand.sources.interface import ReadOptions, Unit


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan, and how."""

    paths: Sequence[str]
    reading: ReadOptions = field(default_factory=ReadOptions)
    settings: Settings = field(default_factory=Settings)
    controls: Sequence[str] | None = None
    """Ids of the controls to hold; None is all of them."""
    jobs: int | None = None
    """Processes to use; None is as many as the input and the machine are worth."""
    namespaces: Sequence[str] = ()
    """Of a snapshot, only these and what lies in none, as of a cluster; nothing is all."""
    one_shot: bool = False
    """The process ends soon after: nobody needs to look for garbage any more."""
    more: Sequence[tuple[str, str, Unit]] = ()
    """Inputs besides the paths, such as a cluster: what sort each is, what to call it, and what reads it."""
