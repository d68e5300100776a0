"""Which namespaces are production, as far as controls that ask more of production need to know."""

from fnmatch import fnmatchcase

from hardstand.controls.api import Given, NotApplicableError, Why, anywhere
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace

PRODUCTION_NAMESPACES = text_list("production_namespaces", "namespaces that are production; `*` stands for any text")
NAMESPACES = anywhere(Namespace, "metadata.labels", needed=False)
"""What tells production where the boundary goes by labels."""


def only_in_production(subject: Subject, given: Given) -> None:
    """Stop here, not applicable, when nothing is declared to be production or the subject lies elsewhere.

    What is declared of the control itself counts before the boundary.
    """
    patterns = given[PRODUCTION_NAMESPACES]
    if not patterns and given.in_production(subject):
        return
    if not any(fnmatchcase(subject.namespace or "", pattern) for pattern in patterns):
        raise NotApplicableError(Why.NO_SUBJECT)
