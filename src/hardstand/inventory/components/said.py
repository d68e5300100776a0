"""What an object says of a component: its flags, its configuration file, its version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hardstand.inventory.components.flags import Flags
from hardstand.model.path import Path, Value

_VERSION = re.compile(r"(?:^|[^0-9.])v?1\.(\d{1,3})(?:\.|$|[-+])")
"""The minor version in a tag such as `v1.31.2` or `v1.30.4-eks-a1b2`, or after a name and a colon."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one object says of one component."""

    program: str
    home: Path
    """Where a setting that is missing would be added."""
    flags: Flags | None = None
    """None where the object does not say which flags it has."""
    config: Mapping[str, Value] | None = None
    config_path: Path = ()
    config_kind: str = ""
    """The kind of the configuration file that `config` is, for components that have several."""
    embedded: bool = False
    """`config` is a text in a field, so that all its places are that field's."""
    variables: Mapping[str, str | None] | None = None
    """Environment variables that it reads; None as a value is one that cannot be told, and None for all is all."""
    version: int | None = None
    """The minor version, as 31 of v1.31.2."""
    caption: str = ""
    process: bool = False
    """It is what runs, or will; else a configuration file, whose flags are another matter."""
    mounts: Mapping[str, str] | None = None
    """Paths in the container to paths of the host."""


def minor_of(text: str | None) -> int | None:
    """The minor Kubernetes version that a tag or a version says, or None."""
    found = _VERSION.search(text) if text else None
    return int(found[1]) if found else None
