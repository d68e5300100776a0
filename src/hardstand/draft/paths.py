"""The paths of an environment, each with the reason; and what they leave out, where they stand beside namespaces."""

from hardstand.draft.lists import write_list
from hardstand.draft.parts import Part, Parts
from hardstand.draft.places import fits, patterns
from hardstand.draft.sorting import CHECK
from hardstand.draft.words import PLATFORM, PRODUCTION
from hardstand.draft.writing import Page, several

_MOST_SHARED = 3
"""As many files that hold objects of several environments are told of."""


def write_paths(page: Page, part: Part, parts: Parts) -> None:
    """Write `paths:` where they are needed: for what has no namespace, and for namespaces that others have as well."""
    others = [one for one in parts.every if one is not part]
    shared = sorted(name for name in part.namespaces if any(name in one.namespaces for one in others))
    if not (part.bare or shared):
        return
    # What a path would take along: everything, or, beside namespaces, what is in one of them or in none.
    theirs = {
        spot.place
        for one in others
        for spot in one.spots
        if part.bare or not spot.namespace or spot.namespace in part.namespaces
    }
    made = patterns(part.places, theirs.difference(part.places))
    write_list(page, "paths", [(pattern, _reason(part, pattern)) for pattern in made])
    if shared and part.environment in (PRODUCTION, PLATFORM):
        page.remark(
            f"{CHECK}: both must fit, a path and a namespace, since {several(shared)} {_IS[len(shared) > 1]} "
            "in other environments too; files elsewhere are in none.",
            6,
        )
    for place in sorted(part.places.intersection(theirs))[:_MOST_SHARED]:
        page.remark(f"{CHECK}: {place} holds objects of other environments as well; better split it.", 6)


_IS = ("is", "are")


def _reason(part: Part, pattern: str) -> str:
    """Why a path is there: what it says, or for which namespaces, whose reasons stand beside them."""
    inside = {spot: reason for spot, reason in part.spots.items() if fits(pattern, spot.place)}
    reasons = sorted({reason.text for reason in inside.values()})
    by_path = [one for one in reasons if one.startswith("its path says")]
    if by_path:
        return by_path[0]
    if part.bare:
        return next(iter(reasons), "")
    return f"for {several(sorted({spot.namespace for spot in inside}))}"
