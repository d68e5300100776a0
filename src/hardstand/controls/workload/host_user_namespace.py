"""Service leaves the user namespace that its engine gives to every other.

Why
    An engine that runs with `userns-remap` makes root inside a container an ordinary user outside of it.
    `userns_mode: host` takes a service out of that protection: who breaks out of it is root on the host.

Fix
    Remove `userns_mode: host`, and give the files that the program reads to the number that its user has outside.

When it is fine
    Services that manage the host itself. Where the engine remaps no users the line changes nothing, and is best removed
    before it does.

References
    - https://docs.docker.com/engine/security/userns-remap/#disable-namespace-remapping-for-a-container
"""

from hardstand.controls.api import COMPOSE, MEDIUM, MINIMUM, WEEKS_2_4, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P6.1", "nist-800-190:4.4.3", "nist-800-53:AC-6", "nist-800-53:SC-39"),
    fix=Repair("Take `userns_mode: host` away", safe=False),
    platforms=(COMPOSE,),
    when=("pod.spec.usernsMode",),
)
def check(workload: Workload) -> Violations:
    """`userns_mode` must not be `host`. In Kubernetes sharing the node's user namespace is the default."""
    pod = workload.pod
    if pod.userns_mode == "host":
        edits = [pod.remove("usernsMode")]
        yield pod.violates("leaves the user namespace that the engine gives to others", "usernsMode", edits=edits)
