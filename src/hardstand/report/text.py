"""The report for a person at a terminal: one entry a root cause, like a good compiler's."""

import shlex
from collections.abc import Iterable, Iterator, Sequence

from hardstand.model.finding import Finding, Location
from hardstand.model.live import is_live
from hardstand.model.run import Run, Unreadable
from hardstand.model.tier import Tier
from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report.advice import advice
from hardstand.report.folding import Shown, folded
from hardstand.report.grouping import Entry, entries
from hardstand.report.interface import Pages
from hardstand.report.json import summary
from hardstand.report.naming import named, spread
from hardstand.report.notes import Note, counted_days, notes_of
from hardstand.report.safe import plain
from hardstand.text.plain import first_sentence

_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}
_SHOWN_PLACES = 3
_SHOWN_CONTROLS = 6
_SHOWN_OBJECTS = 6
_WIDEST_EXCERPT = 110
_SHOWN_BEFORE = 70
"""Characters of a longer line up to its value."""
_SHOWN_OF_VALUE = 40
"""Characters of a value that are to be seen at the least."""


class _Ink:
    """Colour, or none."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, codes: str, text: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self._colour and codes else text


def render(run: Run, pages: Pages, *, colour: bool = False, whole: bool = False) -> str:
    """The report; its last line counts. A long one is folded, unless it is to be `whole`."""
    ink = _Ink(colour=colour)
    blocks = ["\n".join(_unreadable(fault, ink)) for fault in run.unreadable]
    shown = [one for one in run.findings if one.action is not Action.OFF]
    told = folded(entries(shown), whole=whole)
    live = _live(run)
    blocks += ["\n".join([*_entry(one.entry, pages, ink, live, whole=whole), *_more(one)]) for one in told]
    if shown:
        blocks.append(_totals(shown, told))
    notes = list(notes_of(run))
    if notes:
        blocks.append("\n".join(plain(line) for one in notes for line in _note(one)))
    held = [f"held to {plain(run.baseline_path)}"] if run.baseline_path else []
    return "\n\n".join([*blocks, "\n".join([*held, last_line(run)])]) + "\n"


def _note(one: Note) -> Iterator[str]:
    yield f"{one.level}: {one.text}"
    yield from (f"  {detail}" for detail in one.details)


def _totals(findings: Sequence[Finding], told: Sequence[Shown]) -> str:
    """`149 entries: 3 critical · 39 high · 80 medium · 27 low · 7 unknown`, so that the end says what the top holds."""
    found = entries(findings)
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(one.verdict is Verdict.FAIL and one.severity is severity for one in found)
        parts += [f"{number} {severity.word}"] if number else []
    unknown = sum(one.verdict is not Verdict.FAIL for one in found)
    parts += [f"{unknown} unknown"] if unknown else []
    text = f"{len(found)} {'entry' if len(found) == 1 else 'entries'}: {' · '.join(parts)}"
    left = len(found) - len(told)
    return f"{text}; {left} of them only counted here: `--all` tells each" if left else text


def _more(one: Shown) -> Iterator[str]:
    """What is only counted: how much, and where."""
    if one.more:
        number = len(one.more)
        count = f"{one.findings} finding{'' if one.findings == 1 else 's'}"
        worse, tier = _highest(each for other in one.more for each in other.findings), _highest(one.entry.findings)
        count += f", up to tier {worse.word}" if worse > tier else ""
        yield f"  and {number} more like it ({count}): {plain(named(one.objects, _SHOWN_OBJECTS))}"


def _highest(findings: Iterable[Finding]) -> Tier:
    return max((Tier[one.tier.upper()] for one in findings if one.tier), default=Tier.LOW)


def last_line(run: Run) -> str:
    """`5 block · 12 warn · 2 waived · 3 unknown · 212 pass    48 objects, 0.3 s`."""
    numbers = summary(run)
    parts = [f"{numbers[word]} {word}" for word in ("block", "warn", "waived", "unknown", "pass")]
    if off := run.count(Action.OFF):
        parts.insert(3, f"{off} off")
    ending = [one.days_left for one in run.exceptions if one.state == "ending"]
    if ending:
        parts[2] += f" ({len(ending)} {'ends' if len(ending) == 1 else 'end'} in {counted_days(min(ending))})"
    if run.unreadable:
        parts.insert(0, f"{len(run.unreadable)} unreadable")
    objects = f"{numbers['objects']} object" + ("" if numbers["objects"] == 1 else "s")
    skipped = sum(one.skipped for one in run.inputs)
    return f"{' · '.join(parts)}    {objects}, {f'{skipped} skipped, ' if skipped else ''}{run.duration_s:.1f} s"


def _unreadable(fault: Unreadable, ink: _Ink) -> Iterator[str]:
    yield f"{ink('1;35', 'unreadable')}: {plain(fault.reason)}"
    yield f"  {ink('34', '-->')} {plain(fault.path)}:{fault.line}:{fault.column}"


def _entry(entry: Entry, pages: Pages, ink: _Ink, live: str, *, whole: bool) -> Iterator[str]:
    first = entry.first
    if first.why in (Why.NOT_IN_INPUT, Why.MAY_NOT_LIST, Why.UNREADABLE):
        yield from _not_in_input(entry, ink, whole=whole)
        return
    if first.why is Why.NOT_RENDERED:
        yield from _not_rendered(entry, ink, whole=whole)
        return
    word = "unknown" if entry.verdict is Verdict.UNKNOWN else entry.severity.word
    colour = "35" if entry.verdict is Verdict.UNKNOWN else _COLOURS[entry.severity]
    head = f"{ink(colour, f'{word}[{first.control}]')}: {plain(_headline(entry, pages))}"
    tier = _highest(entry.findings)
    notes = [f"tier {tier.word}"] if tier > Tier.LOW else []
    notes += _blast(entry.findings)
    notes += {Action.BLOCK: ["blocks"], Action.WAIVED: [f"waived by {plain(first.waiver or '')}"]}.get(first.action, [])
    yield f"{head}    {ink('1', ' · '.join(notes))}" if notes else head
    yield from _place(first, ink)
    yield from _others(entry, first)
    yield from _help(entry, first, pages, live)


def _blast(findings: Iterable[Finding]) -> list[str]:
    """How far the widest fall reaches, where it was asked for."""
    known = [one.blast for one in findings if one.blast is not None]
    return [f"blast {max(known)}"] if known else []


def _not_in_input(entry: Entry, ink: _Ink, *, whole: bool) -> Iterator[str]:
    """What was not given, the objects that could not be judged for it, and by which controls."""
    yield f"{ink('35', f'unknown[{entry.first.why}]')}: {plain(entry.first.message)}"
    yield f"  {plain(_counted(entry))} cannot be judged by {_controls(entry, whole=whole)}"
    yield from _objects(entry)


def _not_rendered(entry: Entry, ink: _Ink, *, whole: bool) -> Iterator[str]:
    """What only another file or a variable says, where that is missing, and which controls cannot answer for it."""
    yield f"{ink('35', 'unknown[not-rendered]')}: {plain(entry.first.message)}"
    yield from _place(entry.first, ink)
    yield f"  cannot be judged by {_controls(entry, whole=whole)}"


def _controls(entry: Entry, *, whole: bool) -> str:
    controls = sorted({one.control for one in entry.findings})
    more = 0 if whole else len(controls) - _SHOWN_CONTROLS
    return ", ".join(controls[:_SHOWN_CONTROLS]) + f" and {more} more" if more > 0 else ", ".join(controls)


def _headline(entry: Entry, pages: Pages) -> str:
    first = entry.first
    if len(entry.findings) == 1:
        _, _, part = first.locations[0].caption.partition(", ")
        return f"{part or first.object} {first.message}"
    if entry.verdict is Verdict.UNKNOWN:
        return f"{_counted(entry)}: {first.message}"
    return f"{pages[first.control].summary}, in {_counted(entry)}"


def _counted(entry: Entry) -> str:
    kinds = {one.object.kind for one in entry.findings}
    word = kinds.pop() if len(kinds) == 1 else "object"
    if len(entry.findings) == 1:
        return str(entry.first.object)
    if entry.objects == 1:
        return f"{len(entry.findings)} places of {entry.first.object}"
    plural = f"{word}es" if word.endswith("s") else f"{word[:-1]}ies" if word.endswith("cy") else f"{word}s"
    return f"{entry.objects} {plural}"


def _place(one: Finding, ink: _Ink) -> Iterator[str]:
    place = one.locations[0]
    origin = " (line of the rendered text)" if place.rendered else ""
    origin = " (line of `kubectl get -o json`)" if is_live(place.file) else origin
    yield f"  {ink('34', '-->')} {plain(place.file)}:{place.line}:{place.column}{origin}  {plain(place.caption)}"
    if place.excerpt:
        yield from _quoted(place, ink)
    for other in one.locations[1:]:
        yield f"  edit: {plain(other.caption)}"


def _quoted(place: Location, ink: _Ink) -> Iterator[str]:
    """The line as wide as a screen, and a mark below the value; of a long line the part with the value."""
    number = str(place.line)
    margin = " " * len(number)
    width = place.end_column - place.column if place.end_line == place.line and not place.missing else 1
    fits = place.column + min(width, _SHOWN_OF_VALUE) <= _WIDEST_EXCERPT
    cut = 0 if fits else place.column - _SHOWN_BEFORE
    text, column = place.excerpt[cut : cut + _WIDEST_EXCERPT].rstrip(), place.column - cut
    text = f"{' ' if text[1:2] == '…' else '…'}{text[1:]}" if cut else text
    width = max(1, min(width, len(text) - column + 1, _WIDEST_EXCERPT - column))
    yield f"  {ink('34', f'{number} |')} {plain(text)}"
    mark = f"^ without {plain(place.missing)}" if place.missing else "^" * width
    yield f"  {ink('34', f'{margin} |')} {' ' * (column - 1)}{ink('31', mark)}"


def _others(entry: Entry, first: Finding) -> Iterator[str]:
    """Where else it is: at which places, and of many objects of one name in which namespaces.

    Of a cluster that is said instead of the places: there the path of each object says no more than its name.
    """
    here, objects = first.locations[0], [one.object for one in entry.findings]
    live = is_live(here.file) and spread(objects)
    also = _also([one for one in entry.findings if not live or one.locations[0].file == here.file], first)
    if live:
        names = named((one for one in objects if one != first.object), _SHOWN_PLACES)
        also = f"{also}; {names}" if also else names
    if also:
        yield f"  also {plain(also)}"
    if not live:
        yield from _objects(entry)


def _objects(entry: Entry) -> Iterator[str]:
    """The objects, where only their namespaces tell some of them apart."""
    objects = [one.object for one in entry.findings]
    if spread(objects):
        yield f"  objects: {plain(named(objects, _SHOWN_PLACES))}"


def _also(findings: Iterable[Finding], first: Finding) -> str:
    here = first.locations[0]
    places = []
    for one in findings:
        place = one.locations[0]
        name = f"{'' if place.file == here.file else f'{place.file}:'}{place.line}:{place.column}"
        if (place.file, place.line, place.column) != (here.file, here.line, here.column) and name not in places:
            places.append(name)
    more = len(places) - _SHOWN_PLACES
    return ", ".join(places[:_SHOWN_PLACES]) + (f" and {more} more" if more > 0 else "")


def _help(entry: Entry, first: Finding, pages: Pages, live: str) -> Iterator[str]:
    if entry.verdict is Verdict.UNKNOWN:
        return
    words = first_sentence(advice(pages[first.control], first))
    yield (
        f"  help: {words} `hardstand explain {first.control}`"
        if words
        else f"  help: `hardstand explain {first.control}`"
    )
    yield from _repair(entry, live)


def _live(run: Run) -> str:
    """How `fix` is told what objects of a cluster are from: a snapshot has a path."""
    paths = [one.path for one in run.inputs if one.source == "snapshot"]
    return shlex.quote(paths[0]) if paths else "--cluster"


def _repair(entry: Entry, live: str) -> Iterator[str]:
    """The command that mends it, where all places of the entry have a fix, and are not waived."""
    fixes = [one.fix for one in entry.findings if one.action in (Action.BLOCK, Action.WARN)]
    controls = {one.control for one in entry.findings}
    if not fixes or not all(fixes) or len(controls) > 1:
        return
    safe = all(one.safe for one in fixes if one)
    options, word = ("", "safe") if safe else (" --unsafe", "unsafe")
    if is_live(entry.first.locations[0].file):
        yield plain(f"  fix: `hardstand fix {live} --select {controls.pop()}{options}` ({word}, prints patches)")
        return
    files = len({one.locations[0].file for one in entry.findings})
    rendered = any(one.locations[0].rendered for one in entry.findings)
    where = "as a patch" if rendered else f"{files} file{'s' if files > 1 else ''}"
    yield f"  fix: `hardstand fix --select {controls.pop()}{options}` ({word}, {where})"
