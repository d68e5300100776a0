"""Namespace does not deny traffic by default.

Why
    Without a policy that selects all pods, every pod that nobody wrote a policy for accepts connections from the whole
    cluster and may connect to anywhere: each new workload starts open. What leaves is forgotten most: without a limit
    on egress, whoever takes a pod can fetch tools, call home and reach the cloud's metadata.

Fix
    Add a NetworkPolicy with `podSelector: {}`, `policyTypes: [Ingress, Egress]` and no rules, and allow what is needed,
    DNS first, with further policies.

When it is fine
    Where something that Hardstand was not given denies by default, such as a firewall of the cloud between namespaces.
    Policies of Cilium and Calico and of administrators (ClusterNetworkPolicy) count where they are among the input.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic
"""

from collections.abc import Sequence

from hardstand.analysis.default_deny import DIRECTIONS, FIELDS, allows_all, denies_all
from hardstand.analysis.denied_by_default import Denied, denied_by_default
from hardstand.analysis.joining import of_neighbour
from hardstand.analysis.reach import admin, calico, cilium
from hardstand.analysis.reach.makes import Makes
from hardstand.analysis.reach.rule import Direction
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEK_1,
    Given,
    NotApplicableError,
    UnknownError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.network._untold import untold
from hardstand.inventory.views.admin_policies import AdminPolicy
from hardstand.inventory.views.calico import CalicoPolicy, Tier
from hardstand.inventory.views.cilium import CiliumPolicy
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.network import NetworkPolicy

_OTHERS = (
    (Namespace, ("metadata.labels",)),
    (AdminPolicy, admin.FIELDS),
    (CiliumPolicy, cilium.FIELDS),
    (CalicoPolicy, calico.FIELDS),
    (Tier, ("spec.order", "spec.defaultAction")),
)
"""What other policies than Kubernetes' own are asked about."""
_SYSTEM = ("kube-node-lease", "kube-public", "kube-system")
"""Namespaces that Kubernetes makes and fills itself."""


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:5.3.2",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7(5)",
        "nist-800-190:4.4.2",
        "pci-dss:1.3.1",
        "pci-dss:1.3.2",
        "soc2:CC6.6",
        "iso-27001:A.8.22",
    ),
    reads=[anywhere(NetworkPolicy, *FIELDS), *(anywhere(view, *keep, needed=False) for view, keep in _OTHERS)],
)
def check(namespace: Namespace, given: Given) -> Violations:
    """In each direction, a policy must select all pods, and none may let everything through again."""
    if namespace.name in _SYSTEM:
        raise NotApplicableError(Why.NO_SUBJECT)
    open_to = _open_by_all(namespace, given) if _has_others(given) else _open(namespace, given)
    if open_to:
        words = " and ".join(direction.lower() for direction in open_to)
        yield namespace.metadata.violates(
            f"does not deny {words} by default", "name", cause=f"isolation:{namespace.name}"
        )


def _open(namespace: Namespace, given: Given) -> Sequence[str]:
    """The directions that policies of Kubernetes alone leave open."""
    if not given.knows(NetworkPolicy, namespace.name):
        raise untold(NetworkPolicy, namespace.name)
    policies = given.within(NetworkPolicy, namespace.name)
    return [direction for direction in DIRECTIONS if not _denied(policies, direction)]


def _denied(policies: Sequence[NetworkPolicy], direction: str) -> bool:
    denied = [of_neighbour(one, lambda policy: denies_all(policy, direction)) for one in policies]
    opened = [of_neighbour(one, lambda policy: allows_all(policy, direction)) for one in policies]
    return any(denied) and not any(opened)


def _has_others(given: Given) -> bool:
    return any(given.anywhere(view) for view in (AdminPolicy, CiliumPolicy, CalicoPolicy))


def _open_by_all(namespace: Namespace, given: Given) -> Sequence[str]:
    """The directions that policies of all makes together leave open."""
    answers = given.around(_answers)
    known = {direction: answers.get((namespace.name, direction)) for direction in Direction}
    if any(answer is False for answer in known.values()) and not given.knows(NetworkPolicy, namespace.name):
        raise untold(NetworkPolicy, namespace.name)
    if None in known.values():
        message = "what policies of the network plugin or of administrators say of it cannot be told"
        raise UnknownError(Why.NOT_IN_INPUT, message, "plugin-selector")
    return [direction for direction, answer in known.items() if not answer]


def _answers(given: Given) -> Denied:
    there = given.anywhere
    namespaces = {one.name: one.metadata.labels for one in there(Namespace)}
    admins, cilium, calico = there(AdminPolicy), there(CiliumPolicy), there(CalicoPolicy)
    policies = [one for name in namespaces for one in given.within(NetworkPolicy, name)]
    makes = Makes(policies, admins, cilium, (), calico, there(Tier), (), (), (), (), ())
    return denied_by_default(makes, namespaces)
