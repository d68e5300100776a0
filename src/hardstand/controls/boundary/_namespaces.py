"""Which object answers for a namespace, and in which environments it lies."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from hardstand.analysis.inferred import short
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


def why_in_none(resident: Resident, namespace: str, given: Given) -> str:
    """Why a namespace lies in no environment: none declares it, or those that do declare it for other places."""
    elsewhere = given.elsewhere(resident)
    if not elsewhere:
        return f"none is declared for the namespace {namespace}"
    sort, own = given.place(resident)
    first, *others = (f"only for the {_listed(sort, places)}" for places in elsewhere.values())
    name, *names = elsewhere
    more = "".join(f", and {one} {where}" for one, where in zip(names, others, strict=True))
    return f"{name} declares the namespace {namespace}, but {first}{more}, and not for {short(own)}"


def _listed(sort: str, places: Sequence[str]) -> str:
    """`path a`; `paths a and b`; `paths a, b, c and 2 more`."""
    shown = [f"`{short(one)}`" for one in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        shown.append(f"{len(places) - _MOST_PLACES} more")
    if len(shown) == 1:
        return f"{sort} {shown[0]}"
    return f"{sort}s {', '.join(shown[:-1])} and {shown[-1]}"


_MOST_PLACES = 3


def misplaced(resident: Resident, namespace: str, message: str) -> Violation:
    """Say that a namespace lies where it should not, wherever that was seen: it is one thing to mend."""
    field = "name" if resident.kind in Namespace.kinds else "namespace"
    return resident.metadata.violates(message, field, cause=f"namespace:{namespace}")
