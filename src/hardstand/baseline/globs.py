"""Patterns: in names `*` stands for any text; in paths for any text within one folder, and `**` for folders."""

import fnmatch
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

from hardstand.baseline.shape import WordError
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
                f"the path `{text}` leads out of the working directory", "write it from the directory below"
            )
        return cls(made.text.removeprefix("./").rstrip("/"))

    @cached_property
    def _match(self) -> "re.Pattern[str]":
        return re.compile(_of_path(self.text))

    def fits(self, word: str) -> bool:
        """Tell whether a path fits. A path from the root of the file system fits where its end does."""
        if word.startswith("/"):
            return re.search(rf"(?:^|/){_of_path(self.text)}", word) is not None
        return self._match.match(word) is not None


def _of_path(text: str) -> str:
    """The pattern as a regular expression; a folder's pattern fits what is in it."""
    made = ""
    rest = text
    while rest:
        if rest.startswith("**/"):
            made, rest = made + "(?:[^/]+/)*", rest[3:]
        elif rest == "**":
            return made.removesuffix("/") + (r"(?:/.*)?\Z" if made.endswith("/") else r".*\Z")
        elif rest[0] == "*":
            made, rest = made + "[^/]*", rest[1:]
        elif rest[0] == "?":
            made, rest = made + "[^/]", rest[1:]
        else:
            made, rest = made + re.escape(rest[0]), rest[1:]
    return made + r"(?:/.*)?\Z"


def labels_fit(wanted: Mapping[str, Glob], labels: Mapping[str, str]) -> bool:
    """Tell whether every label that is asked for is there and fits."""
    return all(key in labels and pattern.fits(labels[key]) for key, pattern in wanted.items())
