"""Container adds a capability that others do not have.

Why
    Capabilities split up root's power, and some give most of it back: `SYS_ADMIN` mounts, `SYS_PTRACE` reads other
    processes, `NET_ADMIN` rewrites the network, `DAC_READ_SEARCH` reads any file. An attacker inside holds them too.

Fix
    Remove the capability from `capabilities.add`. To listen on a port below 1024, `NET_BIND_SERVICE` or a higher port
    with a Service in front is enough.

    In Compose: remove the capability from `cap_add`. A port below 1024 needs none: Docker lets every user listen there.

When it is fine
    Network, storage and tracing agents. Name what may be added in `allowed`; `forbidden` turns the control into a list
    of what may not be added.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
    - https://man7.org/linux/man-pages/man7/capabilities.7.html
"""

from hardstand.analysis.capabilities import BASELINE_SET, plain
from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEK_1, Cel, Given, Repair, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container
from hardstand.text.glob_regex import escaped

ALLOWED = text_list("allowed", "capabilities that may be added", BASELINE_SET)
FORBIDDEN = text_list("forbidden", "when not empty, only these capabilities, and ALL, may not be added", ())


def _forbidden_names(given: Given) -> str:
    """What the forbidden names match, in capitals; ALL holds each of them."""
    return f"^(CAP_)?({'|'.join(escaped(plain(name)) for name in ('ALL', *given[FORBIDDEN]))})$"


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "pss-baseline:capabilities_baseline",
        "cis-kubernetes:5.2.9",
        "nist-800-190:4.4.3",
        "nist-800-53:AC-6",
        "production-checklist:P5.3",
        "production-checklist:P6.1",
    ),
    parameters=(ALLOWED, FORBIDDEN),
    fix=Repair("Take the capability out of `capabilities.add`", safe=False),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?securityContext.?capabilities.?add.orValue([]).all(name,"
        " forbidden.size() == 0 ? name in allowed : !name.upperAscii().matches(forbidden_names))",
        "securityContext.capabilities.add",
        {"forbidden_names": _forbidden_names},
    ),
    when=("container.securityContext.capabilities.add",),
)
def check(container: Container, given: Given) -> Violations:
    """Added names must be in the list exactly (pod-security-admission, check `capabilities_baseline`, all"
    " versions)."""
    capabilities = container.security_context.capabilities
    for at, name in enumerate(capabilities.add):
        if not _allowed(name, given):
            yield capabilities.violates(
                f"adds the capability {name}", "add", at, edits=[capabilities.remove("add", at)]
            )


def _allowed(name: str, given: Given) -> bool:
    forbidden = given[FORBIDDEN]
    if not forbidden:
        return name in given[ALLOWED]
    # Runtimes take names in any case, with and without the prefix, and ALL holds each of them.
    return plain(name) != "ALL" and plain(name) not in map(plain, forbidden)
