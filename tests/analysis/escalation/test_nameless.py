"""Rules with the empty name among their names: they are for requests without one, and give steps by these alone."""

import pytest

from hardstand.analysis.escalation.graph import SECRETS, identity
from hardstand.analysis.escalation.powers import ANY_GROUP, RUN_PODS
from hardstand.analysis.rbac.who import user
from hardstand.text.document import Document
from hardstand.text.reader import read
from tests.analysis.escalation.picturing import graphed
from tests.analysis.objects import as_objects

JANE = identity(user("jane"))
ESTATE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: tool}}
rules:
- {rule}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: tool}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tool}}
subjects:
- {{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}}
"""


@pytest.mark.parametrize(
    ("rule", "power", "reached"),
    [
        ("{apiGroups: [''], resources: [secrets], verbs: [list], resourceNames: ['']}", SECRETS, True),
        ("{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: ['']}", SECRETS, False),
        ("{apiGroups: [''], resources: [pods], verbs: [create], resourceNames: [web, '']}", RUN_PODS, True),
        ("{apiGroups: [''], resources: [pods], verbs: [create], resourceNames: [web]}", RUN_PODS, False),
        ("{apiGroups: [''], resources: [users, groups], verbs: [impersonate], resourceNames: ['']}", ANY_GROUP, False),
        ("{apiGroups: [''], resources: [users, groups], verbs: [impersonate]}", ANY_GROUP, True),
    ],
    ids=str,
)
def test_what_is_reached_by_requests_without_a_name(rule: str, power: str, reached: bool) -> None:
    parts = [one.value for one in read(ESTATE.format(rule=rule).encode()) if isinstance(one, Document)]
    graph = graphed([one for part in parts for one in as_objects(part)])
    assert any(not one.end.name for one in graph.leaving.get(JANE, ()) if one.end.sort == power) is reached
