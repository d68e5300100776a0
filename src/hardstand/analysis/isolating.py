"""Which pods a network policy of any make selects.

Sources: https://kubernetes.io/docs/concepts/services-networking/network-policies/,
https://docs.cilium.io/en/stable/security/policy/intro/#endpoint-selector,
https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selector.
"""

from collections.abc import Iterable, Mapping

from hardstand.analysis import calico_selector
from hardstand.analysis.calico_selector import ACCOUNT, OF_ACCOUNT, OF_NAMESPACE, ORCHESTRATOR
from hardstand.analysis.calico_selector import NAMESPACE as OF_PODS_NAMESPACE
from hardstand.analysis.cilium_selector import NAMESPACE, terms, without_sources
from hardstand.analysis.selecting import selects
from hardstand.inventory.views.isolation import CALICO, CILIUM, NetworkPolicy, NetworkPolicySpec
from hardstand.inventory.views.selectors import LabelSelector


def isolates(policy: NetworkPolicy, labels: Mapping[str, str], namespace: str | None) -> bool | None:
    """Tell whether the policy is about pods with these labels in that namespace; None when nobody can tell from them.

    Policies of a namespace other than the pods' are the caller's to leave out.
    """
    if policy.kind in CALICO:
        return _calico(policy.spec, labels, namespace)
    if policy.kind in CILIUM:
        known = {**labels, NAMESPACE: namespace or ""}
        answers = [_cilium(rule.endpoint_selector, known) for rule in policy.cilium_rules]
        return True if True in answers else None if None in answers else False
    return selects(policy.spec.pod_selector, labels)


def _cilium(selector: LabelSelector, labels: Mapping[str, str]) -> bool | None:
    """Cilium writes the source of a label before its key: `k8s:app`, `any:app`. Other sources are none of pods."""
    asked = list(terms(selector))
    if any(one.source not in ("any", "k8s") and one.operator in ("In", "Exists") for one in asked):
        return False
    if not selects(without_sources(selector), labels):
        unknown = any(one.key.startswith("io.cilium.k8s.") for one in asked)
        return None if unknown else False
    return True


def _calico(spec: NetworkPolicySpec, labels: Mapping[str, str], namespace: str | None) -> bool | None:
    """By the labels of the pods; those of their namespace and of their service account are not known here."""
    if spec.not_tracked or spec.before_dnat:
        return False  # These are about interfaces of nodes alone.
    try:
        selector = calico_selector.parse(spec.calico_selector or "")
    except ValueError:
        return None
    known = {**labels, OF_PODS_NAMESPACE: namespace or "", ORCHESTRATOR: "k8s"}
    if any(key.startswith((OF_NAMESPACE, OF_ACCOUNT)) or key == ACCOUNT for key in calico_selector.keys(selector)):
        return None
    if not calico_selector.selects(selector, known):
        return False
    more = (spec.calico_namespaces, spec.calico_accounts)
    return True if all((one or "all()").strip() == "all()" for one in more) else None


def wanted_label(policy: NetworkPolicy) -> Iterable[tuple[str, str]]:
    """A label that pods must have for a policy of Kubernetes to be about them, as the key of a table; else nothing."""
    if policy.kind in CALICO or policy.kind in CILIUM:
        return ()
    return tuple(policy.spec.pod_selector.match_labels.items())[:1]
