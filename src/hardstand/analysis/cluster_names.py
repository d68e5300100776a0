"""Which Service a host name means inside a cluster.

Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from collections.abc import Container

from hardstand.analysis.addresses import is_address

_ZONES = ("arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localhost", "test")
_PUBLIC_ZONES = frozenset(
    ("ai", "app", "biz", "cloud", "com", "dev", "edu", "gov", "info", "int", "mil", "net", "online", "org", "xyz")
)


def service_named(host: str, namespace: str, namespaces: Container[str] = ()) -> tuple[str, str] | None:
    """Namespace and name of the Service that `host`, asked for in `namespace`, means; None when it means none.

    `web`, `web.shop`, `web.shop.svc` and `web.shop.svc.cluster.local` with any domain of the cluster are names of
    Services; `web-0.web.shop.svc`, a pod of one, means that one. A name of two labels could be one of the public DNS:
    it is taken for a Service's when the second is one of the known `namespaces`, or no zone that we know of.
    """
    labels = host.lower().rstrip(".").split(".")
    if not all(labels) or is_address(host) or any(mark in host for mark in "*_/:"):
        return None
    if "svc" in labels[2:]:
        at = labels.index("svc", 2)
        return labels[at - 1], labels[at - 2]
    if len(labels) == 1:
        return None if labels[0] in _ZONES else (namespace, labels[0])
    if len(labels) == 2 and (labels[1] in namespaces or not _is_zone(labels[1])):
        return labels[1], labels[0]
    return None


def _is_zone(label: str) -> bool:
    """Tell whether it is a top-level zone that we know of; all of two letters are countries' (ISO 3166)."""
    return len(label) == 2 or label in _ZONES or label in _PUBLIC_ZONES
