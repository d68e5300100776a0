"""Objects that say which TLS versions and ciphers are spoken, whatever proxy they are for.

Sources: the reference of each proxy's controller; the group of a kind and the prefix of an annotation say which.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from hardstand.inventory.views.base import Subject, View, nested, string, string_map, strings
from hardstand.inventory.views.config import ConfigMap
from hardstand.inventory.views.gateway import IstioGateway
from hardstand.inventory.views.ingress import Ingress
from hardstand.inventory.views.services import Service
from hardstand.model.kind import Kind
from hardstand.model.path import Path


class Meaning(Enum):
    """What the text of a setting names."""

    PROTOCOLS = "protocols"
    CIPHERS = "ciphers"
    POLICY = "policy"


class TlsSetting(NamedTuple):
    """One setting, and where it is."""

    text: str
    meaning: Meaning
    view: View
    steps: Path


_ANNOTATIONS = {
    "alb.ingress.kubernetes.io/ssl-policy": Meaning.POLICY,
    "contour.heptio.com/tls-minimum-protocol-version": Meaning.PROTOCOLS,
    "haproxy-ingress.github.io/ssl-ciphers": Meaning.CIPHERS,
    "haproxy-ingress.github.io/ssl-options": Meaning.PROTOCOLS,
    "haproxy-ingress.github.io/ssl-options-host": Meaning.PROTOCOLS,
    "nginx.ingress.kubernetes.io/proxy-ssl-ciphers": Meaning.CIPHERS,
    "nginx.ingress.kubernetes.io/proxy-ssl-protocols": Meaning.PROTOCOLS,
    "nginx.ingress.kubernetes.io/ssl-ciphers": Meaning.CIPHERS,
    "projectcontour.io/tls-minimum-protocol-version": Meaning.PROTOCOLS,
    "service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy": Meaning.POLICY,
}
_KEYS = {
    "ssl-ciphers": Meaning.CIPHERS,
    "ssl-options": Meaning.PROTOCOLS,
    "ssl-protocols": Meaning.PROTOCOLS,
}
"""Keys in the ConfigMap of ingress-nginx, of the controller of NGINX and of HAProxy Ingress."""


class VersionedTls(View):
    """The TLS part of several kinds, which name the least version and the ciphers each in its own way."""

    traefik_version = string("minVersion")
    contour_version = string("minimumProtocolVersion")
    traefik_suites = strings("cipherSuites")
    envoy_ciphers = strings("ciphers")


class VirtualHost(View):
    """A host of Contour."""

    tls = nested("tls", VersionedTls)


class TlsHolderSpec(VersionedTls):
    """The places where kinds keep their TLS part: in the spec itself, in `tls`, or in `virtualhost.tls`."""

    tls = nested("tls", VersionedTls)
    virtual_host = nested("virtualhost", VirtualHost)


class TlsHolder(Subject):
    """An object that may say which TLS versions and ciphers are spoken."""

    kinds = (
        frozenset(
            {
                Kind("gateway.envoyproxy.io", "ClientTrafficPolicy"),
                Kind("projectcontour.io", "HTTPProxy"),
                Kind("traefik.containo.us", "TLSOption"),
                Kind("traefik.io", "TLSOption"),
            }
        )
        | Ingress.kinds
        | Service.kinds
        | ConfigMap.kinds
        | IstioGateway.kinds
    )
    spec = nested("spec", TlsHolderSpec)
    values = string_map("data")

    @property
    def settings(self) -> Iterator[TlsSetting]:
        """What it says of TLS."""
        if self.kind in ConfigMap.kinds:
            yield from _in_map(self.values, _KEYS, self, ("data",))
        elif self.kind in IstioGateway.kinds:
            for server in IstioGateway(self.object).spec.servers:
                yield from _in_part(server.tls, "minProtocolVersion", server.tls.min_protocol_version)
                yield from _in_list(server.tls, "cipherSuites", server.tls.cipher_suites)
        elif self.kind in Ingress.kinds | Service.kinds:
            yield from _in_map(self.metadata.annotations, _ANNOTATIONS, self.metadata, ("annotations",))
        else:
            for part in (self.spec, self.spec.tls, self.spec.virtual_host.tls):
                yield from _in_part(part, "minVersion", part.traefik_version)
                yield from _in_part(part, "minimumProtocolVersion", part.contour_version)
                yield from _in_list(part, "cipherSuites", part.traefik_suites)
                yield from _in_list(part, "ciphers", part.envoy_ciphers)


def _in_map(found: Mapping[str, str], known: Mapping[str, Meaning], view: View, steps: Path) -> Iterator[TlsSetting]:
    for key, meaning in known.items():
        if key in found:
            yield TlsSetting(found[key], meaning, view, (*steps, key))


def _in_part(view: View, key: str, text: str | None) -> Iterator[TlsSetting]:
    if text is not None:
        yield TlsSetting(text, Meaning.PROTOCOLS, view, (key,))


def _in_list(view: View, key: str, ciphers: Sequence[str]) -> Iterator[TlsSetting]:
    for at, text in enumerate(ciphers):
        yield TlsSetting(text, Meaning.CIPHERS, view, (key, at))
