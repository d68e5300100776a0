"""The webhook configuration that the API server is given, from the baseline and what is known of namespaces.

A namespace takes the failure policy of its highest tier. One whose tier is not known, such as one that is yet to be
made, could be any, so the strictest policy that a tier has holds there. What lies outside of namespaces is let pass
when the gate is down, whatever the baseline says: nodes, volumes and the like are what the gate needs to come back.

The API server never asks webhooks about webhook configurations, so that a broken gate can always be taken away:
k8s.io/apiserver, pkg/admission/plugin/webhook/predicates/rules, `IsExemptAdmissionConfigurationResource`.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.baseline.gate import FailurePolicy, Gating
from hardstand.gate.kinds import Resource
from hardstand.model.tier import Tier

CONFIGURATION = "hardstand-gate"
SERVICE = "hardstand-gate"
TAKE_AWAY = f"kubectl delete clusterrolebinding,validatingwebhookconfiguration {CONFIGURATION} --ignore-not-found"
"""What ends it for good in the cluster: without its rights a gate that lives cannot put the configuration back.

One that runs outside has its rights by somebody's kubeconfig and no binding of that name: it has to be stopped first.
"""

PATH = "/validate"
DOMAIN = "gate.hardstand.dev"
"""The webhooks' names end with it; the audit log has it before each annotation."""

_NAME_LABEL = "kubernetes.io/metadata.name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""

_JUDGED_SUBRESOURCES = ("pods/ephemeralcontainers", "pods/resize")

Tiers = Mapping[str, Tier | None]
"""The highest tier in each namespace that is known; None where nothing in it has one."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook: which namespaces are sent to it, and what happens when it does not answer."""

    name: str
    policy: FailurePolicy
    namespaces: tuple[str, ...] | None
    """Exactly these; None for all but those in `but`."""
    but: tuple[str, ...]
    cluster_scoped: bool


def policy_of(tier: Tier | None, gate: Gating) -> FailurePolicy:
    """What happens in a namespace of this tier when the gate does not answer; None is one that could be any."""
    if tier is not None:
        return gate.failure_policy[tier]
    return max(gate.failure_policy.values(), key=lambda one: one is FailurePolicy.FAIL)


def hooks(gate: Gating, tiers: Tiers) -> list[Hook]:
    """The webhooks for the namespaces that are known, for all others, and for what lies outside of namespaces."""
    rest = policy_of(None, gate)
    known = {name: policy_of(tier, gate) for name, tier in tiers.items() if name not in gate.exempt}
    apart = tuple(sorted(name for name, policy in known.items() if policy is not rest))
    found = [Hook(f"{rest.value}.{DOMAIN}", rest, None, tuple(sorted({*gate.exempt, *apart})), cluster_scoped=False)]
    if apart:
        other = FailurePolicy.IGNORE if rest is FailurePolicy.FAIL else FailurePolicy.FAIL
        found.append(Hook(f"{other.value}.{DOMAIN}", other, apart, (), cluster_scoped=False))
    exempt = tuple(sorted(gate.exempt))
    return [*found, Hook(f"cluster.{DOMAIN}", FailurePolicy.IGNORE, None, exempt, cluster_scoped=True)]


def configuration(gate: Gating, several: Iterable[Hook], resources: Sequence[Resource]) -> dict[str, Any]:
    """The ValidatingWebhookConfiguration, but for `caBundle`, which whoever installs it puts in."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": CONFIGURATION},
        "webhooks": [made for one in several if (made := _webhook(one, gate, resources))["rules"]],
    }


def sent(resources: Iterable[Resource]) -> frozenset[tuple[str, str]]:
    """What the rules of all webhooks together name: API groups, and resources as RBAC writes them."""
    found = {(one.group, one.plural) for one in resources}
    return frozenset([*found, *((("", one) for one in _JUDGED_SUBRESOURCES) if ("", "pods") in found else ())])


def _webhook(one: Hook, gate: Gating, resources: Sequence[Resource]) -> dict[str, Any]:
    return {
        "name": one.name,
        "clientConfig": {"service": {"namespace": gate.namespace, "name": SERVICE, "path": PATH, "port": 443}},
        "rules": _rules(resources, cluster_scoped=one.cluster_scoped),
        "namespaceSelector": {"matchExpressions": [_selecting(one)]},
        "failurePolicy": "Fail" if one.policy is FailurePolicy.FAIL else "Ignore",
        "matchPolicy": "Equivalent",
        # It records what it answers, and nothing of a dry run.
        "sideEffects": "NoneOnDryRun",
        "timeoutSeconds": gate.timeout,
        "admissionReviewVersions": ["v1"],
    }


def _selecting(one: Hook) -> dict[str, Any]:
    if one.namespaces is not None:
        return {"key": _NAME_LABEL, "operator": "In", "values": list(one.namespaces)}
    return {"key": _NAME_LABEL, "operator": "NotIn", "values": list(one.but)}


def _rules(resources: Sequence[Resource], *, cluster_scoped: bool) -> list[dict[str, Any]]:
    """A rule for each API group. Every version: what is not named could be gone around."""
    groups: dict[str, list[str]] = {}
    for one in resources:
        if one.cluster_scoped is cluster_scoped:
            groups.setdefault(one.group, []).append(one.plural)
    if "pods" in groups.get("", ()):
        groups[""] += _JUDGED_SUBRESOURCES
    return [
        {
            "apiGroups": [group],
            "apiVersions": ["*"],
            "operations": ["CREATE", "UPDATE"],
            "resources": sorted(plurals),
            "scope": "Cluster" if cluster_scoped else "Namespaced",
        }
        for group, plurals in sorted(groups.items())
    ]
