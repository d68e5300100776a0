"""What the controls over bindings have in common."""

from collections.abc import Iterator, Sequence

from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.who import Who
from hardstand.inventory.views.rbac import Binding, Grantee


def grantees(binding: Binding) -> Iterator[tuple[Grantee, int, Who]]:
    """Whom a binding gives its role to: the field, its place in the list, and who is meant.

    MalformedFieldError where a field is not as Kubernetes has it.
    """
    listed = binding.grantees
    for at, who in subjects(binding):
        yield listed[at], at, who


def called(binding: Binding) -> str:
    """What tells a binding from others, as the root of findings."""
    return f"{binding.kind.name}:{binding.namespace or ''}/{binding.name}"


def listed(whom: Sequence[Who]) -> str:
    """Some subjects in a sentence: the first, and how many more there are."""
    more = f" and {len(whom) - 1} more" if len(whom) > 1 else ""
    return f"{whom[0]}{more}"
