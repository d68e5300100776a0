"""Acting as somebody else, by the headers of impersonation.

The user that is asked for is checked as a user, or as a service account where it is named like one; each group is
checked by itself. There are no groups without a user: who may impersonate groups alone may do nothing with it.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import Node, Step, StepKind, identity
from hardstand.analysis.escalation.making import by
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT, ANY_GROUP, ANY_USER
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.rbac.who import MASTERS, Sort

SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation"

USERS = Ask(("impersonate",), (("", "users"),), clusterwide=True)
GROUPS = Ask(("impersonate",), (("", "groups"),), clusterwide=True)
ACCOUNTS = Ask(("impersonate",), (("", "serviceaccounts"),))
SOMEBODY = Ask(("impersonate",), (("", "users"), ("", "serviceaccounts")))

_FIX = "allow impersonate only with resourceNames, for those who are weaker than its holder"

AS_USER = StepKind("impersonate-user", "acts as a user", _FIX, SOURCE)
AS_GROUP = StepKind("impersonate-group", "acts as somebody, in a group", _FIX, SOURCE)
AS_ACCOUNT = StepKind("impersonate-account", "acts as a service account {where}", _FIX, SOURCE)
BE = StepKind("be-any", "chooses whom", "see the step before", SOURCE, counts=False)


def find(picture: Picture) -> Iterator[Step]:
    """Who acts as whom; and from any user and any group to each that is given something."""
    for held in picture.rights.each(USERS):
        if not held.name.startswith("system:serviceaccount:"):
            yield by(held, Node("user", "", held.name) if held.name else Node(ANY_USER), AS_USER)
    for held in picture.rights.each(ACCOUNTS):
        yield by(held, Node(ANY_ACCOUNT, held.namespace, held.name), AS_ACCOUNT)
    for joint in picture.rights.joint(GROUPS, SOMEBODY):
        name = joint.held[0].name
        yield joint.step(Node("group", "", name) if name else Node(ANY_GROUP), AS_GROUP)
    yield Step(Node(ANY_GROUP), Node("group", "", MASTERS), BE)
    for who in sorted(picture.permissions.subjects()):
        if who.sort is Sort.USER:
            yield Step(Node(ANY_USER), identity(who), BE)
        elif who.sort is Sort.GROUP and who.name != MASTERS:
            yield Step(Node(ANY_GROUP), identity(who), BE)
