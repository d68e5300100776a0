"""Whether the requests that an Ingress takes come over TLS, as `spec.tls` and the controllers' annotations have it.

Sources: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls and each controller's documentation.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from hardstand.inventory.views.ingress import Ingress, IngressTls

_TLS: Mapping[str, str] = {
    "alb.ingress.kubernetes.io/certificate-arn": "?*",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate": "?*",
    "haproxy-ingress.github.io/ssl-passthrough": "true",
    "haproxy.org/ssl-passthrough": "true",
    "ingress.gcp.kubernetes.io/pre-shared-cert": "?*",
    "ingress.kubernetes.io/ssl-passthrough": "true",
    "konghq.com/protocols": "https",
    "networking.gke.io/managed-certificates": "?*",
    "nginx.ingress.kubernetes.io/ssl-passthrough": "true",
    "route.openshift.io/termination": "?*",
    "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
    "traefik.ingress.kubernetes.io/router.tls": "true",
}
"""Annotation and the value that means TLS without an entry in `spec.tls`."""

_TLS_CLASSES = ("tailscale", "ngrok", "cloudflare-tunnel")
"""Classes of controllers that serve over TLS always."""

_REDIRECTS = (
    "haproxy-ingress.github.io/ssl-redirect",
    "haproxy.org/ssl-redirect",
    "ingress.kubernetes.io/ssl-redirect",
    "nginx.ingress.kubernetes.io/ssl-redirect",
)
"""Annotations that switch the redirect to HTTPS off, which is on where there is TLS."""


def has_tls_by_annotation(ingress: Ingress) -> bool:
    """Tell whether an annotation or the class gives TLS without `spec.tls`."""
    annotations = ingress.metadata.annotations
    if ingress.class_name in _TLS_CLASSES:
        return True
    # The load balancer controller of AWS finds certificates for the hosts of a rule by itself.
    if '"HTTPS"' in annotations.get("alb.ingress.kubernetes.io/listen-ports", ""):
        return True
    return any(fnmatchcase(annotations.get(key, ""), value) for key, value in _TLS.items())


def redirect_switched_off(ingress: Ingress) -> str | None:
    """The annotation that lets plain HTTP through beside TLS, or None."""
    annotations = ingress.metadata.annotations
    if annotations.get("nginx.ingress.kubernetes.io/force-ssl-redirect") == "true":
        return None
    return next((key for key in _REDIRECTS if annotations.get(key) == "false"), None)


def covered(host: str, entries: Sequence[IngressTls]) -> bool:
    """Tell whether one of the TLS entries is for `host`; an entry without hosts is for all, `*.` for one label."""
    wanted = host.lower()
    parent = "*." + wanted.partition(".")[2]
    return any(not one.hosts or any(name.lower() in (wanted, parent) for name in one.hosts) for one in entries)
