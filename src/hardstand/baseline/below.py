"""The files that a file builds on, with the places of what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hardstand.baseline.baseline import Layer
from hardstand.baseline.declared import Declared
from hardstand.baseline.reading import Text
from hardstand.baseline.shape import Flaw


@dataclass(frozen=True, slots=True)
class Read:
    """One file, read."""

    text: Text
    layer: Layer
    _lines: dict[tuple[str | int, ...], str] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def file(self) -> str:
        """What the file is called."""
        return self.layer.file

    @property
    def declared(self) -> Declared:
        """What it declares."""
        return self.layer.declared

    def line(self, *path: str | int) -> str:
        """File and line of the key at `path`, or of the nearest thing around it."""
        if path not in self._lines:
            found = self.text.place([Flaw(path, "", on_key=bool(path) and isinstance(path[-1], str))])[0]
            self._lines[path] = f"{found.file}:{found.line}"
        return self._lines[path]


class Parents:
    """The built-in baseline, and the files that a file extends, each after what it builds on itself."""

    def __init__(self, built_in: Read, *files: Read) -> None:
        self.files: Sequence[Read] = files
        self.every: Sequence[Read] = (built_in, *files)

    @property
    def layers(self) -> list[Layer]:
        """All of them, the built-in one first."""
        return [one.layer for one in self.every]

    @property
    def declared(self) -> list[Declared]:
        """What all of them declare, the built-in one first."""
        return [one.declared for one in self.every]
