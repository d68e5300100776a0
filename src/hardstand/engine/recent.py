"""Answers that are kept for a while: what is asked again word for word, as the pods of one template are."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

_LARGEST = 64 * 1024
_EACH = 24 * 1024
"""What an answer takes besides its question, about."""


class Recent(Generic[T]):
    """Answers by question, for as long as the picture that they are about stays as it is; the oldest go first."""

    def __init__(self, most: int) -> None:
        """`most`: bytes of questions and answers, about."""
        self._most = most
        self._size = 0
        self._found: OrderedDict[bytes, tuple[Hashable, T]] = OrderedDict()

    def __bool__(self) -> bool:
        """Tell whether anything would be kept."""
        return self._most > 0

    def clear(self) -> None:
        """Forget all of it."""
        self._found.clear()
        self._size = 0

    def get(self, question: bytes, picture: Hashable) -> T | None:
        """The answer, if it was given for this very state of the picture."""
        found = self._found.get(question) if len(question) <= _LARGEST else None  # Hashing megabytes takes a while.
        if found is None or found[0] != picture:
            return None
        self._found.move_to_end(question)
        return found[1]

    def keep(self, question: bytes, picture: Hashable, answer: T) -> None:
        """Keep an answer; those to large questions are not worth it."""
        if len(question) > _LARGEST:
            return
        if question not in self._found:
            self._size += len(question) + _EACH
        self._found[question] = picture, answer
        self._found.move_to_end(question)
        while self._size > self._most:
            gone, _ = self._found.popitem(last=False)
            self._size -= len(gone) + _EACH
