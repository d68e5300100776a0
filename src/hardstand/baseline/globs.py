"""Patterns: in names `*` stands for any text; in paths for any text within one folder, and `**` for folders."""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

from hardstand.baseline.shape import WordError, brief
from hardstand.baseline.vocabulary import Vocabulary

_MAGIC = re.compile(r"[*?\[]")


class Glob:
    """A pattern for a name: `*` any text, `?` one character, `[ab]` one of these. Capitals count."""

    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "minLength": 1}

    def __init__(self, text: str) -> None:
        self.text = text
        self.literal = not _MAGIC.search(text)

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The pattern that a text stands for; WordError when it is empty."""
        if not text.strip():
            raise WordError("a pattern is empty", "`*` stands for any text")
        return cls(text)

    @classmethod
    def exactly(cls, text: str) -> Self:
        """The pattern that fits this very text and no other, whatever characters it holds."""
        made = cls(text)
        made.literal = True
        return made

    @cached_property
    def _match(self) -> "re.Pattern[str]":
        return re.compile(fnmatch.translate(self.text))

    def fits(self, word: str) -> bool:
        """Tell whether the whole word fits."""
        return word == self.text if self.literal else self._match.match(word) is not None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.text,)


class PathGlob(Glob):
    """A pattern for a path from the working directory: `deploy/prod/**` is that folder and all below it."""

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Self:
        """The pattern that a text stands for; WordError when it leads out of the working directory."""
        made = super().parse(text, vocabulary)
        if text.startswith(("/", "~")) or ".." in text.split("/"):
            raise WordError(
                f"the path `{brief(text)}` leads out of the working directory", "write it from the working directory"
            )
        return cls(made.text.removeprefix("./").rstrip("/"))

    @cached_property
    def _steps(self) -> tuple[Glob | None, ...]:
        """A pattern for each folder on the way and what is at its end; None for `**`, any number of folders."""
        steps: list[Glob | None] = []
        for one in self.text.split("/"):
            if one == "**":
                steps += [] if steps and steps[-1] is None else [None]
            elif one not in ("", "."):
                steps.append(Glob(one))
        return tuple(steps)

    def fits(self, word: str) -> bool:
        """Tell whether a path, or a folder on the way to it, fits; of a path from the root of the file system, its end.

        Walked folder by folder with all places that the pattern may have come to, so that no pattern takes long.
        """
        steps = self._steps
        anywhere = word.startswith("/")
        reached: set[int] = _with_skips({0}, steps)
        if len(steps) in reached:
            return True
        for name in word.split("/"):
            if name in ("", "."):
                continue
            after = {at + 1 for at in reached if (one := steps[at]) is not None and one.fits(name)}
            after |= {at for at in reached if steps[at] is None}
            reached = _with_skips(after | {0} if anywhere else after, steps)
            if len(steps) in reached:
                return True
        return False


def _with_skips(reached: set[int], steps: Sequence[Glob | None]) -> set[int]:
    """The places with those behind a `**`, which may be no folder at all; at the end it fits what is below."""
    found = set(reached)
    for at in sorted(reached):
        while at < len(steps) and steps[at] is None:
            at += 1
            found.add(at)
    return found


def labels_fit(wanted: Mapping[str, Glob], labels: Mapping[str, str]) -> bool:
    """Tell whether every label that is asked for is there and fits."""
    return all(key in labels and pattern.fits(labels[key]) for key, pattern in wanted.items())
