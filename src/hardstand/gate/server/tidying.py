"""When the garbage collector looks: between two reviews, and at little.

It looks by itself once so many more objects were made than went. Answers that are kept push out others, so that the
number hardly grows while what is young does, and then all of it is looked at while reviews wait: 10 to 20 ms, several
times a second. So it is told to look every few reviews, when an answer has just been sent. What has been looked at
twice is old, and is looked at only now and then: reviews leave next to nothing behind that it would find.
"""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

_EACH: Final = 64
"""Reviews between two looks at what is young: about 1 ms of what many reviews leave."""
_WHOLE: Final = 256 * _EACH
"""Reviews between two looks at everything."""
_YOUNG: Final = 10_000
"""Objects more after which it looks by itself: where a single request makes many, or the picture changes and nobody
asks."""


class Tidying:
    """Counts reviews, and has the collector look."""

    __slots__ = ("_reviews",)

    def __init__(self) -> None:
        self._reviews = 0

    def reviewed(self) -> None:
        """A review has been answered."""
        self._reviews += 1
        if self._reviews % _EACH == 0:
            gc.collect(2 if self._reviews % _WHOLE == 0 else 1)


@contextlib.contextmanager
def seldom() -> Iterator[None]:
    """The collector hardly looks by itself, until the block ends."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
