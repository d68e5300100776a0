"""What the controls of this area ask alike."""

from hardstand.controls.api import Given, NotApplicableError, Why, anywhere
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace

NAMESPACES = anywhere(Namespace, "metadata.labels", needed=False)
"""What tells an environment where the boundary goes by labels."""


def only_in_production(subject: Subject, given: Given) -> None:
    """Stop here, not applicable, when the subject certainly lies in no environment that is production.

    Where that is open, the control goes on, and asks `given.in_production` before it finds fault.
    """
    if not any(given.boundary.is_production(name) for name in (*given.environments(subject), *given.perhaps(subject))):
        raise NotApplicableError(Why.NO_SUBJECT)
