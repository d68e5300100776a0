"""What a baseline comes to: as a whole, and for one control."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from hardstand.baseline.baseline import Baseline, Classed, Excepted
from hardstand.baseline.gate import Gating
from hardstand.baseline.guessing import nearest
from hardstand.baseline.modes import ModeRule, Scope, UnknownMode
from hardstand.baseline.networking import Networking
from hardstand.cli.errors import UsageError
from hardstand.controls.control import Control
from hardstand.model.tier import Tier
from hardstand.report.safe import plain


def decided(one: Control, baseline: Baseline) -> str:
    """Which lines decide about a control, and what is excepted from it."""
    lines = ["", f"What {baseline.path or 'the built-in baseline'} says", ""]
    lines += _table(baseline.enforcement.about(one.id, one.area, one.maturity))
    lines.append(_line("unknown", baseline.enforcement.unknown))
    lines.append("    For an object, the first line wins that fits its tier and environment; of several environments,")
    lines.append("    and of those that it may lie in, the tightest. `--tier` and `--environment` tell which.")
    excepting = baseline.excepting(one.id)
    lines += ["", *_exceptions(excepting)] if excepting else []
    return "".join(f"{plain(line)}\n" for line in lines)


def won(one: Control, baseline: Baseline, tier: str | None, environments: Sequence[str]) -> str:
    """The line that wins for a tier and environments. UsageError for an environment that there is not."""
    for name in environments:
        if name not in baseline.boundary.environments:
            hint = nearest(name, baseline.boundary.environments) or "the baseline declares none"
            raise UsageError(f"there is no environment `{name}`", hint)
    today = datetime.now(UTC).date()
    found = baseline.enforcement.winner(
        one.id, one.area, one.maturity, Tier[tier.upper()] if tier else None, environments, today
    )
    where = ", ".join([*([f"tier {tier}"] if tier else []), *environments])
    return plain(f"    {where}: {found.on(today).word}, by {found.at}") + "\n"


def told(baseline: Baseline) -> str:
    """What a baseline, with all that it extends, comes to."""
    lines = [f"{layer.file}  sha256 {layer.digest}" for layer in reversed(baseline.layers)]
    lines += ["", "environments"]
    for name, one in baseline.boundary.environments.items():
        kind = "production" if baseline.boundary.is_production(name) else "not production"
        words = ("cluster", "namespace", "path")
        parts = [_counted(len(found), word) for word in words if (found := getattr(one, f"{word}s"))]
        lines.append(f"    {name:<16}{kind:<16}{', '.join(parts) or 'names no place'}")
    lines += [] if baseline.boundary.environments else ["    none is declared"]
    lines += ["", "classes", *(_class(one) for one in baseline.classes)]
    lines += [] if baseline.classes else ["    none"]
    lines += ["", "modes, the most special first"]
    lines += _table(sorted(baseline.enforcement.lines.items(), key=lambda pair: pair[0].order))
    lines.append(_line("unknown", baseline.enforcement.unknown))
    lines += ["", "exceptions", *_exceptions(baseline.exceptions)]
    lines += ["", "gate", *_gate(baseline.gate)]
    lines += ["", "network", *_network(baseline.network)] if baseline.network.declared else []
    return "".join(f"{plain(line)}\n" for line in lines)


def _network(network: Networking) -> Iterator[str]:
    yield from (f"    zone {name}  ({zone.at})" for name, zone in network.zones.items())
    for name, one in network.outside.items():
        yield f"    {name} is {', '.join([*one.cidrs, *one.names])}  ({one.at})"
    for row in network.flows:
        yield f"    {row}{f', until {row.until}' if row.until else ''}  ({row.at})"
    yield f"    names: every workload asks {' and '.join(map(str, network.dns.to)) or 'nobody'}  ({network.dns.at})"


def _gate(gate: Gating) -> Iterator[str]:
    policies = ", ".join(f"{tier.word} {policy.value}" for tier, policy in gate.failure_policy.items())
    yield f"    without an answer within {gate.timeout}s: {policies}"
    yield f"    never gated: {', '.join(gate.exempt)}"
    glass = [*(f"user {one}" for one in sorted(gate.users)), *(f"group {one}" for one in sorted(gate.groups))]
    yield from [f"    break glass: {', '.join(glass)}"] if glass else []
    yield from (f"    {one.user} makes what each {one.kind} owns  ({one.at})" for one in gate.controllers)
    yield from [f"    everything only warns: emergency  ({gate.emergency})"] if gate.emergency else []


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _class(one: Classed) -> str:
    each = one.declared
    factors = (("data", each.data), ("exposure", each.exposure), ("privilege", each.privilege))
    said = [f"{name} {value.word}" for name, value in factors if value is not None]
    said += [f"under {', '.join(each.compliance)}"] if each.compliance else []
    said += [f"owner {each.owner}"] if each.owner else []
    return f"    {', '.join(said) or 'nothing'}  ({each.at})"


def _table(pairs: Sequence[tuple[Scope, ModeRule]]) -> Iterator[str]:
    for scope, rule in pairs:
        yield _line(str(scope), rule)


def _line(scope: str, rule: ModeRule | UnknownMode) -> str:
    today = datetime.now(UTC).date()
    mode = rule.on(today)
    later = f", {rule.mode.word} from {rule.from_}" if rule.from_ is not None and mode is not rule.mode else ""
    return f"    {mode.word:<7}{scope}{later}  ({rule.at})"


def _exceptions(several: Sequence[Excepted]) -> Iterator[str]:
    today = datetime.now(UTC).date()
    for one in several:
        each = one.exception
        state = f"until {each.expires}" if each.active(today) else f"expired on {each.expires}"
        while_ = f", while {', '.join(each.while_)} pass" if each.while_ else ""
        yield f"    {each.id}: {each.match.control}, {state}{while_}, {each.owner} ({each.at})"
    if not several:
        yield "    none"
