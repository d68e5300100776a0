"""Changing roles: with `escalate`, one writes rules into a role that one does not have oneself.

Without `escalate` on the role the API server compares the whole role, as it will be, with what the requester has, even
where only labels change. So labels alone give nobody anything; with `escalate` they do: a role with the label that
another one aggregates gives its rules to whoever holds that one, for the controller that adds them up may write any
rules. A request to create carries no name, so `escalate` with resourceNames counts for changes only. What a change
gives to others than the requester is not told here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hardstand.analysis.escalation.graph import ADMIN, Node, Step, StepKind
from hardstand.analysis.escalation.joints import Joint
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import EVERYTHING
from hardstand.analysis.escalation.rights import RBAC, Ask
from hardstand.analysis.rbac.grants import Grant

SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update"

MAY_ALL = Ask(("escalate",), ((RBAC, "clusterroles"),), clusterwide=True)
CHANGE_ALL = Ask(("update", "patch"), ((RBAC, "clusterroles"),), clusterwide=True)
CREATE_ALL = Ask(("create",), ((RBAC, "clusterroles"),), clusterwide=True)
MAY_ONE = Ask(("escalate",), ((RBAC, "roles"),))
CHANGE_ONE = Ask(("update", "patch"), ((RBAC, "roles"),))

_FIX = (
    "take away escalate; who must write roles gets what those roles give, or writes them by way of a reviewed pipeline"
)

CLUSTER = StepKind("escalate-clusterrole", "writes all rights into a ClusterRole that it holds", _FIX, SOURCE)
NAMESPACED = StepKind("escalate-role", "writes all rights in {namespace} into a Role that it holds", _FIX, SOURCE)
LABELLED = StepKind(
    "aggregation-label",
    "writes a ClusterRole with all rights, and the label by which a role that it holds takes them over",
    _FIX,
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles",
)


def find(picture: Picture) -> Iterator[Step]:
    """Who makes more of a role that they hold."""
    held = _Held(picture)
    for joint in picture.rights.joint(MAY_ALL, CHANGE_ALL, alike=True):
        name = _name(joint)
        found = [grant for grant in held.of(joint.start, name) if grant.role_kind == "ClusterRole"]
        yield from _made_more(joint, found, CLUSTER)
        if name:
            yield from _labelled(held, joint)
    for joint in picture.rights.joint(MAY_ONE, CHANGE_ONE, alike=True):
        here = [grant for grant in held.of(joint.start, _name(joint)) if grant.role_kind == "Role"]
        yield from _made_more(joint, [one for one in here if joint.namespace in ("", one.namespace)], NAMESPACED)
    for joint in picture.rights.joint(MAY_ALL, CREATE_ALL):
        if not joint.held[0].name:
            yield from _labelled(held, joint)


def _labelled(held: "_Held", joint: Joint) -> Iterator[Step]:
    found = [grant for grant in held.of(joint.start, "") if grant.role and grant.role.aggregates]
    yield from _made_more(joint, found, LABELLED)


def _made_more(joint: Joint, grants: Iterable[Grant], kind: StepKind) -> Iterator[Step]:
    """To what each of the grants gives, once its role holds everything."""
    ends: dict[Node, list[Grant]] = defaultdict(list)
    for grant in grants:
        ends[Node(EVERYTHING, grant.namespace) if grant.namespace else ADMIN].append(grant)
    for end, same in ends.items():
        yield from joint.steps(end, kind, same)


class _Held:
    """The grants that count for somebody and whose roles are there, and so may be changed; looked up once."""

    def __init__(self, picture: Picture) -> None:
        self._rights = picture.rights
        self._of: dict[Node, Mapping[str, Sequence[Grant]]] = {}

    def of(self, start: Node, name: str) -> Sequence[Grant]:
        """Those that give a role of a name; empty is any."""
        if start not in self._of:
            found: dict[str, list[Grant]] = defaultdict(list)
            for grant in self._rights.given(start):
                if grant.role is not None:
                    found[""].append(grant)
                    found[grant.role_name].append(grant)
            self._of[start] = found
        return self._of[start].get(name, ())


def _name(joint: Joint) -> str:
    """For which role both rights are; empty is any."""
    return next((held.name for held in joint.held if held.name), "")
