"""Where a file has the gate let more pass than those that it extends."""

from collections.abc import Iterator

from hardstand.baseline.below import Parents
from hardstand.baseline.gate import BreakGlass, Emergency, FailurePolicy, Gate, gating_of
from hardstand.baseline.shape import Flaw

_ONLY = "a file may only tighten what it extends"


def gate_loosenings(one: Gate | None, parents: Parents) -> Iterator[Flaw]:
    """Whatever lets a request pass that would be refused. Where its parents are silent, the built-in baseline holds."""
    if one is None:
        return
    yield from _policies(one, parents)
    yield from _settled(one, parents)
    yield from _passing(one, parents)


def _policies(one: Gate, parents: Parents) -> Iterator[Flaw]:
    before = gating_of(parents.declared).failure_policy
    for tier, policy in one.failure_policy.items():
        if policy is FailurePolicy.IGNORE and before[tier] is FailurePolicy.FAIL:
            line = _line(parents, "failure_policy", tier.word)
            message = f"`ignore` for tier {tier.word} loosens `fail` of {line}"
            yield Flaw(("gate", "failure_policy", tier.word), message, _ONLY)


def _settled(one: Gate, parents: Parents) -> Iterator[Flaw]:
    """Nobody can tell which of two time-outs is tighter, and another namespace of the gate's own is one not gated."""
    for name in ("timeout", "namespace"):
        mine = getattr(one, name)
        for parent in parents.every if mine is not None else ():
            theirs = getattr(parent.declared.gate, name, None)
            silent = name == "timeout" and parent is parents.every[0]
            if theirs is not None and theirs != mine and not silent:
                message = f"`{name}` is declared by {parent.line('gate', name)}"
                yield Flaw(("gate", name), message, _ONLY, on_key=True)
                break


def _passing(one: Gate, parents: Parents) -> Iterator[Flaw]:
    before, ask = gating_of(parents.declared), f"ask for it in {parents.files[-1].file}"
    for number, namespace in enumerate(one.exempt_namespaces):
        if namespace not in before.exempt:
            message = f"`{namespace}` would not be gated any more"
            yield Flaw(("gate", "exempt_namespaces", number), message, ask)
    if one.emergency is Emergency.WARN and not before.emergency:
        yield Flaw(("gate", "emergency"), "nothing would be refused any more", ask, on_key=True)
    glass = one.break_glass or BreakGlass()
    for key, known in (("users", before.users), ("groups", before.groups)):
        for number, name in enumerate(getattr(glass, key)):
            if name not in known:
                yield Flaw(("gate", "break_glass", key, number), f"`{name}` would pass whatever it asks for", ask)
    for identity in one.controllers:
        if identity not in before.controllers:
            message = f"exceptions of every {identity.kind} would count for what `{identity.user}` makes"
            yield Flaw((*identity.at.path, "user"), message, ask)


def _line(parents: Parents, *path: str) -> str:
    """The last line of the parents that says it."""
    for parent in reversed(parents.every):
        found = parent.declared.gate
        if found is not None and any(tier.word == path[-1] for tier in found.failure_policy):
            return parent.line("gate", *path)
    raise LookupError(path[-1])  # The built-in baseline has every tier.
