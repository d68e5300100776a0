"""What `fix` says of what it did: how many findings end, what is left and why, and what is waived."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from hardstand.model.finding import Finding
from hardstand.model.root_causes import counts
from hardstand.model.verdict import Action, Verdict
from hardstand.plan.interface import Plan, Skipped
from hardstand.plan.live_patches import CLUSTER
from hardstand.report.safe import plain

_TOLD = 20
"""How many reasons are told for what was not fixed, and how many findings or exceptions for each."""


def tell(plan: Plan, failed: int, *, applied: bool, controls: Collection[str] | None = None) -> None:
    """In words on standard error. `failed`: how many of the files could not be written. `controls`: whose fixes were
    asked for; None is all."""
    say = _voice()
    _tell_skipped(plan.skipped, say)
    asked = [one for one in plan.before.findings if controls is None or one.control in controls]
    total = sum(map(counts, asked))
    apart = ", ".join(_apart(asked))
    done = " and ".join(_done(plan, failed, applied=applied))
    if done:
        ended = sum(counts(one) for one in plan.ended if controls is None or one.control in controls)
        others = sum(map(counts, plan.ended)) - ended
        but = ", once all of it is written" if failed else ""
        also = f", {others} of other controls too" if others else ""
        say(f"{done}: {ended} of {_findings(total)} {'ends' if ended == 1 else 'end'}{also}{but}, and none comes")
    elif total:
        safe = "" if not plan.unsafe else "safe "
        say(f"nothing to change: no {safe}fix can be made for the {_findings(total)} here")
    else:
        say(f"nothing to change: there are no findings here{f' but {apart}' if apart else ''}")
    if apart and (done or total):
        say(f"not counted: {apart}")
    if plan.unsafe:
        say(f"{len(plan.unsafe)} more can be fixed with --unsafe, which a program may notice")


def _done(plan: Plan, failed: int, *, applied: bool) -> Iterator[str]:
    """Files are changed; patches are never more than printed."""
    if plan.pages:
        files = len(plan.pages) - failed
        yield f"{files} {'file' if files == 1 else 'files'} {'changed' if applied else 'to change'}"
    if plan.patches:
        live = sum(one.source.rendered_by == CLUSTER for one in plan.patches)
        several = ((len(plan.patches) - live, "rendered ", ""), (live, "", " of the cluster"))
        told = [f"{number} {of}{'object' if number == 1 else 'objects'}{at}" for number, of, at in several if number]
        yield f"patches printed for {' and '.join(told)}"


def _findings(number: int) -> str:
    return f"{number} {'finding' if number == 1 else 'findings'}"


def _apart(findings: Sequence[Finding]) -> Iterator[str]:
    """What a scan tells beside the faults, and no fix is about."""
    unknown = sum(one.verdict is Verdict.UNKNOWN and one.action in (Action.BLOCK, Action.WARN) for one in findings)
    if unknown:
        yield f"{unknown} unknown"
    waived = [one for one in findings if one.action is Action.WAIVED]
    if waived:
        names = sorted({one.waiver or "" for one in waived})
        more = f" and {len(names) - _TOLD} more exceptions" if len(names) > _TOLD else ""
        yield f"{len(waived)} waived by {', '.join(names[:_TOLD])}{more}"


def _tell_skipped(skipped: Sequence[Skipped], say: Callable[[str], None]) -> None:
    """Each reason once, with what is left because of it."""
    left: dict[str, Counter[str]] = {}
    for one in skipped:
        left.setdefault(one.reason, Counter())[f"{one.finding.control} ({one.finding.object})"] += 1
    for reason, names in list(left.items())[:_TOLD]:
        say(f"not fixed: {reason}")
        listed = [name if count == 1 else f"{count} × {name}" for name, count in names.items()]
        more = f" and {len(listed) - _TOLD} more" if len(listed) > _TOLD else ""
        say(f"  {', '.join(listed[:_TOLD])}{more}")
    if len(left) > _TOLD:
        rest = sum(sum(names.values()) for names in list(left.values())[_TOLD:])
        say(
            f"not fixed: {rest} more, for {len(left) - _TOLD} other reasons; name fewer paths, or --select, to see them"
        )


def _voice() -> Callable[[str], None]:
    def say(words: str) -> None:
        print(f"hardstand: {plain(words)}", file=sys.stderr)  # noqa: T201 - the command line's own voice

    return say
