"""How controls over audit policies say what is not recorded."""

from collections.abc import Sequence

from hardstand.analysis.audit_policy import Sort
from hardstand.inventory.views.audit import PolicyFile, Rule
from hardstand.model.violation import Violation

_SHOWN = 3
"""So many kinds of request are named; a rule that leaves out everything would name dozens."""


def unrecorded_at(policy: PolicyFile, rule: Rule | None, missed: Sequence[Sort], *, some: bool) -> Violation:
    """The violation for requests that leave no trace, at the rule that says so or where one is missing."""
    resources = list(dict.fromkeys(one.resource for one in missed))
    named = ", ".join(resources[:_SHOWN]) + (", …" if len(resources) > _SHOWN else "")
    if rule is None:
        return policy.violates(f"has no rule that records {named} for everybody", "rules")
    whose = " by some users or in some places" if some else ""
    return rule.violates(f"leaves out requests for {named}{whose}")
