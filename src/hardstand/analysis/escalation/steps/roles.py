"""Changing roles: with `escalate`, one writes rules into a role that one does not have oneself.

Without `escalate` on the role the API server compares the whole role, as it will be, with what the requester has, even
where only labels change. So labels alone give nobody anything; with `escalate` they do: a role with the label that
another one aggregates gives its rules to whoever holds that one, for the controller that adds them up may write any
rules. A request to create carries no name, so `escalate` with resourceNames counts for changes only. What a change
gives to others than the requester is not told here.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import EVERYTHING
from hardstand.analysis.escalation.rights import RBAC, Ask, Joint
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
    for joint in picture.rights.joint(MAY_ALL, CHANGE_ALL):
        yield from _cluster(picture, joint)
    for joint in picture.rights.joint(MAY_ONE, CHANGE_ONE):
        yield from _namespaced(picture, joint)
    for joint in picture.rights.joint(MAY_ALL, CREATE_ALL):
        if not joint.held[0].name:
            yield from _labelled(picture, joint)


def _cluster(picture: Picture, joint: Joint) -> Iterator[Step]:
    fits, name = _one_name(joint)
    if not fits:
        return
    for grant in _held(picture, joint):
        if grant.role_kind == "ClusterRole" and name in ("", grant.role_name):
            end = Node(EVERYTHING, grant.namespace) if grant.namespace else ADMIN
            yield joint.step(end, CLUSTER, grant)
    if name:
        yield from _labelled(picture, joint)


def _labelled(picture: Picture, joint: Joint) -> Iterator[Step]:
    for grant in _held(picture, joint):
        if grant.role is not None and grant.role.aggregates:
            end = Node(EVERYTHING, grant.namespace) if grant.namespace else ADMIN
            yield joint.step(end, LABELLED, grant)


def _namespaced(picture: Picture, joint: Joint) -> Iterator[Step]:
    fits, name = _one_name(joint)
    for grant in _held(picture, joint) if fits else ():
        here = joint.namespace in ("", grant.namespace)
        if grant.role_kind == "Role" and here and name in ("", grant.role_name):
            yield joint.step(Node(EVERYTHING, grant.namespace), NAMESPACED, grant)


def _held(picture: Picture, joint: Joint) -> Iterator[Grant]:
    """The grants whose roles are there, and so may be changed."""
    return (grant for grant in picture.rights.given(joint.start) if grant.role is not None)


def _one_name(joint: Joint) -> tuple[bool, str]:
    """Whether both rights are for one role, and for which; empty is any."""
    names = {held.name for held in joint.held} - {""}
    return len(names) < 2, names.pop() if names else ""
