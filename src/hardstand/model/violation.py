"""What a control yields, and the three ways in which it can fail to decide."""

from typing import NamedTuple

from hardstand.model.finding import Edit
from hardstand.model.path import Path, dotted
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why


class Violation(NamedTuple):
    """One place where a control does not hold.

    `cause` names what a single edit would mend, such as `image:redis:latest`, when that is not the field itself.
    `caption` says which part of the object it is, such as `container web`.
    `unsafe` says that the edits overwrite what somebody chose here, although the control's repair is safe elsewhere.
    """

    path: Path
    message: str
    caption: str = ""
    edits: tuple[Edit, ...] = ()
    cause: str = ""
    unsafe: bool = False


class MalformedFieldError(Exception):
    """A field holds a type that Kubernetes does not have there; every control that reads it is unknown."""

    why = Why.MALFORMED_FIELD
    cause = ""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        self.path = path
        super().__init__(f"{dotted(path)} must be {expected}, found {found}")


class UnfitFieldError(MalformedFieldError):
    """A field cannot be told, for a reason that whoever folded the object has said."""

    def __init__(self, path: Path, unfit: Unfit) -> None:
        super().__init__(path, "", "")
        self.args = (unfit.reason,)
        self.why = unfit.why
        self.cause = unfit.cause


class NotApplicableError(Exception):
    """The control has nothing to say of this subject, for the reason given."""

    def __init__(self, why: Why) -> None:
        self.why = why  # Also its text: an Exception keeps what it is made with.


class UnknownError(Exception):
    """The control cannot tell, for the reason given; `cause` names what would have to be added or mended."""

    def __init__(self, why: Why, message: str, cause: str) -> None:
        self.why = why
        self.cause = cause
        super().__init__(message)


def not_in_input(what: str, namespace: str | None) -> UnknownError:
    """The error for what was asked for and is not in the input: it may simply not have been given."""
    where = f" of namespace {namespace}" if namespace else ""
    return UnknownError(Why.NOT_IN_INPUT, f"the input holds no {what}{where}", f"not-in-input:{what}:{namespace or ''}")
