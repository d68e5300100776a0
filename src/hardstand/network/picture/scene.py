"""What is in a picture: nodes in bands, and links between them, before anything has a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What a node stands for."""

    WORKLOAD = "workload"
    GROUP = "group"
    """All workloads of a band, or of the picture."""
    CALLER = "caller"
    """Outside of the cluster, where connections come from."""
    CALLED = "called"
    """Outside of the cluster, where connections go to."""


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """A namespace, or what of it lies in one zone."""

    zone: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node. Its id is its own in the picture."""

    id: str
    shape: Shape
    name: str
    detail: str = ""
    band: Band | None = None
    """None for what is outside of the cluster, and for the group of everything."""


@dataclass(frozen=True, slots=True)
class Link:
    """One line, from one node to another."""

    source: str
    target: str
    text: str
    """By which connections."""
    title: str
    """All of it, for who asks."""
    unexpected: bool = False
    perhaps: bool = False
    """Nobody can tell whether it is allowed."""
    some: bool = False
    """It stands for some of the pairs of two groups only, as the text says."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a picture."""

    nodes: Mapping[str, Node]
    links: Sequence[Link]
    bands: Sequence[Band]
    """From the top to the bottom."""
    caption: str
