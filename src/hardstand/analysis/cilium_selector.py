"""Label selectors as Cilium writes them, with the source of a label before its key: `k8s:app`, `reserved:host`.

Sources: https://docs.cilium.io/en/stable/gettingstarted/terminology/#label-source,
https://docs.cilium.io/en/stable/security/policy/kubernetes/.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.path import Value

NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
CLUSTER = "io.cilium.k8s.policy.cluster"


class Term(NamedTuple):
    """One thing that a selector asks: of a label, by the source that it is of."""

    source: str
    key: str
    operator: str
    values: Sequence[str]


def terms(selector: LabelSelector) -> Iterator[Term]:
    """What a selector asks. MalformedFieldError for an operator that there is not."""
    for key, value in selector.match_labels.items():
        yield Term(*_key(key), "In", (value,))
    for one in selector.match_expressions:
        if one.operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            raise one.malformed("In, NotIn, Exists or DoesNotExist", "operator")
        yield Term(*_key(one.key or ""), one.operator, tuple(one.values))


def _key(text: str) -> tuple[str, str]:
    """The source of a label, which stands before its key: `k8s:app`. Without one it is any."""
    source, colon, key = text.partition(":")
    return (source, key) if colon else ("any", text)


def without_sources(selector: LabelSelector) -> LabelSelector:
    """The selector as Kubernetes would write it."""
    expressions: list[Value] = [dict(one.data, key=_key(one.key or "")[1]) for one in selector.match_expressions]
    labels: dict[str, Value] = {_key(key)[1]: value for key, value in selector.match_labels.items()}
    return LabelSelector({"matchLabels": labels, "matchExpressions": expressions}, selector.path, selector)
