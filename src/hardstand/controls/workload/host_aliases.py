"""Pod overrides name resolution in its hosts file.

Why
    Host aliases send a name to a fixed address past DNS: nobody who reads DNS sees it, TLS to a forged name or an
    address that was handed to somebody else goes unnoticed, and the entry outlives the machine it meant.

Fix
    Use a Service, for an outside name one of type ExternalName, or set the record in DNS.

When it is fine
    Names that no DNS server in reach can answer, in a pod that is looked after.

References
    - https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P4.2", "nist-800-53:CM-6"),
    cel=Cel(
        "podSpec.?hostAliases.orValue([]).size() == 0",
        "hostAliases",
    ),
    when=("pod.spec.hostAliases",),
)
def check(workload: Workload) -> Violations:
    """`hostAliases` must be absent or empty."""
    pod = workload.pod
    if pod.host_aliases:
        yield pod.violates("overrides name resolution with host aliases", "hostAliases")
