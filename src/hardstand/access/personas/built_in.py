"""What the built-in personas may do, and why no more.

None reads Secrets. None may open a shell in a pod, attach to one, or forward its ports: a shell has the pod's own
rights and whatever Secrets it mounts, and a forwarded port goes round network policies to what asks no password.
Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.rbac.resources import RESOURCES
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.baseline.persona import Like

READ = ("get", "list", "watch")
_WRITE = ("create", "patch", "update")
ADMIN = "cluster-admin"


@dataclass(frozen=True, slots=True)
class Rights:
    """What a persona may do everywhere, in its own namespaces, and in those that are not production."""

    everywhere: Sequence[Rule] = ()
    within: Sequence[Rule] = ()
    outside_production: Sequence[Rule] = ()
    role: str = ""
    """A ClusterRole of Kubernetes' own that is bound instead of one that is made."""


def _rule(verbs: Sequence[str], group: str, resources: str) -> Rule:
    return Rule(tuple(verbs), (group,), tuple(resources.split()))


_SHAPES = (
    _rule(READ, "", "configmaps endpoints events limitranges persistentvolumeclaims pods pods/status "
          "replicationcontrollers resourcequotas serviceaccounts services"),
    _rule(READ, "apps", "controllerrevisions daemonsets deployments replicasets statefulsets"),
    _rule(READ, "autoscaling", "horizontalpodautoscalers"),
    _rule(READ, "batch", "cronjobs jobs"),
    _rule(READ, "discovery.k8s.io", "endpointslices"),
    _rule(READ, "events.k8s.io", "events"),
    _rule(READ, "gateway.networking.k8s.io", "gateways grpcroutes httproutes"),
    _rule(READ, "networking.k8s.io", "ingresses networkpolicies"),
    _rule(READ, "policy", "poddisruptionbudgets"),
)  # fmt: skip
"""What runs in a namespace, and what shapes it."""

_WORKLOADS = (*_SHAPES, _rule(READ, "", "pods/log"), _rule(READ, "metrics.k8s.io", "pods"))
"""The same, with logs and amounts."""

_CLUSTER = (
    _rule(READ, "", "namespaces nodes persistentvolumes"),
    _rule(READ, "apiregistration.k8s.io", "apiservices"),
    _rule(READ, "metrics.k8s.io", "nodes"),
    _rule(READ, "scheduling.k8s.io", "priorityclasses"),
    _rule(READ, "storage.k8s.io", "csidrivers csinodes storageclasses volumeattachments"),
)
"""What the cluster runs on."""

_ROLLOUTS = (
    # A restart is a patch of the pod template, and RBAC knows no fields: who may restart may also change the image.
    # That is why it is given in named namespaces only; what is patched is for admission to judge.
    _rule(("patch",), "apps", "daemonsets deployments statefulsets"),
    _rule(("patch", "update"), "apps", "deployments/scale replicasets/scale statefulsets/scale"),
    _rule(("patch",), "autoscaling", "horizontalpodautoscalers"),
    _rule(("patch",), "batch", "cronjobs"),  # Suspends and resumes.
    _rule(("delete",), "", "pods"),  # Its controller makes another one.
    _rule(("create",), "", "pods/eviction"),
)

_DEPLOYING = (
    # Whether a rollout is done it reads from workloads, pods and events. Logs are for those who look after what runs.
    *_SHAPES,
    # No Secrets, no ServiceAccounts (their annotations are identities at cloud providers), no roles, no policies: the
    # pods that it makes may use what there is in the namespace, and it cannot add to that.
    _rule((*_WRITE, "delete"), "", "configmaps services"),
    _rule((*_WRITE, "delete"), "apps", "daemonsets deployments statefulsets"),
    _rule((*_WRITE, "delete"), "autoscaling", "horizontalpodautoscalers"),
    _rule((*_WRITE, "delete"), "batch", "cronjobs jobs"),
    _rule((*_WRITE, "delete"), "gateway.networking.k8s.io", "grpcroutes httproutes"),
    _rule((*_WRITE, "delete"), "networking.k8s.io", "ingresses"),
    _rule((*_WRITE, "delete"), "policy", "poddisruptionbudgets"),
    _rule(_WRITE, "", "persistentvolumeclaims"),  # Deleting one is deleting its data.
)

_POLICY_ENGINES = (
    _rule(READ, "cilium.io", "ciliumclusterwidenetworkpolicies ciliumnetworkpolicies"),
    _rule(READ, "crd.projectcalico.org", "globalnetworkpolicies globalnetworksets networkpolicies networksets tiers"),
    _rule(READ, "kyverno.io", "cleanuppolicies clustercleanuppolicies clusterpolicies policies policyexceptions"),
    _rule(READ, "policies.kyverno.io", "deletingpolicies generatingpolicies imagevalidatingpolicies mutatingpolicies "
          "policyexceptions validatingpolicies"),
    _rule(READ, "policy.networking.k8s.io", "adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies"),
    _rule(READ, "templates.gatekeeper.sh", "constrainttemplates"),  # Constraints are of kinds of one's own.
    _rule(READ, "wgpolicyk8s.io", "clusterpolicyreports policyreports"),
)  # fmt: skip
"""The policies of well-known engines, and the reports on them."""

_POLICIES = (
    _rule((*_WRITE, "delete"), "", "limitranges resourcequotas"),
    _rule((*_WRITE, "delete"), "networking.k8s.io", "networkpolicies"),
    _rule((*_WRITE, "delete"), "cilium.io", "ciliumnetworkpolicies"),
    _rule((*_WRITE, "delete"), "crd.projectcalico.org", "networkpolicies"),
    _rule((*_WRITE, "delete"), "kyverno.io", "policies"),
)
"""Policies of one namespace. Those of the cluster hold for production too, wherever it lies in the cluster."""

_NOT_READ = frozenset({"secrets", "bindings", "componentstatuses"})


def _auditing() -> tuple[Rule, ...]:
    """Every resource of Kubernetes that can be read, but Secrets; no rule can say `but`, so they are listed."""
    by_group: dict[str, list[str]] = {}
    for one in RESOURCES:
        if one.plural not in _NOT_READ and not one.plural.endswith("reviews"):
            by_group.setdefault(one.group, []).append(one.plural)
    own = [Rule(READ, (group,), tuple(sorted(by_group[group]))) for group in sorted(by_group)]
    return (*own, *_POLICY_ENGINES)


_ROLES: Mapping[Like, Rights] = {
    Like.DEVELOPER: Rights(within=_WORKLOADS),
    Like.SRE: Rights(everywhere=(*_WORKLOADS, *_CLUSTER), within=_ROLLOUTS),
    Like.SECURITY_ENGINEER: Rights(everywhere=_auditing(), outside_production=_POLICIES),
    Like.DEPLOYER: Rights(within=_DEPLOYING),
    Like.BREAK_GLASS: Rights(everywhere=(Rule((ALL,), (ALL,), (ALL,)), Rule((ALL,), urls=(ALL,))), role=ADMIN),
}


def rights_of(like: Like) -> Rights:
    """What a built-in persona may do."""
    return _ROLES[like]
