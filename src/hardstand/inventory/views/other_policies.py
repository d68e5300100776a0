"""Network policies of makes that nothing here evaluates: that they are there must be known all the same.

Sources: https://antrea.io/docs/main/docs/antrea-network-policy/,
https://ovn-kubernetes.io/features/network-security-controls/egress-firewall/ and
https://docs.redhat.com/en/documentation/openshift_container_platform (EgressNetworkPolicy).
"""

from hardstand.inventory.views.base import Subject
from hardstand.model.kind import Kind


class OtherPolicy(Subject):
    """A policy of such a make."""

    kinds = frozenset(
        {
            Kind("crd.antrea.io", "ClusterNetworkPolicy"),
            Kind("crd.antrea.io", "NetworkPolicy"),
            Kind("k8s.ovn.org", "EgressFirewall"),
            Kind("network.openshift.io", "EgressNetworkPolicy"),
        }
    )
