"""Sysctl value smuggles in further settings.

Why
    CRI-O up to 1.23.1 handed sysctls to a helper joined by `+`: a value with `+` or `=` in it sets any kernel
    parameter, `kernel.core_pattern` included, and takes the node over (CVE-2022-0811, "cr8escape").

Fix
    Remove the sysctl, and find out who wrote it: no honest value has these characters. Keep CRI-O patched.

References
    - https://nvd.nist.gov/vuln/detail/CVE-2022-0811
    - https://github.com/cri-o/cri-o/security/advisories/GHSA-6x2m-w449-qwx7
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Cel, Repair, Violations, control
from hardstand.inventory.views.workload import Workload


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=("production-checklist:P5.3", "nist-800-53:SI-10", "nist-800-190:4.4.3"),
    fix=Repair("Take the sysctl away", safe=False),
    cel=Cel(
        "podSecurity.?sysctls.orValue([]).all(one, !one.?value.orValue('').matches('[+=]'))",
        "securityContext.sysctls",
    ),
    when=("pod.spec.securityContext.sysctls",),
)
def check(workload: Workload) -> Violations:
    """No value of a sysctl may hold `+` or `=`."""
    context = workload.pod.security_context
    for at, sysctl in enumerate(context.sysctls):
        if set("+=") & set(sysctl.value or ""):
            message = f"sets the sysctl {sysctl.name} to a value that smuggles in others"
            yield sysctl.violates(message, "value", edits=[context.remove("sysctls", at)])
