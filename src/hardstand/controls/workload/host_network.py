"""Pod uses the node's network.

Why
    The pod sees the node's interfaces and can listen on them, reaches services that trust the loopback address, such
    as a kubelet or a cloud metadata service, and can read its neighbours' traffic. Network policies do not hold it.

Fix
    Remove `hostNetwork: true` and publish the port with a Service. Where a node port is the point, `hostPort` opens one
    port instead of all of them.

    In Compose: remove `network_mode: host` and publish the port under `ports`.

When it is fine
    Network plugins, kube-proxy, and node agents that measure or serve the node itself.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
"""

from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:hostNamespaces",
        "cis-kubernetes:5.2.5",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-39",
        "nist-800-53:SC-7",
        "production-checklist:P4.1",
        "production-checklist:P6.1",
    ),
    fix=Repair("Take `hostNetwork: true` away", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "!podSpec.?hostNetwork.orValue(false)",
        "hostNetwork",
    ),
    when=("pod.spec.hostNetwork",),
)
def check(workload: Workload) -> Violations:
    """`hostNetwork` must be false or absent (pod-security-admission, check `hostNamespaces`, all versions)."""
    pod = workload.pod
    if pod.host_network:
        yield pod.violates(f"uses the {workload.machine}'s network", "hostNetwork", edits=[pod.remove("hostNetwork")])
