"""Network policy is on a cluster whose network plugin does not enforce it.

Why
    The API server takes policies whatever the network does with them. Where the plugin passes them over every
    connection is allowed, while the manifests, and everybody who reads them, say otherwise.

Fix
    Use a network plugin that enforces policies (Calico, Cilium, Antrea, kube-router, OVN-Kubernetes, or the agent that
    your cloud has for it), and try a connection that a policy refuses.

When it is fine
    Manifests that are for several clusters, of which this one is a playground. Where the plugin cannot be told, say it
    in the baseline as `network.cni`.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites
    - https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/
"""

from collections.abc import Mapping

from hardstand.analysis.network_plugin import ENFORCING, Enforces, enforces, plugins_of
from hardstand.baseline.network import Cni
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEK_1,
    Given,
    NotApplicableError,
    UnknownError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:5.3.1",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7(5)",
        "pci-dss:1.2.8",
        "iso-27001:A.8.22",
    ),
    reads=[anywhere(Workload, "pod.spec.containers.image", "pod.spec.containers.args", needed=False)],
    wide=True,
)
def check(policy: NetworkPolicy, given: Given) -> Violations:
    """What makes the network, as declared or told by the programs on every node, must enforce policies."""
    plugins = given.around(_there)
    declared = given.baseline.network.cni if given.baseline is not None else None
    if declared is not None:
        plugins = {declared: plugins.get(declared, ENFORCING[declared])}
    if not plugins and given.cluster is None:
        raise NotApplicableError(Why.NOT_DECLARED)  # Files are on no cluster until somebody says which.
    answer, names = enforces(plugins), ", ".join(sorted(plugins))
    if answer is Enforces.NO:
        yield policy.metadata.violates(f"is not enforced: the cluster's network is {names}", "name", cause="cni")
    elif answer is Enforces.DEPENDS:
        what = f"whether {names} enforces policies here" if names else "which network plugin the cluster has"
        raise UnknownError(Why.NOT_IN_INPUT, f"{what} cannot be told: say it in the baseline (network.cni)", "cni")


def _there(given: Given) -> Mapping[Cni, Enforces]:
    """What makes the network of a world, by what runs on its nodes."""
    return plugins_of(given.anywhere(Workload))
