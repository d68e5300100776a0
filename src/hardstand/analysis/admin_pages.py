"""Which entrances are for administrators, and which are kept from the public.

The words are names of common programs whose pages manage something or show its inside, and what people call their own
such pages. An Ingress counts as kept from the public when an annotation asks for a sign-in or names who may connect,
when its class or host name is of a private network, or when its cloud's load balancer is internal.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from hardstand.analysis.addresses import PRIVATE_WORDS, is_private_range, is_public_name
from hardstand.inventory.views.ingress import Ingress

PATHS: Sequence[str] = (
    "/_plugin/kibana",
    "/actuator",
    "/admin",
    "/administrator",
    "/adminer",
    "/argocd",
    "/debug/pprof",
    "/grafana",
    "/h2-console",
    "/jenkins",
    "/kibana",
    "/manager/html",
    "/pgadmin",
    "/phpmyadmin",
    "/pma",
    "/wp-admin",
)
NAMES: Sequence[str] = (
    "admin",
    "*-admin",
    "admin-*",
    "adminer",
    "akhq",
    "alertmanager*",
    "argocd*",
    "argo-cd*",
    "backoffice",
    "ceph-dashboard*",
    "consul-ui",
    "elasticsearch*",
    "flower",
    "goldilocks*",
    "grafana*",
    "*-grafana",
    "hubble-ui",
    "jaeger*",
    "jenkins*",
    "kafdrop*",
    "kafka-ui*",
    "kiali*",
    "kibana*",
    "kubernetes-dashboard*",
    "kubeshark*",
    "longhorn*",
    "minio-console*",
    "mongo-express*",
    "pgadmin*",
    "phpmyadmin*",
    "portainer*",
    "prometheus*",
    "rabbitmq*",
    "rancher*",
    "redis-commander*",
    "redisinsight*",
    "rook-ceph-mgr-dashboard*",
    "traefik-dashboard*",
    "vault*",
    "weave-scope*",
    "zipkin*",
)
"""Patterns for the first label of a host and for the name of the Service behind a path."""

_SIGN_IN = (
    "alb.ingress.kubernetes.io/auth-idp-*",
    "haproxy-ingress.github.io/auth-*",
    "haproxy-ingress.github.io/oauth",
    "haproxy.org/auth-type",
    "ingress.kubernetes.io/auth-*",
    "nginx.ingress.kubernetes.io/auth-secret",
    "nginx.ingress.kubernetes.io/auth-signin",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.org/basic-auth-secret",
    "nginx.org/jwt-key",
    "nginx.org/policies",
)
"""Annotations, with any value, that ask for a sign-in or name who may enter."""

_RANGES = (
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "haproxy-ingress.github.io/allowlist-source-range",
    "haproxy-ingress.github.io/whitelist-source-range",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/whitelist-source-range",
)
"""Annotations with the addresses that may connect."""

_PLUGINS = ("konghq.com/plugins", "traefik.ingress.kubernetes.io/router.middlewares")
_GUARDING = ("acl", "allow", "auth", "ip-", "jwt", "login", "oidc", "saml", "sso", "white")
"""Words in the names of plugins and middlewares that stand for a gate."""


def is_kept_private(ingress: Ingress) -> bool:
    """Tell whether something on the Ingress keeps the public out."""
    annotations = ingress.metadata.annotations
    if any(value and fnmatchcase(key, known) for key, value in annotations.items() for known in _SIGN_IN):
        return True
    if any(annotations.get(key) and "/0" not in annotations[key] for key in _RANGES):
        return True
    if any(word in annotations.get(key, "").lower() for key in _PLUGINS for word in _GUARDING):
        return True
    return _is_internal(ingress, annotations)


def is_on_private_network(ingress: Ingress) -> bool:
    """Tell whether only private networks reach the Ingress: who must sign in there still comes from anywhere."""
    annotations = ingress.metadata.annotations
    ranges = [block for key in _RANGES for block in annotations.get(key, "").split(",") if block.strip()]
    return (bool(ranges) and all(map(is_private_range, ranges))) or _is_internal(ingress, annotations)


def is_for_admins(name: str, patterns: Sequence[str]) -> bool:
    """Tell whether a Service's name, or the first label of a host name, is one of `patterns`."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in patterns)


def leads_to_admins(path: str, paths: Sequence[str]) -> bool:
    """Tell whether an Ingress path, regular expression or not, begins with one of `paths`."""
    fixed = path.lower().partition("(")[0].rstrip("/*")
    return any(fixed == one or fixed.startswith(one + "/") for one in paths)


def is_public_host(host: str) -> bool:
    """Tell whether the host may be known to the public: no host stands for any."""
    return not host or (is_public_name(host) and not any(label in PRIVATE_WORDS for label in host.lower().split(".")))


def _is_internal(ingress: Ingress, annotations: Mapping[str, str]) -> bool:
    """The controller of AWS is internal unless told to face the internet; others name it in the class."""
    name = ingress.class_name or ""
    if name == "alb":
        return annotations.get("alb.ingress.kubernetes.io/scheme", "internal") == "internal"
    if annotations.get("appgw.ingress.kubernetes.io/use-private-ip") == "true":
        return True
    return any(word in name.lower() for word in PRIVATE_WORDS)
