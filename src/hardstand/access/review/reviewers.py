"""Who reviews a grant: whoever is named for its scope, whoever answers for its object, or whoever takes the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hardstand.access.review.listing import KUBERNETES
from hardstand.analysis.classing import Classing
from hardstand.analysis.traits import traits_of
from hardstand.baseline.baseline import Baseline
from hardstand.inventory.objects import KubeObject
from hardstand.model.right import Right


@dataclass(frozen=True, slots=True)
class Assignment:
    """A pattern for the scope of rights, and who reviews those that fit it."""

    pattern: str
    """For `SYSTEM:SCOPE`: `kubernetes:namespace/shop-*`, `postgresql:*`."""
    reviewer: str

    def fits(self, right: Right) -> bool:
        """Tell whether somebody reviews a right by it."""
        return fnmatchcase(f"{right.system}:{right.scope}", self.pattern)


def assignment(word: str) -> Assignment:
    """What a person assigns: `SCOPE=NAME`, or `NAME` for whatever is left.

    A SCOPE without a colon is a pattern for namespaces. ValueError for anything else.
    """
    scope, equals, name = word.rpartition("=")
    if not name.strip() or (equals and not scope.strip()):
        raise ValueError(f"{word!r} names no reviewer; write SCOPE=NAME, or NAME for whatever is left")
    if any(ord(letter) < 33 or letter in "/\\" for letter in name) or name.startswith("."):
        raise ValueError(f"{name!r} cannot be the name of a file; write a reviewer without spaces and slashes")
    if not equals:
        return Assignment("*", name)
    return Assignment(scope if ":" in scope else f"{KUBERNETES}:namespace/{scope}", name)


def owners(baseline: Baseline) -> Callable[[KubeObject], str | None]:
    """Who answers for an object, by what the baseline declares and the object's own labels and annotations."""
    classing, names = Classing(baseline), baseline.names
    return lambda kube: classing.owner(traits_of(kube, names), ())


def reviewer_of(
    right: Right, kube: KubeObject | None, assigned: Sequence[Assignment], owner: Callable[[KubeObject], str | None]
) -> str | None:
    """Who reviews a right: by the first pattern that says more than `*`, by the owner, by `*`. None for nobody."""
    for one in assigned:
        if one.pattern != "*" and one.fits(right):
            return one.reviewer
    answerable = owner(kube) if kube is not None else None
    return answerable or next((one.reviewer for one in assigned if one.pattern == "*"), None)
