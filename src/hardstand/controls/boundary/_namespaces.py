"""Which object answers for a namespace, and in which environments it lies."""

from fnmatch import fnmatchcase

from hardstand.analysis.joining import by_name
from hardstand.controls.api import Given, NotApplicableError, Violation, Why
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.boundary import Resident
from hardstand.inventory.views.config import Namespace

SYSTEM_NAMESPACES = text_list(
    "system_namespaces",
    "Namespaces of the cluster itself, which belong to no environment; `*` stands for any text.",
    ("kube-node-lease", "kube-public", "kube-system"),
)
"""By default those that every cluster begins with, but for `default`.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""


def namespace_to_answer_for(resident: Resident, given: Given) -> str:
    """The namespace that an object answers for: its own for a Namespace, and for a workload the one it lies in.

    NotApplicableError where the Namespace object is there to answer, and for namespaces of the cluster itself.
    """
    own = resident.kind in Namespace.kinds
    name = resident.name if own else resident.namespace or ""
    if any(fnmatchcase(name, pattern) for pattern in given[SYSTEM_NAMESPACES]):
        raise NotApplicableError(Why.NO_SUBJECT)
    if not own and given.table_anywhere(Namespace, by_name).under(name):
        raise NotApplicableError(Why.NO_SUBJECT)
    return name


def misplaced(resident: Resident, namespace: str, message: str) -> Violation:
    """Say that a namespace lies where it should not, wherever that was seen: it is one thing to mend."""
    field = "name" if resident.kind in Namespace.kinds else "namespace"
    return resident.metadata.violates(message, field, cause=f"namespace:{namespace}")
