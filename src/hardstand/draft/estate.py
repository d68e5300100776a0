"""What a draft is made from: everything that was read, and what Hardstand can tell of it without being told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hardstand.inventory.objects import KubeObject
from hardstand.model.run import Coverage, TierTold, Unreadable


@dataclass(frozen=True, slots=True)
class Estate:
    """What was read of an estate."""

    paths: Sequence[str]
    """As the person named them."""
    objects: Sequence[KubeObject]
    workloads: Sequence[tuple[KubeObject, TierTold]]
    """The objects that make pods, each with its factors and the reasons for them."""
    coverage: Sequence[Coverage]
    """How often each control holds now."""
    unreadable: Sequence[Unreadable]
    today: date
    """In UTC."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """Owners of files by what a CODEOWNERS file says, by the names that the objects' origins give the files."""
    ignored: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The ignore files in what was read, each with its patterns as they are written from the top."""
    values: Sequence[str] = ()
    """The values files that charts were rendered with."""
    here: str = "/"
    """The working directory: paths in a baseline are written from there."""
