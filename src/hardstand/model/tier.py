"""A workload's risk class, and the factors that it follows from. All are ordered: the higher, the more is at stake."""

from enum import IntEnum


class _Ordered(IntEnum):
    """An ordered factor, written as a word in baselines and reports."""

    @property
    def word(self) -> str:
        """The name as people write it: `restricted`."""
        return self.name.lower()


class Data(_Ordered):
    """How sensitive the data is that the workload handles."""

    PUBLIC = 1
    INTERNAL = 2
    CONFIDENTIAL = 3
    RESTRICTED = 4


class Exposure(_Ordered):
    """From where the workload can be reached: its cluster only, a private network, or the internet."""

    CLUSTER = 1
    PRIVATE = 2
    INTERNET = 3


class Privilege(_Ordered):
    """How much falls with the workload: itself, a part of its node's protection, its node, or the cluster."""

    ORDINARY = 1
    ELEVATED = 2
    NODE = 3
    CLUSTER = 4


class Tier(_Ordered):
    """The risk class that follows from the factors."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4
