"""Grants that lie on a way to power, and their nearest neighbours that do not."""

from hardstand.access.review.campaign import Told
from hardstand.access.review.powering import powers_of
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.defaults import assumed
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.engine.findings import Page
from hardstand.engine.settings import Settings
from hardstand.engine.survey import Survey
from hardstand.inventory.neighbours import Keeping

ESTATE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: becoming}
rules: [{apiGroups: [""], resources: [serviceaccounts], verbs: [impersonate]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: jane, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: becoming}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: mary, namespace: other}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: becoming}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: mary}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: strong}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: strong, namespace: shop}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: strong, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: weak, namespace: other}
"""


def test_what_lies_on_a_way_to_power() -> None:
    survey = Survey(Keeping.of(ESCALATION_READS), Settings())
    survey.take(Page("estate.yaml", ESTATE.encode()), named=True)
    neighbours = survey.neighbours()
    permissions = Permissions.of(neighbours, settled=False, assumed=assumed().values())
    power = powers_of(picture_of(neighbours, permissions, settled=False))
    told = {grant.who.name: power(grant) for grant in permissions.grants}
    assert {name: one.told for name, one in told.items()} == {"jane": Told.YES, "mary": Told.NO, "strong": Told.YES}
    assert told["jane"].steps[0].startswith("User jane ")
    assert "ServiceAccount shop/strong" in " ".join(told["jane"].steps)
    assert told["jane"].steps[-1].endswith(": cluster-admin")
