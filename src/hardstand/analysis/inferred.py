"""What is inferred of a workload, with the reasons: a person who does not agree must see what to mend or declare."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeAlias, TypeVar

from hardstand.model.violation import MalformedFieldError

V = TypeVar("V", bound=IntEnum)
T = TypeVar("T")
R = TypeVar("R")

MOST_REASONS = 3
"""As many as a person reads; what a fourth would add is seldom another thing to do."""

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Inferred(Generic[V]):
    """A factor that was inferred, and why: at most three phrases, the strongest first, never none."""

    value: V
    because: tuple[str, ...]


Reason: TypeAlias = tuple[V, str]
"""How far one thing alone lifts the factor, and the phrase that says so."""


def infer(reasons: Iterable[Reason[V]], notes: Sequence[str], otherwise: Inferred[V]) -> Inferred[V]:
    """The highest that one of `reasons` gives, else `otherwise`.

    `notes` say what could not be read. They follow the reasons, and one always has its place unless the factor is as
    high as it gets: what could not be read might lift it.
    """
    ranked = sorted(reasons, key=lambda one: -one[0])  # Stable: equals stay in the order given.
    value = max(ranked[0][0], otherwise.value) if ranked else otherwise.value
    phrases = list(dict.fromkeys(text for _, text in ranked)) or list(otherwise.because)
    if notes and value < max(type(value)):
        distinct = list(dict.fromkeys(notes))
        phrases[MOST_REASONS - 1 :] = distinct[:1]
        phrases += distinct[1:]
    return Inferred(value, tuple(phrases[:MOST_REASONS]))


class Asked:
    """Asks questions of which some cannot be answered, and keeps notes of those."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def of(self, question: Callable[[T], Iterable[R]], subject: T, whose: str = "") -> Sequence[R]:
        """All that `question` finds in `subject` until it meets a field that cannot be read, which is noted.

        `whose` names the object that the field is of, where that is not the one that the question is about.
        """
        found: list[R] = []
        try:
            for one in question(subject):
                found.append(one)  # noqa: PERF402 - what came before the error is kept.
        except MalformedFieldError as error:
            self.notes.append(f"cannot be read: in {whose}, {error}" if whose else f"cannot be read: {error}")
        return found

    def all(self, questions: Callable[[T, "Asked"], Iterable[R]], subject: T) -> Sequence[R]:
        """All that `questions`, which asks by the one given to it, finds; an error costs only what it spoils.

        Nearly every object can be read throughout, so it is first asked without the cost of being careful.
        """
        try:
            return list(questions(subject, _STRAIGHT))
        except MalformedFieldError:
            return list(questions(subject, self))


class _Straight(Asked):
    """Asks without care: what cannot be read ends it all."""

    def of(self, question: Callable[[T], Iterable[R]], subject: T, whose: str = "") -> Sequence[R]:  # noqa: ARG002
        found = question(subject)
        return found if isinstance(found, list | tuple) else list(found)


_STRAIGHT = _Straight()


def short(name: str | None) -> str:
    """A name from the input, no longer than a phrase bears."""
    name = name or ""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
