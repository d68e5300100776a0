"""Pod sets a kernel parameter that is not safe.

Why
    A safe parameter belongs to the pod's own namespaces and cannot starve or weaken its neighbours. Others reach the
    node's kernel as a whole, or let one pod use up what all of them share. A kubelet refuses them unless it was told
    otherwise, and then the pod fails to start.

Fix
    Remove the entry, or tune the node for all pods instead.

When it is fine
    Databases and proxies that need a larger queue, on nodes set aside for them whose kubelets allow the parameter.
    Add its name to `allowed`.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
"""

from collections.abc import Sequence
from itertools import chain

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Given, Repair, Violations, control
from hardstand.controls.given import LATEST
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload
from hardstand.text.glob_regex import escaped

SAFE_ADDED = {
    0: (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ),
    27: ("net.ipv4.ip_local_reserved_ports",),
    29: (
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
    ),
    32: ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
    37: ("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"),
}
"""Safe names by the minor version that added them (pod-security-admission, policy/check_sysctls.go)."""

ALLOWED = text_list(
    "allowed",
    "names that may be set, `safe` standing for those that the Pod Security version holds safe; `*` at the end is "
    "anything",
    ("safe",),
)
FORBIDDEN = text_list("forbidden", "names that may not be set even when allowed; `*` at the end is anything", ())


def _allowed_names(given: Given) -> Sequence[str]:
    safe = sorted(_safe(LATEST.minor)) if "safe" in given[ALLOWED] else []
    return [_regex(one) for one in (*given[ALLOWED], *safe)]


def _regex(name: str) -> str:
    return f"^{escaped(name[:-1])}" if name.endswith("*") else f"^{escaped(name)}$"


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:sysctls",
        "nist-800-190:4.4.3",
        "nist-800-53:CM-6",
        "production-checklist:P6.1",
    ),
    parameters=(ALLOWED, FORBIDDEN),
    fix=Repair("Take the kernel parameter away", safe=False),
    cel=Cel(
        "podSecurity.?sysctls.orValue([]).all(sysctl,"
        " allowed_names.exists(pattern, sysctl.?name.orValue('').matches(pattern))"
        " && !forbidden_names.exists(pattern, sysctl.?name.orValue('').replace('/', '.').matches(pattern)))",
        "securityContext.sysctls",
        {"allowed_names": _allowed_names, "forbidden_names": lambda given: [_regex(one) for one in given[FORBIDDEN]]},
    ),
    when=("pod.spec.securityContext.sysctls",),
)
def check(workload: Workload, given: Given) -> Violations:
    """Names must be exactly those that are safe in the version (pod-security-admission, check `sysctls`).

    A name written with slashes is not allowed by its name with dots, and is forbidden by it.
    """
    context = workload.pod.security_context
    forbidden = given[FORBIDDEN]
    for at, sysctl in enumerate(context.sysctls):
        name = sysctl.name or ""
        if _matches(name.replace("/", "."), forbidden) or not _allowed(name, given):
            yield sysctl.violates(f"sets the kernel parameter {name}", "name", edits=[context.remove("sysctls", at)])


def _allowed(name: str, given: Given) -> bool:
    patterns = given[ALLOWED]
    return _matches(name, patterns) or ("safe" in patterns and name in _safe(given.pod_security.minor))


def _safe(minor: int) -> set[str]:
    return set(chain.from_iterable(names for first, names in SAFE_ADDED.items() if first <= minor))


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)
