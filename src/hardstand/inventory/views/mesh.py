"""What service meshes declare about TLS between workloads.

Sources: https://istio.io/latest/docs/reference/config/, https://linkerd.io/2/reference/,
https://developer.hashicorp.com/consul/docs/reference/config-entry, https://kuma.io/docs/latest/policies/mutual-tls/.
The views of Istio's objects are in `network`.
"""

from hardstand.inventory.views.base import Metadata, Subject, View, boolean, nested, string, views
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.mesh_policies import DestinationRule, PeerAuthentication
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind

CONSUL = frozenset({Kind("consul.hashicorp.com", "ProxyDefaults"), Kind("consul.hashicorp.com", "ServiceDefaults")})
KUMA = frozenset({Kind("kuma.io", "Mesh")})
LINKERD = frozenset({Kind("policy.linkerd.io", "ServerAuthorization")})


class LinkerdClient(View):
    """Who may connect to a server of Linkerd."""

    unauthenticated = boolean("unauthenticated")


class KumaBackend(View):
    """A maker of certificates, and how strictly they are asked for."""

    name = string("name")
    mode = string("mode")


class KumaMtls(View):
    """Mutual TLS of a whole mesh of Kuma: off unless a backend is enabled."""

    enabled_backend = string("enabledBackend")
    backends = views("backends", KumaBackend)


class MeshSpec(View):
    """The parts of the specs of Consul's, Kuma's and Linkerd's kinds that speak of TLS."""

    consul_mode = string("mutualTLSMode")
    linkerd_client = nested("client", LinkerdClient)
    kuma_mtls = nested("mtls", KumaMtls)


class MeshPolicy(Subject):
    """An object that may say whether a mesh encrypts: its policies, and what carries Linkerd's annotation."""

    kinds = (
        CONSUL
        | KUMA
        | LINKERD
        | PeerAuthentication.kinds
        | DestinationRule.kinds
        | (Namespace.kinds or frozenset())
        | (Workload.kinds or frozenset())
    )
    spec = nested("spec", MeshSpec)

    @property
    def proxied(self) -> Metadata:
        """Where Linkerd's annotations are read: a workload's pod template, else the object itself."""
        return Workload(self.object).pod_metadata if self.kind in Workload.kinds else self.metadata
