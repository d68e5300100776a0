"""What the gate cannot decide since a kind may not be listed: told to who runs it, and not to who applies a pod.

Who applies a pod cannot mend the gate's rights, so a warning would be of no use there and the same each time.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hardstand.controls.control import Control
from hardstand.model.kind import Kind

WITHHELD = Kind("", "Secret")
"""What no role of the gate has in it, unless somebody asks for that."""


class Undecided:
    """Counts by control how many reviews it could not decide. Any thread may count."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, controls: Iterable[str]) -> None:
        """One review that these controls could not decide."""
        with self._lock:
            self._counts.update(controls)

    def counts(self) -> Mapping[str, int]:
        """The reviews that each control could not decide."""
        with self._lock:
            return dict(self._counts)


def left_open(controls: Iterable[Control], kind: Kind) -> Sequence[str]:
    """The ids of the controls, sorted, that look at objects of a kind around what they judge.

    Those that judge such objects themselves are none of them: the request brings what is judged. Nor are those that are
    left to scans.
    """
    return sorted(one.id for one in controls if not one.wide and any(read.view.about(kind) for read in one.reads))
