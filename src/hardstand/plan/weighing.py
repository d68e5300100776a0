"""What a finding weighs and what a change costs: the numbers that order changes, and why they are what they are.

Only the order depends on them. How many findings a change removes is never computed from a weight.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hardstand.model.finding import Finding
from hardstand.model.tier import Tier
from hardstand.model.verdict import Action, Confidence, Severity

TIER: Final = {Tier.CRITICAL: 27, Tier.HIGH: 9, Tier.MEDIUM: 3, Tier.LOW: 1}
"""A tier is a class, not a degree: three findings of the next lower one are worth one."""

SEVERITY: Final = {Severity.CRITICAL: 40, Severity.HIGH: 20, Severity.MEDIUM: 8, Severity.LOW: 2}
"""Critical gives the node or a secret away at once; low alone harms nobody. The steps widen downwards, so that a
directory full of low findings does not outweigh one high one."""

CONFIDENCE: Final = {Confidence.HIGH: 4, Confidence.MEDIUM: 3, Confidence.LOW: 2}
"""Of four findings of medium confidence one may be wrong; of low confidence, every other one."""

BLOCKS: Final = 2
"""How many times a finding counts that blocks: it stops a release besides."""

ALONE: Final = 512
"""So many points of a radius are a workload that falls nearly alone: they add nothing."""

WIDER: Final = 8
"""How many doublings of a radius count, each a quarter: what takes everything along weighs three times as much, and so
never more than a tier does. A radius only orders what is of one tier; no tier depends on it."""

CARE: Final = {"safe": 1, "unsafe": 3, "by hand": 6}
"""How many times an edit counts: read it; read it and try the program; write it, read it and try the program."""

OBJECT: Final = 1
"""Each object to edit is one thing to look at."""

FILE: Final = 2
"""Opening, reviewing and rolling out another file costs more than another place in the same one."""

DECISION: Final = 4
"""What a change costs however small it is: somebody has to understand it, and to ship it."""


@dataclass(frozen=True, slots=True, order=True)
class Worth:
    """How soon a change should be made; the greater, the sooner."""

    tier: Tier
    """The highest that it removes something of: tier comes first."""
    blocked: bool
    """It removes something that blocks."""
    ratio: Fraction
    """Risk removed for effort."""


def tier_of(one: Finding) -> Tier:
    """The tier; the lowest where there is none, since nothing is known to be at stake there."""
    return Tier[one.tier.upper()] if one.tier else Tier.LOW


def risk(findings: Iterable[Finding]) -> int:
    """What it is worth to remove these findings."""
    return sum(
        TIER[tier_of(one)]
        * SEVERITY[one.severity]
        * CONFIDENCE[one.confidence]
        * reach(one.blast)
        * (BLOCKS if one.action is Action.BLOCK else 1)
        for one in findings
    )


def reach(blast: int | None) -> int:
    """What the radius of its workload makes of a finding's weight, in quarters; nothing where it is not known."""
    doublings = ((blast or 0) // ALONE).bit_length() - 1
    return 4 + min(WIDER, max(0, doublings))


def effort(places: Sequence[Finding], *, by_hand: bool = False) -> int:
    """What it costs to mend these findings, by the objects and files that they are in."""
    safe = all(one.fix is not None and one.fix.safe for one in places)
    care = CARE["by hand" if by_hand else "safe" if safe else "unsafe"]
    files = {one.locations[0].file for one in places}
    objects = {(one.locations[0].file, one.object) for one in places}
    return DECISION + care * (FILE * len(files) + OBJECT * len(objects))


def worth(
    removed: Sequence[Finding], places: Sequence[Finding], more: Fraction = Fraction(0), *, by_hand: bool = False
) -> Worth:
    """The worth of removing `removed` by mending `places`; `more` is risk that goes besides. ValueError for nothing."""
    return Worth(
        max(map(tier_of, removed)),
        any(one.action is Action.BLOCK for one in removed),
        (risk(removed) + more) / effort(places, by_hand=by_hand),
    )
