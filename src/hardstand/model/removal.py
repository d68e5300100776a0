"""An object that is taken out of a cluster since its time is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hardstand.model.finding import ObjectRef


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to be removed, or was, or could not be."""

    ref: ObjectRef
    expires: str
    """As it says itself."""
    was: Mapping[str, Any]
    """The whole object, so that it can be made again."""
    failed: str = ""
    """Why it is still there."""
