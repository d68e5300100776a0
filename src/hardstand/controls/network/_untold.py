"""Questions about objects in other namespaces than the subject's, and what to do when the input has none there."""

from collections.abc import Sequence
from typing import TypeVar

from hardstand.controls.given import Given
from hardstand.inventory.views.base import Subject
from hardstand.model.verdict import Why
from hardstand.model.violation import UnknownError, not_in_input

S = TypeVar("S", bound=Subject)


def within(given: Given, view: type[S], namespace: str | None) -> Sequence[S]:
    """The objects of `view` in a namespace, or those without one; the control declares them with `reads=`."""
    return given.neighbours.near(view, namespace) if given.neighbours else ()


def knows(given: Given, view: type[Subject], namespace: str | None) -> bool:
    """Tell whether the input speaks of this kind in that namespace: it has one, or it is known to have them all."""
    return given.neighbours is not None and given.neighbours.holds(view, namespace)


def untold(view: type[Subject], namespace: str | None) -> Exception:
    """The error that ends a check which cannot be told, for want of `view` in that namespace."""
    return not_in_input(view.noun or view.__name__, namespace)


def made_by_operators(namespace: str | None) -> Exception:
    """The error that ends a check about pods where operators make some that no manifest shows."""
    message = f"operators make pods in namespace {namespace} that the input does not show"
    return UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:operators:{namespace}")
