"""A rehearsal for people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from hardstand.model.run import Tightening
from hardstand.rehearse.interface import Blocked, Refusal, Rehearsal, Requests, Whose
from hardstand.text.plain import plain

_MOST = 20
"""Faults of one workload that are told; the JSON has all."""


def as_text(found: Rehearsal) -> str:
    """What would be refused, what would not any more, and what nobody can tell."""
    return "".join(f"{plain(line)}\n" for line in _lines(found))


def _lines(found: Rehearsal) -> Iterator[str]:
    if found.old == found.new:
        yield "Both baselines are the same."
    yield from _estate("Blocks from now on, of what is there:", found.blocks, "was")
    yield from _estate("Blocks no longer, of what is there:", found.frees, "now")
    yield from _tightening(found.tightening)
    if found.requests is not None:
        yield from _requests(found.requests)
    yield from (f"unreadable: {one.path}:{one.line}:{one.column}: {one.reason}" for one in found.unreadable)
    parts = [f"{len(found.blocks)} more block", f"{len(found.frees)} no longer"]
    if found.requests is not None:
        parts.append(f"{_many(sum(one.count for one in found.requests.refused), 'request')} refused")
        parts.append(f"{found.requests.unknown} cannot be told")
    yield f"{' · '.join(parts)}    {_many(found.objects, 'object')}"


def _estate(title: str, several: Sequence[Blocked], word: str) -> Iterator[str]:
    if not several:
        return
    yield title
    by_workload: dict[Whose, list[Blocked]] = defaultdict(list)
    for one in several:
        by_workload[one.whose].append(one)
    for whose, faults in sorted(by_workload.items(), key=lambda pair: (-len(pair[1]), str(pair[0].workload))):
        yield f"  {_called(whose)}"
        yield from _cut([line for one in faults for line in _fault(one, word)], 2 * _MOST)
    yield ""


def _tightening(several: Sequence[Tightening]) -> Iterator[str]:
    """What is not refused yet: it counts in neither sum."""
    if not several:
        return
    yield "Tightens on a day to come, by the new baseline:"
    for one in several:
        yield f"  {one.scope} on {one.day}, in {_many(one.days_left, 'day')} ({one.place})"
        if not one.objects:
            yield "    nothing that is there would be blocked"
            continue
        yield f"    {_many(one.findings, 'finding')} would be blocked ({', '.join(one.controls)})"
        yield from _cut([f"      {ref}" for ref in one.objects], _MOST)
    yield ""


def _fault(one: Blocked, word: str) -> Iterator[str]:
    found = one.finding
    place, of = found.locations[0], f" of {found.object}" if found.object != one.whose.workload else ""
    severity = "unknown" if found.verdict.value == "unknown" else found.severity.word
    yield f"    {severity}[{found.control}] {place.field}{of}: {found.message} ({word} {one.otherwise})"
    if found.fix is not None:
        yield f"      fix: {found.fix.title}"


def _requests(found: Requests) -> Iterator[str]:
    yield f"Of {_many(found.met, 'request')} {_window(found)}:"
    for one in found.refused:
        yield from _refusal(one)
    if not found.refused:
        yield "  none that was let in would be refused, of those that can be told"
    if found.still:
        yield f"  refused then, and still: {_listed(found.still)}"
    for words, count in _counts(found):
        if count:
            yield f"  {count} {words}"
    for each in found.untold:
        examples = f" (such as {', '.join(each.examples)})" if each.examples else ""
        yield f"  {each.count} cannot be told: {each.reason}{examples}"
    yield ""


def _counts(found: Requests) -> Iterator[tuple[str, int]]:
    yield "would be let in", found.admitted
    yield "were refused by the gate, and would be let in", found.freed
    for mode, count in sorted(found.let_through.items()):
        yield f"would be refused, but for {mode}", count
    yield "are not judged by the gate", found.passed
    yield "were dry runs", found.dry_runs
    for status, count in found.failed.items():
        yield f"failed then, with status {status}", count
    yield "were judged as they were sent, before defaults and admission", found.as_sent


def _refusal(one: Refusal) -> Iterator[str]:
    asked = ", ".join(f"{what} {count}" for what, count in one.resources.items())
    yield f"  {_called(one.whose)}: {_many(one.count, 'request')} ({asked}), {_span(one.first, one.last)}"
    yield f"    asked by {', '.join(one.users)}"
    lines = []
    for each in one.faults:
        severity = "unknown" if each.verdict == "unknown" else each.severity
        lines.append(f"    {severity}[{each.control}] {each.field}: {each.message} ({each.count})")
        lines += [f"      fix: {each.fix}"] if each.fix else []
    yield from _cut(lines, 2 * _MOST)


def _window(found: Requests) -> str:
    """The days that were asked for, and those that the logs are of."""
    if found.covered is None:
        return (
            f"in the {found.asked} days asked for, of which the logs hold nothing" if found.asked else "in empty logs"
        )
    first, last = found.covered
    days = f"{found.days:.1f} days"
    if found.asked is not None:
        days = f"{days} of the {found.asked} asked for"
    return f"in {days} ({_moment(first)} to {_moment(last)})"


def _span(first: datetime, last: datetime) -> str:
    return _moment(first) if first == last else f"first {_moment(first)}, last {_moment(last)}"


def _moment(one: datetime) -> str:
    return one.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def _called(whose: Whose) -> str:
    return f"{whose.workload}, owner {whose.owner}" if whose.owner else f"{whose.workload}, no owner declared"


def _listed(several: Iterable[Refusal]) -> str:
    return ", ".join(f"{one.whose.workload} ({one.count})" for one in several)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _cut(lines: Sequence[str], most: int) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield "    and more: --format json tells all"
