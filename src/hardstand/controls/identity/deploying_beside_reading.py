"""Role lets one holder watch the workloads and change them.

Why
    Monitoring and dashboards read all day, from many places, and are the first to be broken into; deploying happens a
    few times, from one pipeline. In one role, whoever takes over the reader also deploys.

Fix
    Make two roles: one that reads logs and metrics, one that writes workloads, each for an account of its own.

When it is fine
    Programs that scale or restart what they measure, and watch logs to do so.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
"""

from hardstand.analysis.rbac.rights import is_everything
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Confidence, Violations, control
from hardstand.controls.identity._rights import EVERYTHING, NOT_WRITTEN, RULES, judged
from hardstand.inventory.views.rbac import AnyRole
from hardstand.text.cel.literals import literal

_READING = ("get", "list", "watch")
_WRITING = ("create", "update", "patch", ALL)
_GROUPS = ("apps", "batch", ALL)
_WORKLOADS = ("deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", ALL)
_WATCHED = (("", "pods/log"), ("metrics.k8s.io", "pods"), ("metrics.k8s.io", "nodes"))
"""What only those read who look after what is running: logs and amounts. Whoever deploys reads workloads and events."""


def _watching() -> str:
    named = " || ".join(
        f"({literal(group)} in rule.?apiGroups.orValue([]) && {literal(resource)} in rule.?resources.orValue([]))"
        for group, resource in _WATCHED
    )
    return f"rule.?verbs.orValue([]).all(verb, verb in {literal(_READING)}) && ({named})"


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P3.1", "nist-800-53:AC-5", "soc2:CC6.3", "iso-27001:A.5.3"),
    cel=Cel(
        f"{NOT_WRITTEN} || !{RULES}.exists(rule, {_watching()})"
        f" || !{RULES}.exists(rule, !({EVERYTHING})"
        f" && rule.?verbs.orValue([]).exists(verb, verb in {literal(_WRITING)})"
        f" && rule.?apiGroups.orValue([]).exists(group, group in {literal(_GROUPS)})"
        f" && rule.?resources.orValue([]).exists(one, one in {literal(_WORKLOADS)}))",
        "rules",
    ),
)
def check(role: AnyRole) -> Violations:
    """A role in which one rule only reads logs or metrics must have none that writes workloads."""
    rules = judged(role)
    if not any(_only_watches(rule) for _, rule in rules):
        return
    for view, rule in rules:
        if not is_everything(rule) and _writes_workloads(rule):
            yield view.violates("lets one holder watch the workloads and change them", "verbs")
            return


def _only_watches(rule: Rule) -> bool:
    reads = all(verb in _READING for verb in rule.verbs)
    return reads and any(group in rule.groups and resource in rule.resources for group, resource in _WATCHED)


def _writes_workloads(rule: Rule) -> bool:
    pairs = ((rule.verbs, _WRITING), (rule.groups, _GROUPS), (rule.resources, _WORKLOADS))
    return all(any(one in wanted for one in held) for held, wanted in pairs)
