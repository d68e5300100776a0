"""One credential is in several kubeconfigs.

Why
    When several people or machines are one user, nobody can say who did what, and nobody's access can be ended without
    ending everybody's.

Fix
    Give people a sign-in of their own through the identity provider (`hardstand rbac kubeconfig` writes a file that all
    may have, since no secret is in it), and each machine a service account. Then take the shared credential out of use.

References
    - https://kubernetes.io/docs/concepts/security/hardening-guide/authentication-mechanisms/
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from hardstand.analysis.kubeconfig_credentials import static
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEKS_2_4,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.inventory.views.kubeconfig import Kubeconfig
from hardstand.model.violation import MalformedFieldError

Holder = tuple[str, int, str]
"""A file and the place of the document in it, and the name of the user."""


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.5",
        "nist-800-53:IA-2",
        "pci-dss:8.2.2",
        "iso-27001:A.5.16",
    ),
    reads=[anywhere(Kubeconfig, "users", needed=False)],
)
def check(kubeconfig: Kubeconfig, given: Given) -> Violations:
    """No token, password or client key may be one that another kubeconfig, or another user of this one, has."""
    own = [(entry, one) for entry in kubeconfig.users for one in static(entry.user)]
    if not own:
        raise NotApplicableError(Why.NO_SUBJECT)
    holders = given.once(_holders)
    for entry, one in own:
        me = _holder(kubeconfig, entry.name)
        others = [each for each in holders.get(one.text, ()) if each != me]
        if others:
            file, _, user = others[0]
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            whose = f"user {user} of {file}{more}"
            yield entry.user.violates(f"has the same {one.called} as {whose}", *one.steps, caption=f"user {entry.name}")


def _holders(given: Given) -> Mapping[str, Sequence[Holder]]:
    """Every credential with all who have it."""
    found: dict[str, list[Holder]] = defaultdict(list)
    for one in given.everywhere(Kubeconfig):
        for text, name in _credentials(one):
            found[text].append(_holder(one, name))
    return found


def _credentials(one: Kubeconfig) -> Iterator[tuple[str, str | None]]:
    """Of a kubeconfig that cannot be read there is nothing to compare; it is told as malformed itself."""
    try:
        yield from [(each.text, entry.name) for entry in one.users for each in static(entry.user)]
    except MalformedFieldError:
        return


def _holder(one: Kubeconfig, name: str | None) -> Holder:
    return one.object.origin.file, one.object.origin.document, name or ""
