"""A plan of changes for a person: one entry a change, in the order in which they should be made, and the sum."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hardstand.cli.plan_json import blast_of, counted
from hardstand.model.finding import Finding
from hardstand.model.tier import Tier
from hardstand.model.verdict import Action, Severity
from hardstand.plan.sets_interface import ByHand, FixSets, Step
from hardstand.plan.weighing import tier_of
from hardstand.report.interface import Pages
from hardstand.report.safe import plain

_SHOWN: Final = 3
"""How many places, reasons and controls are named of each change."""
_BY_HAND: Final = 10
"""How many root causes that are left to a person are told."""


def as_text(found: FixSets, command: Callable[[Step], Sequence[str]], pages: Pages) -> str:
    """The whole plan; its last line is the sum. `command` gives the words of the command that makes a change."""
    blocks = [_step(rank, one, command(one), found.total) for rank, one in enumerate(found.steps, 1)]
    blocks += [_by_hand(one, pages) for one in found.by_hand[:_BY_HAND]]
    if len(found.by_hand) > _BY_HAND:
        blocks.append([f"by hand: {len(found.by_hand) - _BY_HAND} more root causes; --format json names them all"])
    return "\n\n".join(["\n".join(map(plain, block)) for block in [*blocks, list(_sum(found))]]) + "\n"


def _step(rank: int, one: Step, command: Sequence[str], total: int) -> list[str]:
    notes = [*_standing(one.removed), "safe" if one.safe else "unsafe: test it afterwards"]
    lines = [f"change {rank}[{one.control}]: {one.title}    {' · '.join(notes)}", *_places(one.mended)]
    lines.append(f"  removes {_findings(len(one.removed))}: {_by_control(one.removed)}")
    lines.append(f"    {_numbers(one.removed)}")
    reasons = Counter(left.reason for left in one.skipped)
    lines += [f"  leaves {count} to a person: {reason}" for reason, count in list(reasons.items())[:_SHOWN]]
    if any(found.locations[0].rendered for found in one.mended):
        lines.append("  note: what is rendered is not edited; the command prints a patch for it")
    lines.append(f"  make it: `{shlex.join(command)}`")
    lines.append(f"  sum: {one.sum} of {_findings(total)}, proven")
    return lines


def _by_hand(one: ByHand, pages: Pages) -> list[str]:
    first = one.findings[0]
    head = f"by hand[{first.control}]: {pages[first.control].summary}"
    lines = ["    ".join([head, " · ".join(_standing(one.findings))]).rstrip(), *_places(one.findings)]
    lines.append(f"  would remove {_findings(len(one.findings))}, counted, not proven: {_numbers(one.findings)}")
    shown = one.reasons[:_SHOWN]
    lines += [f"  why: {reason}" for reason in shown]
    if len(one.reasons) > _SHOWN:
        lines.append(f"  why: {len(one.reasons) - _SHOWN} more reasons")
    lines.append(f"  help: {'--unsafe plans it, or ' if one.unsafe else ''}`hardstand explain {first.control}`")
    return lines


def _sum(found: FixSets) -> Iterator[str]:
    if not found.total:
        yield "there are no findings to remove"
        return
    if not found.steps:
        yield "there is no change that can be made and proven here"
    left = []
    if found.more:
        have = "root cause has" if len(found.more) == 1 else "root causes have"
        left.append(f"{len(found.more)} more {have} a fix (--limit shows more)")
    if found.by_hand:
        unsafe = sum(one.unsafe for one in found.by_hand)
        also = f", {unsafe} of them with a fix that is not safe (--unsafe)" if unsafe else ""
        stay = "root cause is" if len(found.by_hand) == 1 else "root causes are"
        left.append(f"{len(found.by_hand)} {stay} left to a person{also}")
    if left:
        yield "; ".join(left)
    verb = "removes" if len(found.steps) == 1 else "remove"
    noun = "change" if len(found.steps) == 1 else "changes"
    yield f"{len(found.steps)} {noun} {verb} {found.removed} of {_findings(found.total)}"


def _standing(findings: Sequence[Finding]) -> list[str]:
    tier = max(map(tier_of, findings))
    notes = [f"tier {tier.word}"] if tier > Tier.LOW else []
    blast = blast_of(findings)
    notes += [f"blast {blast}"] if blast is not None else []
    return [*notes, "blocks"] if any(one.action is Action.BLOCK for one in findings) else notes


def _places(findings: Sequence[Finding]) -> Iterator[str]:
    first = findings[0].locations[0]
    origin = " (line of the rendered text)" if first.rendered else ""
    yield f"  --> {first.file}:{first.line}:{first.column}{origin}  {first.caption}"
    names = list(dict.fromkeys(f"{p.file}:{p.line}:{p.column}" for one in findings for p in one.locations[:1]))[1:]
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        files = len({one.locations[0].file for one in findings})
        yield f"  also {', '.join(names[:_SHOWN])}{more} ({files} {'file' if files == 1 else 'files'})"


def _by_control(findings: Sequence[Finding]) -> str:
    names = Counter(one.control for one in findings).most_common()
    more = f" and {sum(count for _, count in names[_SHOWN:])} more" if len(names) > _SHOWN else ""
    return ", ".join(f"{count} {name}" for name, count in names[:_SHOWN]) + more


def _numbers(findings: Sequence[Finding]) -> str:
    """`tier high 8, low 4 · severity high 5, medium 7 · 2 block`."""
    tiers = counted((tier_of(one).word for one in findings if one.tier), [one.word for one in Tier])
    severities = counted((one.severity.word for one in findings), [one.word for one in Severity])
    parts = [f"tier {_listed(tiers)}"] if tiers else []
    parts.append(f"severity {_listed(severities)}")
    blocking = sum(one.action is Action.BLOCK for one in findings)
    return " · ".join([*parts, f"{blocking} block"] if blocking else parts)


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in numbers.items())


def _findings(number: int) -> str:
    return f"{number} {'finding' if number == 1 else 'findings'}"
