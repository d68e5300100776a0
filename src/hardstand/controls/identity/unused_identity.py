"""Binding gives rights to somebody who did nothing for a long time.

Why
    Nobody misses an identity that nobody uses, and nobody notices when somebody else begins to use it: the account of
    one who has left, the token of a program that was switched off. What it may do is what they may do.

Fix
    Take it out of the binding, and delete the account where nothing runs as it. `hardstand rbac unused` tells what runs
    as each, and which rare jobs the logs may not show.

When it is fine
    What is for emergencies is unused for as long as all goes well; except it by name, and try it in drills instead.
    Who did what is told by audit logs, `hardstand scan --audit LOG`; without any, this control has nothing to say.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    NotNative,
    UnknownError,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._granting import grantees
from hardstand.controls.parameter import number, text, text_map
from hardstand.inventory.views.rbac import Binding

SEEN = text_map("seen", "Who did something lately, as `user:jane`, and when: `scan --audit` finds it")
UNTOLD = text_map("untold", "Of which sorts (User, Group, ServiceAccount) the logs do not tell, and why: likewise")
SINCE = text("since", "Since when somebody must have done something: likewise")
DAYS = number("days", "How many days that is: likewise")


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "twelve-controls:T1.3",
        "nist-800-53:AC-2(3)",
        "pci-dss:8.2.6",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    parameters=[SEEN, UNTOLD, SINCE, DAYS],
    cel=NotNative.PAST,
)
def check(binding: Binding, given: Given) -> Violations:
    """Whom a binding names must have done something, unless the binding is younger, or the name is Kubernetes' own."""
    seen, untold, since, days = given[SEEN], given[UNTOLD], given[SINCE], given[DAYS]
    if is_own_binding(binding):
        raise NotApplicableError(Why.NO_SUBJECT)
    idle = [(view, who) for view, _, who in grantees(binding) if who.word not in seen and not _own(who)]
    if not idle or (binding.metadata.created or "") > since:
        return  # Times that Kubernetes writes sort as texts.
    told = [(view, who) for view, who in idle if who.sort not in untold]
    if not told:
        who = idle[0][1]
        message = f"whether {who} did anything cannot be told: {untold[who.sort]}"
        raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:audit:{untold[who.sort]}")
    for view, who in told:
        yield view.violates(
            f"gives rights to {who}, who did nothing for {days} days", "name", cause=f"unused:{who.word}"
        )


def _own(who: Who) -> bool:
    """Names that Kubernetes has for its own components and for everybody."""
    return who.sort is not Sort.ACCOUNT and who.name.startswith(("system:", "kubeadm:"))
