"""Waiting for what comes true by itself. Tests say what they wait for, and assert no times."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 100.0
"""Seconds after which nothing will come any more: below the two minutes at which pytest ends a hanging test."""


def eventually(check: Callable[[], T], what: str, pause: float = 0.05) -> T:
    """The first true answer of `check`. AssertionError with what was waited for, and the last answer, if none comes.

    An AssertionError or OSError of `check` counts as "not yet".
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if answer := check():
                return answer
            last: object = answer
        except (AssertionError, OSError) as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}; at last: {last}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.5)
