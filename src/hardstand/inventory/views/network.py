"""Network policies.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from hardstand.inventory.views.base import (
    Subject,
    View,
    int_or_string,
    integer,
    nested,
    string,
    strings,
    views,
)
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.kind import Kind


class NetworkPolicyPort(View):
    """A port, named port or port range."""

    port = int_or_string("port")
    end_port = integer("endPort")
    protocol = string("protocol")


class IpBlock(View):
    """A range of addresses."""

    cidr = string("cidr")
    excepts = strings("except")


class NetworkPolicyPeer(View):
    """A peer: pods, namespaces or addresses."""

    pod_selector = nested("podSelector", LabelSelector)
    namespace_selector = nested("namespaceSelector", LabelSelector)
    ip_block = nested("ipBlock", IpBlock)


class NetworkPolicyRule(View):
    """An ingress (`from`) or egress (`to`) rule."""

    from_ = views("from", NetworkPolicyPeer)
    to = views("to", NetworkPolicyPeer)
    ports = views("ports", NetworkPolicyPort)


class NetworkPolicySpec(View):
    """Which pods a policy isolates and what it lets through."""

    pod_selector = nested("podSelector", LabelSelector)
    policy_types = strings("policyTypes")
    ingress = views("ingress", NetworkPolicyRule)
    egress = views("egress", NetworkPolicyRule)


class NetworkPolicy(Subject):
    """A NetworkPolicy of any API version."""

    kinds = frozenset({Kind("networking.k8s.io", "NetworkPolicy"), Kind("extensions", "NetworkPolicy")})
    spec = nested("spec", NetworkPolicySpec)
