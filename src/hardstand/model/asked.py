"""Requests of the past as an API server's audit log has them: who asked for what, when, and where that is written."""

from dataclasses import dataclass
from datetime import datetime

from hardstand.model.request import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that somebody asked an API server for, and that its authorizers allowed."""

    request: Request
    """As the authorizers saw it."""
    user: str
    groups: tuple[str, ...] | None
    """None where the log does not tell them."""
    time: datetime
    file: str
    line: int
    by_rbac: bool = True
    """Not where the log says that another authorizer allowed it, such as that of nodes or that of a cloud."""
