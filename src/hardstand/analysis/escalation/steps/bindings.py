"""Giving roles away: with `bind`, one gives a role that holds more than one has oneself.

`bind` is asked for the role, in the namespace of the binding, and by its name; beside it the binding itself must be
created or changed. A binding's role cannot be changed, only whom it names.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, Fact, Node, Step, StepKind
from hardstand.analysis.escalation.making import homes
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ROLE, EVERYTHING, HOLDER
from hardstand.analysis.escalation.rights import RBAC, Ask, Joint

SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update"

MAY_ALL = Ask(("bind",), ((RBAC, "clusterroles"),))
MAY_ONE = Ask(("bind",), ((RBAC, "roles"),))
CREATE_ALL = Ask(("create",), ((RBAC, "clusterrolebindings"),), clusterwide=True)
CREATE_ONE = Ask(("create",), ((RBAC, "rolebindings"),))
CHANGE_ALL = Ask(("update", "patch"), ((RBAC, "clusterrolebindings"),), clusterwide=True)
CHANGE_ONE = Ask(("update", "patch"), ((RBAC, "rolebindings"),))

_FIX = "allow bind only with resourceNames, for roles that may be given away by whoever holds this"

NEW = StepKind("bind-everywhere", "gives itself a ClusterRole everywhere", _FIX, SOURCE)
NEW_IN = StepKind("bind-in-namespace", "gives itself a role in {namespace}", _FIX, SOURCE)
JOIN = StepKind("join-cluster-binding", "adds itself to a ClusterRoleBinding", _FIX, SOURCE)
JOIN_IN = StepKind("join-binding", "adds itself to a RoleBinding in {namespace}", _FIX, SOURCE)
UNTOLD = StepKind(
    "bind-untold-role", "gives itself a ClusterRole of which it was not read what it gives", _FIX, SOURCE, sure=False
)
HELD = StepKind("any-role", "takes the one that gives most", "see the step before", SOURCE, counts=False)

_ADMIN = "cluster-admin"


def find(picture: Picture) -> Iterator[Step]:
    """Who gives roles to themselves."""
    for joint in picture.rights.joint(MAY_ALL, CREATE_ALL):
        if not joint.held[0].namespace:
            yield from _given(picture, joint, "", joint.held[0].name, NEW)
    for joint in picture.rights.joint(MAY_ALL, CREATE_ONE):
        name = joint.held[0].name
        if not name:
            yield joint.step(Node(EVERYTHING, joint.namespace), NEW_IN)
        for home in homes(picture, joint.namespace) if name else ():
            yield from _given(picture, joint, home, name, NEW_IN)
    yield from _given_in(picture)
    yield from _joined(picture)


def _given(picture: Picture, joint: Joint, home: str, name: str, kind: StepKind) -> Iterator[Step]:
    """To a ClusterRole; of one that is not in files, or cannot be read, it is not known how far that leads."""
    role = picture.rights.role_named.get(("", name))
    untold = role.unreadable != "" if role else not picture.settled and name not in ("", _ADMIN)
    if untold:
        yield joint.step(Node(EVERYTHING, home) if home else ADMIN, UNTOLD)
    else:
        yield joint.step(_cluster_role(picture, home, name), kind)


def _given_in(picture: Picture) -> Iterator[Step]:
    """Roles of a namespace, given there; whoever may give any takes each."""
    anywhere: set[str] = set()
    for joint in picture.rights.joint(MAY_ONE, CREATE_ONE):
        name = joint.held[0].name
        if not name:
            anywhere.add(joint.namespace)
            yield joint.step(Node(ANY_ROLE, joint.namespace), NEW_IN)
        for home in homes(picture, joint.namespace) if name else ():
            if (home, name) in picture.rights.role_named:
                yield joint.step(Node(HOLDER, home, f"Role/{name}"), NEW_IN)
    for role in picture.permissions.roles:
        if role.namespace and ("" in anywhere or role.namespace in anywhere):
            yield Step(Node(ANY_ROLE, role.namespace), Node(HOLDER, role.namespace, f"Role/{role.name}"), HELD)


def _cluster_role(picture: Picture, namespace: str, name: str) -> Node:
    """Where one is with a ClusterRole; with any of them, one takes the strongest, which is in every cluster."""
    role = picture.rights.role_named.get(("", name))
    if name in ("", _ADMIN) or role in picture.rights.full:
        return Node(EVERYTHING, namespace) if namespace else ADMIN
    return Node(HOLDER, namespace, f"ClusterRole/{name}")


def _joined(picture: Picture) -> Iterator[Step]:
    bindings = {(home, name): (sort, role) for home, name, sort, role in picture.bindings}
    bindings.setdefault(("", _ADMIN), ("ClusterRole", _ADMIN))
    for may, change, kind, sort in (
        (MAY_ALL, CHANGE_ALL, JOIN, "ClusterRole"),
        (MAY_ALL, CHANGE_ONE, JOIN_IN, "ClusterRole"),
        (MAY_ONE, CHANGE_ONE, JOIN_IN, "Role"),
    ):
        everywhere = change.clusterwide
        for joint in picture.rights.joint(may, change):
            if everywhere and joint.held[0].namespace:
                continue
            for (home, name), (role_sort, role) in bindings.items():
                if bool(home) is everywhere or role_sort != sort or joint.namespace not in ("", home):
                    continue
                if joint.held[0].name in ("", role) and joint.held[1].name in ("", name):
                    yield _joins(picture, joint, kind, home, name, sort, role)


def _joins(picture: Picture, joint: Joint, kind: StepKind, home: str, name: str, sort: str, role: str) -> Step:
    end = _cluster_role(picture, home, role) if sort == "ClusterRole" else Node(HOLDER, home, f"Role/{role}")
    step = joint.step(end, kind)
    if not home and name == _ADMIN:
        return step  # It is in every cluster.
    called = f"{'RoleBinding' if home else 'ClusterRoleBinding'} {f'{home}/' if home else ''}{name}"
    fact = Fact(f"binding {called}", f"{called} gives {sort} {role}")
    return Step(step.start, step.end, kind, step.needs | {fact}, step.proofs)
