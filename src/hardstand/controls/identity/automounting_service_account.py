"""ServiceAccount hands its token to every pod that uses it.

Why
    A pod that does not speak of tokens gets one when its account lets it. For the account `default` these are all the
    pods that nobody thought about.

Fix
    Set `automountServiceAccountToken: false` on the account, and true on the pods that talk to the API.

When it is fine
    Accounts of programs that talk to the API; by default only `default` is judged. The parameter `names` widens it.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
"""

from fnmatch import fnmatchcase

from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
    patterns,
)
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.config import ServiceAccount

NAMES = text_list("names", "The accounts that are judged; `*` stands for anything", default=["default"])


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "cis-kubernetes:5.1.5",
        "cis-kubernetes:5.1.6",
        "nsa-cisa:pod-security.service-account-tokens",
        "nist-800-53:AC-6",
    ),
    parameters=[NAMES],
    fix=Repair("Do not hand out the token unless a pod asks", safe=False),
    cel=Cel(
        "!named.exists(name, object.metadata.?name.orValue('').matches(name))"
        " || !object.?automountServiceAccountToken.orValue(true)",
        "automountServiceAccountToken",
        {"named": patterns(NAMES)},
    ),
)
def check(account: ServiceAccount, given: Given) -> Violations:
    """`automountServiceAccountToken` must be false; absent is true."""
    if not any(fnmatchcase(account.name, name) for name in given[NAMES]):
        raise NotApplicableError(Why.NO_SUBJECT)
    if account.automount_token is not False:
        field = "automountServiceAccountToken"
        yield account.violates("hands its token to every pod that uses it", field, edits=[account.put(False, field)])
