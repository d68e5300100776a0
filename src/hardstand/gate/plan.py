"""What would be installed at the API server, and how it behaves: as text for people, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hardstand.baseline.baseline import Baseline, Excepted
from hardstand.baseline.gate import FailurePolicy
from hardstand.baseline.modes import Mode
from hardstand.controls.control import Control
from hardstand.engine.kinds import followed
from hardstand.gate.hooks import CONFIGURATION, TAKE_AWAY, Hook, Tiers, configuration, hooks, policy_of
from hardstand.gate.kinds import Gated, gated
from hardstand.gate.undecided import WITHHELD, left_open
from hardstand.text.plain import plain

SCHEMA = "hardstand.dev/gate-plan/v1"
_SHOWN = 6
_HAPPENS = {FailurePolicy.FAIL: "refused", FailurePolicy.IGNORE: "let pass"}
"""What becomes of a request that the gate has not answered."""


@dataclass(frozen=True, slots=True)
class GatePlan:
    """Everything that follows from a baseline for the gate, on a day."""

    baseline: Baseline
    tiers: Tiers
    kinds: Gated
    hooks: tuple[Hook, ...]
    blocking: tuple[str, ...]
    """The controls whose mode is block today for some tier or environment: nothing else is refused."""
    today: date
    undecided: tuple[str, ...] = ()
    """The controls that may be left open while no role lets the gate list what roles leave out."""
    unasked: tuple[str, ...] = ()
    """The controls that ask about all of the network: only scans judge them."""

    @property
    def configuration(self) -> dict[str, Any]:
        """The object that is installed."""
        return configuration(self.baseline.gate, self.hooks, self.kinds.resources)


def planned(baseline: Baseline, controls: Sequence[Control], tiers: Tiers, today: date) -> GatePlan:
    """The plan for the controls that are held, and for what is known of namespaces, on a day (UTC)."""
    unasked = tuple(sorted(one.id for one in controls if one.wide))
    controls = followed(controls)
    found = gated(controls, baseline.customs)
    blocking = tuple(sorted(one.id for one in controls if _blocks(baseline, one, today)))
    return GatePlan(
        baseline,
        tiers,
        found,
        tuple(hooks(baseline.gate, tiers)),
        blocking,
        today,
        tuple(left_open(controls, WITHHELD)),
        unasked,
    )


def _blocks(baseline: Baseline, control: Control, today: date) -> bool:
    """Tell whether a line about the control blocks somewhere: the first one for all decides, and those before it."""
    for scope, rule in baseline.enforcement.about(control.id, control.area, control.maturity):
        if rule.on(today) is Mode.BLOCK:
            return True
        if scope.tier is None and scope.environment is None:
            return False
    return False


def as_json(plan: GatePlan) -> str:
    """The plan for programs."""
    gate = plan.baseline.gate
    said = {
        "schema": SCHEMA,
        "baseline": {"path": plan.baseline.path, "digest": plan.baseline.digest},
        "configuration": plan.configuration,
        "namespaces": [
            {"name": name, "tier": tier.word if tier else None, "failure_policy": policy_of(tier, gate).value}
            for name, tier in sorted(plan.tiers.items())
            if name not in gate.exempt
        ],
        "unknown_namespaces": policy_of(None, gate).value,
        "exempt_namespaces": sorted(gate.exempt),
        "blocking": list(plan.blocking),
        "emergency": gate.emergency or None,
        "break_glass": {"users": sorted(gate.users), "groups": sorted(gate.groups)},
        "controllers": [{"kind": one.kind, "user": one.user} for one in gate.controllers],
        "unsent": list(plan.kinds.unsent),
        "undecided": {"unlisted": [str(WITHHELD)], "controls": list(plan.undecided)},
        "not_asked": list(plan.unasked),
        "export": {
            "again_by": str(day) if (day := _again_by(plan)) else None,
            "exceptions": [_exception(one, plan.today) for one in plan.baseline.exceptions],
        },
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def as_text(plan: GatePlan) -> str:
    """The plan for people."""
    blocks = [_installed(plan), _namespaces(plan), _passing(plan), _down(), _export(plan)]
    return "\n".join("".join(f"{plain(line)}\n" for line in block) for block in blocks)


def _installed(plan: GatePlan) -> Iterator[str]:
    gate = plan.baseline.gate
    yield f"installed: ValidatingWebhookConfiguration {CONFIGURATION}, by {plan.baseline.path or 'what is built in'}"
    yield f"  {'':<28}{f'no answer in {gate.timeout}s':<18}about"
    for one in plan.hooks:
        yield f"  {one.name:<28}{_HAPPENS[one.policy]:<18}{_about(one, plan)}"
    sent = [one for one in plan.kinds.resources if not one.cluster_scoped]
    beyond = [one for one in plan.kinds.resources if one.cluster_scoped]
    yield f"  judged: {len(sent)} kinds in namespaces, {len(beyond)} outside, pods/ephemeralcontainers, pods/resize"
    yield from (f"  not judged, since no rule can name the kind: {one}" for one in plan.kinds.unsent)
    if plan.undecided:
        yield f"  undecided, unless a role lets it list {WITHHELD}: {_some(plan.undecided)}"
    if plan.unasked:
        yield f"  left to scans, since they are about all of the network: {_some(plan.unasked)}"
    yield _refusing(plan)


def _about(hook: Hook, plan: GatePlan) -> str:
    """What is sent to a webhook."""
    if hook.namespaces is not None:
        return _some(hook.namespaces)
    if hook.cluster_scoped:
        return "what lies in no namespace"
    several = any(one.namespaces for one in plan.hooks)
    return "every namespace but the next ones and those never gated" if several else "every namespace that is gated"


def _refusing(plan: GatePlan) -> str:
    """What it refuses when it does answer."""
    if plan.baseline.gate.emergency:
        return "  refuses: nothing, see the emergency below"
    unknown = "what could not be decided" if plan.baseline.enforcement.unknown.on(plan.today) is Mode.BLOCK else ""
    count = f"{len(plan.blocking)} control{'' if len(plan.blocking) == 1 else 's'}"
    failed = f"what fails {count} where the mode is block: {_some(plan.blocking)}" if plan.blocking else ""
    if not failed and not unknown:
        return f"  refuses: nothing, since no mode is block on {plan.today}; whatever fails is warned of"
    return f"  refuses: {'; '.join(one for one in (unknown, failed) if one)}"


def _namespaces(plan: GatePlan) -> Iterator[str]:
    gate = plan.baseline.gate
    yield f"  {'namespace':<28}{'highest tier':<16}no answer"
    for name, tier in sorted(plan.tiers.items()):
        if name not in gate.exempt:
            yield f"  {name:<28}{tier.word if tier else 'not known':<16}{_HAPPENS[policy_of(tier, gate)]}"
    yield f"  {'any other':<28}{'not known':<16}{_HAPPENS[policy_of(None, gate)]}"
    yield "  tiers are of what runs there, not of what is asked: whatever comes meanwhile has its namespace's answer"
    yield f"never gated: {', '.join(gate.exempt)}"


def _passing(plan: GatePlan) -> Iterator[str]:
    gate = plan.baseline.gate
    if gate.emergency:
        yield f"EMERGENCY: nothing is refused, everything warns, by {gate.emergency}"
    glass = [*(f"user {one}" for one in sorted(gate.users)), *(f"group {one}" for one in sorted(gate.groups))]
    yield f"break glass: {', '.join(glass) or 'nobody'}; each use is warned of, recorded and in the audit log"
    for one in gate.controllers:
        yield f"owners of kind {one.kind} count for what {one.user} makes"


def _down() -> Iterator[str]:
    yield "when the gate is down, slow or wrong"
    yield "  what is above under `no answer` happens, also to who may break the glass; an error is no answer"
    yield "  deletes, scaling and status pass, and so does what is never gated: the gate can come back"
    yield f"  to take it away: {TAKE_AWAY}"
    yield "    (no webhook is asked about that; without its binding a gate in the cluster cannot put them back, but"
    yield "    one outside of it, served with --url, has other rights and does within seconds: stop the gate first)"


def _export(plan: GatePlan) -> Iterator[str]:
    exceptions = [one for one in plan.baseline.exceptions if one.exception.active(plan.today)]
    day = _again_by(plan)
    when = f"export again by {day}" if day else "nothing in it ends"
    yield f"native policy that is exported today has no clock: {when}"
    for one in sorted(exceptions, key=lambda one: one.exception.expires):
        each = one.exception
        left = (each.expires - plan.today).days
        while_ = ", and is left out: `while` needs neighbours" if each.while_ else ""
        yield f"  {each.id}: ends {each.expires}, in {left} day{'' if left == 1 else 's'}{while_}"
    for tightens in plan.baseline.enforcement.days():
        if tightens > plan.today:
            yield f"  a mode tightens on {tightens}"


def _again_by(plan: GatePlan) -> date | None:
    """The first day on which what is exported today is no longer what the baseline says."""
    days = [one for one in plan.baseline.enforcement.days() if one > plan.today]
    days += [
        one.exception.expires
        for one in plan.baseline.exceptions
        if one.exception.active(plan.today) and not one.exception.while_
    ]
    return min(days, default=None)


def _exception(one: Excepted, today: date) -> dict[str, Any]:
    each = one.exception
    return {
        "id": each.id,
        "control": each.match.control,
        "ends": str(each.expires),
        "days_left": (each.expires - today).days,
        "exported": each.active(today) and not each.while_,
    }


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
