"""Which pods a network policy of any make selects.

Sources: https://kubernetes.io/docs/concepts/services-networking/network-policies/,
https://docs.cilium.io/en/stable/security/policy/intro/#endpoint-selector,
https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selector.
"""

import re
from collections.abc import Iterable, Mapping

from hardstand.analysis.selecting import selects
from hardstand.inventory.views.isolation import CALICO, CILIUM, NetworkPolicy
from hardstand.inventory.views.selectors import LabelSelector

_CLAUSE = re.compile(r"""(?P<key>[\w./-]+)\s*==\s*(?P<quote>["'])(?P<value>[^"']*)(?P=quote)|has\((?P<there>[^)]+)\)""")
_PREFIX = re.compile(r"^(k8s|any)[:.]")


def isolates(policy: NetworkPolicy, labels: Mapping[str, str], namespace: str | None) -> bool | None:
    """Tell whether the policy is about pods with these labels in that namespace; None when its text is not understood.

    Policies of a namespace other than the pods' are the caller's to leave out.
    """
    if policy.kind in CALICO:
        return _calico(policy.spec.calico_selector or "", labels)
    if policy.kind in CILIUM:
        known = {**labels, "io.kubernetes.pod.namespace": namespace or ""}
        return any(_cilium(rule.endpoint_selector, known) for rule in policy.cilium_rules)
    return selects(policy.spec.pod_selector, labels)


def _cilium(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Cilium writes the source of a label before its key: `k8s:app`, `any:app`."""
    plain = {_PREFIX.sub("", key): value for key, value in selector.match_labels.items()}
    if any(labels.get(key) != value for key, value in plain.items()):
        return False
    expressions = [dict(one.data, key=_PREFIX.sub("", one.key or "")) for one in selector.match_expressions]
    return selects(LabelSelector({"matchExpressions": list(expressions)}, selector.path, selector), labels)


def _calico(selector: str, labels: Mapping[str, str]) -> bool | None:
    """The part of Calico's language that policies mostly use: `all()`, `key == 'value'`, `has(key)`, and `&&`."""
    if selector.strip() in ("", "all()"):
        return True
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in selector.split("&&")]
    if None in clauses:
        return None
    return all(
        one["there"].strip() in labels if one["there"] else labels.get(one["key"]) == one["value"]
        for one in clauses
        if one
    )


def wanted_label(policy: NetworkPolicy) -> Iterable[tuple[str, str]]:
    """A label that pods must have for a policy of Kubernetes to be about them, as the key of a table; else nothing."""
    if policy.kind in CALICO or policy.kind in CILIUM:
        return ()
    return tuple(policy.spec.pod_selector.match_labels.items())[:1]
