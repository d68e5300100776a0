"""Namespace belongs to two environments at once.

Why
    Where production and something else share a namespace, they share its service accounts, Secrets, quotas and
    policies. And which rules hold there is anybody's guess: the stricter ones for some objects, the looser for others.

Fix
    Give each environment a namespace of its own, or narrow the patterns under `boundary` so that one of them fits.
    Environments whose files lie in different paths are compared where they declare `clusters` that overlap: a
    namespace of one name in two clusters is two namespaces.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#when-to-use-multiple-namespaces
    - https://kubernetes.io/docs/concepts/security/multi-tenancy/
"""

from collections import defaultdict
from collections.abc import Mapping

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, Violations, anywhere, control
from hardstand.controls.boundary._namespaces import SYSTEM_NAMESPACES, misplaced, namespace_to_answer_for
from hardstand.controls.boundary._production import NAMESPACES
from hardstand.inventory.views.boundary import Resident


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "nist-800-53:SC-2",
        "nist-800-53:SC-7",
        "pci-dss:6.5.3",
        "iso-27001:A.8.31",
    ),
    parameters=[SYSTEM_NAMESPACES],
    reads=[NAMESPACES, anywhere(Resident, needed=False)],
    needs_boundary=True,
)
def check(resident: Resident, given: Given) -> Violations:
    """A namespace must not lie in more than one environment; it answers for its workloads where its object is"
    " there."""
    namespace = namespace_to_answer_for(resident, given)
    own = given.environments(resident)
    beside = given.once(_environments_by_namespace)[namespace]
    found = [*own, *(name for name in beside if name not in own and _share_a_cluster(own, name, given))]
    if len(found) > 1:
        yield misplaced(resident, namespace, f"lies in {_listed(found)} at once")
        return
    perhaps = [name for name in given.perhaps(resident) if not given.placing.placeless(name)]
    if len(found) + len(perhaps) > 1:
        raise given.untold(resident, perhaps[0])


def _share_a_cluster(own: tuple[str, ...], other: str, given: Given) -> bool:
    return any(given.placing.overlap(name, other) for name in own)


def _environments_by_namespace(given: Given) -> Mapping[str, tuple[str, ...]]:
    """In which environments each namespace lies anywhere in the input, in the order declared."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in given.everywhere(Resident):
        name = one.namespace if one.namespace is not None else one.name
        found[name].update(given.environments(one))
    order = list(given.boundary.environments)
    return {name: tuple(sorted(several, key=order.index)) for name, several in found.items()}


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
