"""What every source gives: pages of bytes, or the reason why there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hardstand.model.gap import Gap as Gap  # Both are said by sources, and kept as they are.
from hardstand.model.run import Unreadable as Unreadable


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person chose about reading.

    `values`, `set` and `namespace` go to every chart that is rendered, as helm takes them.
    """

    values: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    namespace: str = "default"
    ignore_file: str = ".hardstandignore"
    ignore: tuple[str, ...] | None = None
    """Patterns of what is left out of each directory that is walked; ignore files then have no say."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a page came about when it is not a file's own bytes.

    `tool` is `helm` or `kustomize`; `root` is the chart or the kustomization's directory, as the person named it.
    """

    tool: str
    root: str


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes to read, and the name to show for them.

    For a rendered page, lines and columns count in the rendered text and `name` is the file that made it.
    `named` is true for what a person gave by name, false for what a directory walk met.
    `number` is set by whoever keeps pages to change them, and by no source.
    `live` is true for an object of a cluster: `name` is `cluster:` and its API path, and `data` is the object as one
    compact JSON text; `partial` is true where it is less than the object, so that no places can be told in it.
    """

    name: str
    data: bytes
    rendered: Rendering | None = None
    named: bool = False
    number: int | None = None
    live: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or directory that is left out. It is counted: leaving out must not be invisible.

    An ignore file names it, or it belongs to a tool, or it is an archive or a chart that deploys nothing.
    """

    path: str


class Unit(Protocol):
    """One independent piece of reading work. It is picklable: any process may open it."""

    @property
    def path(self) -> str:
        """The name to show for the whole unit."""

    @property
    def size(self) -> int:
        """A guess at the bytes to come, for balancing work between processes."""

    def open(self) -> Iterator[Page | Unreadable | Gap]:
        """Read it. Never raises for what the outside world does: that is an `Unreadable`, or a `Gap`."""
