"""Network policy allows everything in a direction.

Why
    A rule without peers and without ports lets every connection through. Policies add up, so for the pods that it
    selects all other policies of that direction count no more, and they look isolated while they are not.

Fix
    Name in each rule who may connect (`from`) or be called (`to`), and on which `ports`; remove the rule where nothing
    is meant to be allowed.

When it is fine
    Pods that must talk to everybody, such as a proxy for what leaves the cluster. Except them by name.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-egress-traffic
"""

from hardstand.analysis.reach.kubernetes import is_about
from hardstand.analysis.reach.rule import Direction
from hardstand.controls.api import MEDIUM, MINIMUM, WEEK_1, Cel, Violations, control
from hardstand.inventory.views.network import NetworkPolicy

_OPEN = (
    "((size(object.?spec.?policyTypes.orValue([])) > 0 && !('{types}' in object.?spec.?policyTypes.orValue([])))"
    " || !object.?spec.?{field}.orValue([]).exists(rule,"
    " size(rule.?{peers}.orValue([])) == 0 && size(rule.?ports.orValue([])) == 0))"
)


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:5.3.2",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7(5)",
        "nist-800-53:AC-4",
        "pci-dss:1.3.1",
        "pci-dss:1.3.2",
        "iso-27001:A.8.22",
    ),
    cel=Cel(
        _OPEN.format(types="Ingress", field="ingress", peers="from")
        + " && "
        + _OPEN.format(types="Egress", field="egress", peers="to"),
        "spec",
    ),
)
def check(policy: NetworkPolicy) -> Violations:
    """Each rule that counts must name peers or ports."""
    for direction, word in ((Direction.INGRESS, "connect to its pods"), (Direction.EGRESS, "be called by its pods")):
        if not is_about(policy, direction):
            continue
        for rule in policy.spec.ingress if direction is Direction.INGRESS else policy.spec.egress:
            if not rule.from_ and not rule.to and not rule.ports:
                yield rule.violates(f"lets everybody {word} on every port ({direction.lower()})")
