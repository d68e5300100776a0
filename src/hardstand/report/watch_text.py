"""What a watch tells a person: what came at once is told object by object, however many controls it is about."""

import textwrap
from collections.abc import Iterator, Sequence

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.verdict import Action, Severity, Verdict
from hardstand.report.safe import plain
from hardstand.report.watch import WatchEvent

_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}
_SIGNS = {"opened": "+", "changed": "~", "closed": "-"}
_URGENCY = {Action.BLOCK: 0, Action.WARN: 1, Action.WAIVED: 2, Action.OFF: 3}
_SHOWN = 5
"""Controls of one object that are told with their words; the others are named."""

_WIDTH = 110
_MARGIN = " " * 9
"""Below the time."""


def text_lines(events: Sequence[WatchEvent], *, colour: bool) -> Iterator[str]:
    """The events of one moment, each line with its end: those about an object together, then what is about the watch.

    What is more than one event of an object has a line for the object and, below it, one for each of the worst
    controls; JSON and `--record` have each event.
    """
    objects: dict[ObjectRef, list[tuple[WatchEvent, Finding]]] = {}
    for event in events:
        if event.finding is not None:
            objects.setdefault(event.finding.object, []).append((event, event.finding))
    for about in objects.values():
        clock = about[0][0].time[11:19]
        if len(about) == 1:
            yield f"{clock} {_single(*about[0], colour=colour)}\n"
            continue
        yield f"{clock} {_head(about)}\n"
        yield from (f"{_MARGIN}{line}\n" for line in _below(about, colour=colour))
    for event in events:
        if event.finding is None:
            yield from _of_the_watch(event)


def _of_the_watch(event: WatchEvent) -> Iterator[str]:
    clock = event.time[11:19]
    if event.counts is not None:
        counted = " · ".join(f"{number} {word}" for word, number in event.counts.items() if word != "objects")
        yield f"{clock}   {_WORDS[event.event].format(cluster=plain(event.cluster))}: {counted}    "
        yield f"{event.counts['objects']} objects\n"
    for kind, reason in event.broken:
        yield f"{clock} ! {plain(kind)} cannot be followed at the moment: {plain(reason)}\n"
    if event.removal is not None:
        one, word = event.removal, _REMOVALS[event.event]
        why = f": {one.failed}" if event.event == "not-removed" else f", which expired at {one.expires}"
        yield f"{clock} x {word} {plain(str(one.ref))}{plain(why)}\n"
    if event.event == "resumed":
        yield f"{clock}   everything is followed again\n"


_WORDS = {
    "begun": "watching {cluster}",
    "reconciled": "compared with fresh lists",
    "new-day": "another day has begun (UTC)",
    "broken": "open meanwhile",
    "resumed": "open now",
}

_REMOVALS = {"removing": "removes", "removed": "removed", "not-removed": "could not remove"}


def _head(about: Sequence[tuple[WatchEvent, Finding]]) -> str:
    """`+ Deployment shop/web: 22 opened, 3 block    tier high · made by …`."""
    names = [event.event for event, _ in about]
    sign = _SIGNS[names[0]] if len(set(names)) == 1 else " "
    counts = [f"{names.count(name)} {name}" for name in _SIGNS if name in names]
    blocking = sum(event.event != "closed" and one.action is Action.BLOCK for event, one in about)
    counts += [f"{blocking} {'blocks' if blocking == 1 else 'block'}"] if blocking else []
    last = about[-1][1]
    tail = [f"tier {last.tier}"] if last.tier else []
    tail += dict.fromkeys(place.caption for _, one in about for place in one.locations[1:])
    end = f"    {' · '.join(tail)}" if tail else ""
    return f"{sign} {plain(str(last.object))}: {', '.join(counts)}{plain(end)}"


def _below(about: Sequence[tuple[WatchEvent, Finding]], *, colour: bool) -> Iterator[str]:
    """Control by control, the most urgent first; what closed is only named."""
    for name, sign in _SIGNS.items():
        by_control: dict[str, list[tuple[WatchEvent, Finding]]] = {}
        for event, one in about:
            if event.event == name:
                by_control.setdefault(one.control, []).append((event, one))
        told = sorted(by_control.values(), key=_urgency)
        shown = 0 if name == "closed" else _SHOWN if len(told) > _SHOWN + 1 else len(told)
        for several in told[:shown]:
            yield f"{sign} {_control(several, colour=colour)}"
        if told[shown:]:
            word = f"and {len(told) - shown} more: " if shown else ""
            text = word + ", ".join(several[0][1].control for several in told[shown:])
            yield from textwrap.wrap(
                text, _WIDTH, initial_indent=f"{sign} ", subsequent_indent="  ", break_on_hyphens=False
            )


def _urgency(several: Sequence[tuple[WatchEvent, Finding]]) -> tuple[int, bool, int]:
    found = [one for _, one in several]
    return (
        min(_URGENCY[one.action] for one in found),
        all(one.verdict is Verdict.UNKNOWN for one in found),
        -max(one.severity for one in found),
    )


def _control(several: Sequence[tuple[WatchEvent, Finding]], *, colour: bool) -> str:
    """What one control says of the object, by the most urgent of its findings."""
    event, one = min(several, key=lambda pair: _URGENCY[pair[1].action])
    place = one.locations[0]
    _, _, part = place.caption.partition(", ")
    action = _action(event, one)
    tail = [] if action == "warns" else [action]
    tail += [f"in {len(several)} places"] if len(several) > 1 else []
    words = f"{part} {one.message}" if part else one.message
    end = f"    {' · '.join(tail)}" if tail else ""
    return f"{_name(one, colour=colour)} {plain(words)} ({plain(place.field)}){plain(end)}"


def _single(event: WatchEvent, one: Finding, *, colour: bool) -> str:
    """All about the one event of an object, in a line."""
    place = one.locations[0]
    tier = [f"tier {one.tier}"] if one.tier else []
    tail = " · ".join([*tier, *([] if event.event == "closed" else [_action(event, one)])])
    edit = "".join(f"; {plain(each.caption)}" for each in one.locations[1:])
    head = f"{_SIGNS[event.event]} {_name(one, colour=colour)}"
    return f"{head} {plain(place.caption)} {plain(one.message)} ({plain(place.field)}{edit})    {plain(tail)}"


def _name(one: Finding, *, colour: bool) -> str:
    word = "unknown" if one.verdict is Verdict.UNKNOWN else one.severity.word
    head = f"{word}[{one.control}]"
    code = "35" if one.verdict is Verdict.UNKNOWN else _COLOURS[one.severity]
    return f"\x1b[{code}m{head}\x1b[0m" if colour else head


def _action(event: WatchEvent, one: Finding) -> str:
    """What is done about it; of a change, also what was."""
    action = {Action.BLOCK: "blocks", Action.WARN: "warns", Action.OFF: "off"}.get(
        one.action, f"waived by {one.waiver}"
    )
    before = event.before
    if before is None:
        return action
    if before.action is one.action and before.waiver == one.waiver:
        return f"was tier {before.tier or 'none'}"
    tier = f"tier {before.tier}, " if before.tier else ""
    return f"was {tier}{before.action.value}, now {action}"
