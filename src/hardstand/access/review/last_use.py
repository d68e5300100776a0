"""When each grant was last used, by what was asked for and allowed.

Where several grants allow the same, each counts as used: the API server looks no further than the first, and taking any
one of them away would not be felt.
"""

from collections.abc import Mapping
from datetime import datetime

from hardstand.access.used import Used
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions


def last_uses(used: Used, permissions: Permissions) -> Mapping[Grant, datetime]:
    """The grants that allow something that was used, each with the time when that was last."""
    found: dict[Grant, datetime] = {}
    for (who, asked), use in used.uses.items():
        for proof in permissions.proofs(who, asked):
            if proof.grant is not None:
                before = found.get(proof.grant)
                found[proof.grant] = use.last if before is None else max(before, use.last)
    return found
