"""Rule of a network policy changes nothing.

Why
    What the rule allows is allowed by others as well, or what is asked before it has decided already. Whoever removes
    it to close something closes nothing, and whoever reads it believes that it matters.

Fix
    Remove the rule, or the wider one that makes it useless, whichever was not meant.

When it is fine
    Where policies of two teams overlap on purpose, so that each stands for itself.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
    - https://network-policy-api.sigs.k8s.io/reference/spec/
"""

from collections import defaultdict
from dataclasses import dataclass

from hardstand.analysis.reach.rule import Direction, Origin
from hardstand.analysis.reach.spare import Spare, spare_rules
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Confidence, Given, UnknownError, Violations, Why, control
from hardstand.controls.network._reach import NETWORK_READS, network_of
from hardstand.inventory.views.isolation import CALICO, AnyPolicy


@dataclass(frozen=True)
class _Found:
    """What is spare, and what could not be read, each by its policy."""

    spare: dict[tuple[str, str | None, str], list[Spare]]
    unread: dict[tuple[str, str | None, str], str]


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P9.3", "pci-dss:1.2.7", "pci-dss:1.2.8", "nist-800-53:SC-7", "iso-27001:A.8.22"),
    reads=NETWORK_READS,
    wide=True,
)
def check(policy: AnyPolicy, given: Given) -> Violations:
    """Without a rule something else must be allowed between the workloads that there are.

    Where the input is not all there is, a rule that seems to change nothing may be about what was not given.
    """
    network = network_of(given)
    found = given.around(_found)
    name = policy.kind.name + (" (Calico)" if policy.kind in CALICO else "")
    key = (name, policy.namespace, policy.name)
    if key in found.unread:
        raise UnknownError(Why.MALFORMED_FIELD, found.unread[key], "")
    for one in found.spare.get(key, ()):
        if one.origin.file != policy.object.origin.file:
            continue
        if not given.complete or network.doubts:
            doubt = network.doubts[0] if network.doubts else "the input may not hold all that it is about"
            raise UnknownError(Why.NOT_IN_INPUT, f"whether {_named(one.origin)} changes anything: {doubt}", "")
        yield policy.violates(f"{_said(one)}: {', '.join(map(_named, one.by[:3]))}", *one.origin.steps)


def _found(given: Given) -> _Found:
    policies = network_of(given).estate.policies
    spare: dict[tuple[str, str | None, str], list[Spare]] = defaultdict(list)
    for one in spare_rules(policies):
        spare[_key(one.origin)].append(one)
    unread: dict[tuple[str, str | None, str], str] = {}
    for direction in Direction:
        for stage in policies.towards(direction):
            for rule in stage.rules:
                if rule.unsupported:
                    unread.setdefault(_key(rule.origin), f"whether its rules change anything depends: {rule.condition}")
    return _Found(dict(spare), unread)


def _key(origin: Origin) -> tuple[str, str | None, str]:
    return origin.kind, origin.namespace, origin.name


def _said(one: Spare) -> str:
    return "never decides, for others are asked before it" if one.never_asked else "allows nothing that others do not"


def _named(origin: Origin) -> str:
    steps = [one for one in origin.steps if one != "spec"]
    number = "".join(f"[{one}]" if isinstance(one, int) else f" {one}" for one in steps)
    return f"{origin.policy}{number}"
