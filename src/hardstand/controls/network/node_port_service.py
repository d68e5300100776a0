"""Service opens a port on every node.

Why
    A NodePort answers on every address of every node, whatever stands before the cluster. It goes round the Ingress
    with its TLS, authentication and logs, and any network that reaches a node reaches the program.

Fix
    Use type `ClusterIP` and let an Ingress or a Gateway lead to it.

When it is fine
    Behind a load balancer outside Kubernetes that needs node ports, with a firewall that lets nobody else reach them.

References
    - https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Repair, Violations, control
from hardstand.inventory.views.services import Service


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nist-800-53:SC-7",
        "nsa-cisa:network.worker-nodes",
        "pci-dss:1.2.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
    fix=Repair("Make it reachable inside the cluster only", safe=False),
    cel=Cel(
        "object.?spec.?type.orValue('') != 'NodePort'",
        "spec.type",
    ),
)
def check(service: Service) -> Violations:
    """`spec.type` must not be `NodePort`; absent is `ClusterIP`, which refuses explicit node ports."""
    spec = service.spec
    if spec.type == "NodePort":
        node_ports = [port.remove("nodePort") for port in spec.ports if "nodePort" in port.data]
        yield spec.violates("opens a port on every node", "type", edits=[spec.put("ClusterIP", "type"), *node_ports])
