"""Policies that isolate pods in the network, of Kubernetes itself and of the two network plugins with their own kinds.

Sources: https://docs.cilium.io/en/stable/security/policy/kubernetes/,
https://docs.tigera.io/calico/latest/reference/resources/networkpolicy.
"""

from collections.abc import Sequence

from hardstand.inventory.views import network
from hardstand.inventory.views.admin_policies import AdminPolicy
from hardstand.inventory.views.base import Subject, View, boolean, nested, string, views
from hardstand.inventory.views.calico import CALICO
from hardstand.inventory.views.cilium import CILIUM
from hardstand.inventory.views.selectors import LabelSelector

__all__ = ["CALICO", "CILIUM", "SELECTORS", "AnyPolicy", "NetworkPolicy"]


class CiliumRule(View):
    """Which pods a rule of Cilium is about."""

    endpoint_selector = nested("endpointSelector", LabelSelector)
    node_selector = nested("nodeSelector", LabelSelector)


class NetworkPolicySpec(CiliumRule):
    """Where each make says which pods it is about."""

    pod_selector = nested("podSelector", LabelSelector)
    calico_selector = string("selector")
    calico_namespaces = string("namespaceSelector")
    calico_accounts = string("serviceAccountSelector")
    not_tracked = boolean("doNotTrack")
    before_dnat = boolean("preDNAT")


class NetworkPolicy(Subject):
    """A network policy of any make, for a namespace or for the whole cluster."""

    kinds = network.NetworkPolicy.kinds | CILIUM | CALICO
    spec = nested("spec", NetworkPolicySpec)
    more = views("specs", CiliumRule)

    @property
    def cilium_rules(self) -> Sequence[CiliumRule]:
        """The rules of a policy of Cilium that are about pods."""
        rules = [self.spec, *self.more] if self.spec.exists else self.more
        return [rule for rule in rules if not rule.node_selector.exists]


class AnyPolicy(Subject):
    """A policy of any make, those of administrators among them."""

    kinds = NetworkPolicy.kinds | AdminPolicy.kinds


SELECTORS = (
    "spec.podSelector",
    "spec.endpointSelector",
    "spec.nodeSelector",
    "spec.selector",
    "spec.namespaceSelector",
    "spec.serviceAccountSelector",
    "spec.doNotTrack",
    "spec.preDNAT",
    "specs",
)
"""What a control that asks which pods are selected reads of policies."""
