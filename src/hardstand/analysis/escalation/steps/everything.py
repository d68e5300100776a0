"""Having everything already: the group that no authorizer is asked about, and roles that allow all.

Members of `system:masters` are let through before RBAC is asked. A rule with all verbs on all resources of all groups
includes `escalate`, `bind` and `impersonate`, and whoever holds it everywhere is the administrator.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, NODE, SECRETS, Node, Step, StepKind, identity
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import EVERYTHING, WITHIN
from hardstand.analysis.rbac.permissions import Proof
from hardstand.analysis.rbac.who import MASTERS

_RBAC = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles"

MEMBER = StepKind(
    "masters",
    "is let do everything, as a member of system:masters",
    "put nobody into system:masters; give people a role that can be taken away",
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    counts=False,
)
HOLDS = StepKind(
    "holds-everything",
    "may do everything",
    "give a role that names what is needed, in the namespaces where it is",
    _RBAC,
)
WITHIN_ONE = StepKind(
    "holds-everything-in-namespace",
    "may do everything in {namespace}",
    "give a role in {namespace} that names what is needed",
    _RBAC,
)
PART = StepKind("part-of-everything", "has this among the rest", "see the step before", _RBAC, counts=False)


def find(picture: Picture) -> Iterator[Step]:
    """From those who may do everything to the cluster, or to all of their namespace."""
    yield Step(Node("group", "", MASTERS), ADMIN, MEMBER)
    yield Step(ADMIN, Node(SECRETS), PART)
    yield Step(ADMIN, Node(NODE), PART)
    for role in sorted(picture.rights.full, key=lambda one: (one.namespace, one.name)):
        rule = next(iter(one for one in role.rules if "*" in one.rule.verbs and "*" in one.rule.resources))
        for grant in picture.permissions.giving(role):
            start, needs, proofs = identity(grant.who), frozenset((grant,)), (Proof(grant, rule),)
            if grant.namespace:
                yield Step(start, Node(EVERYTHING, grant.namespace), WITHIN_ONE, needs, proofs)
            else:
                yield Step(start, ADMIN, HOLDS, needs, proofs)
    for home in picture.namespaces:
        for power in WITHIN:
            yield Step(Node(EVERYTHING, home), Node(power, home), PART)
        # Where the namespace enforces a level, that is a label of it, which may be changed too.
        yield Step(Node(EVERYTHING, home), Node(NODE), PART)
