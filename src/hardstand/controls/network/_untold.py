"""What a check raises that cannot be told."""

from hardstand.inventory.views.base import Subject
from hardstand.model.verdict import Why
from hardstand.model.violation import UnknownError, not_in_input


def untold(view: type[Subject], namespace: str | None) -> Exception:
    """The error that ends a check which cannot be told, for want of `view` in that namespace."""
    return not_in_input(view.noun or view.__name__, namespace)


def made_by_operators(namespace: str | None) -> Exception:
    """The error that ends a check about pods where operators make some that no manifest shows."""
    message = f"operators make pods in namespace {namespace} that the input does not show"
    return UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:operators:{namespace}")
