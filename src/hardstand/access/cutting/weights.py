"""What a grant is worth to whom it was given: a cut should take those that little else uses.

One, and for each right that its subject has by nothing that stays in any case (`losses`), once and once more for each
workload that runs as the subject. What may itself be cut does not count as staying: somebody who may do everything by
a grant that has to go would else lose nothing by all others. A star in a right stands for many and counts ten. That is
an estimate, and means to be nothing else: which of the rights are used at all only an audit log tells.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from hardstand.access.cutting.losses import lost
from hardstand.access.cutting.running import Running
from hardstand.analysis.rbac.atoms import Atom
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions

_STAR: Final = 10
_MOST: Final = 1_000_000
"""So that what is added up stays exact in the solver's numbers."""


def weight(permissions: Permissions, grant: Grant, running: Running, cuttable: AbstractSet[Grant]) -> int:
    """What taking this one grant away costs, itself one of those that may be cut: at least 1."""
    rights = sum(map(_rights, lost(permissions, grant, cuttable)))
    return min(_MOST, 1 + rights * (1 + len(running.under(grant.who))))


def _rights(right: Atom) -> int:
    stars = [word for word in (right.verb, right.group, right.resource, right.url) if word == "*"]
    return int(_STAR ** len(stars))
