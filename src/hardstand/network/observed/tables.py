"""What was seen as tables: for spreadsheets, and for pages in Markdown."""

from collections.abc import Iterator

from hardstand.network.forms.csv import rows_as_csv
from hardstand.network.forms.markdown import cell
from hardstand.network.observed.asking import Answer
from hardstand.network.observed.joining import Joined
from hardstand.network.observed.observation import Nobody, Observation
from hardstand.network.observed.states import State
from hardstand.network.observed.traffic import Tally
from hardstand.network.observed.words import moment

_COLUMNS = (
    "from", "to", "protocol", "port", "intended", "allowed", "observed", "state", "connections", "refused", "lookups",
    "bytes sent", "bytes received", "first seen", "last seen", "place",
)  # fmt: skip
_BRIEF = ("From", "To", "Connections", "Intended", "Allowed", "Seen", "Case", "First", "Last", "Next step")


def as_csv(found: Observation) -> Iterator[str]:
    """A line for each pair that was seen, and for each of which one end cannot be told."""
    pairs = (_row(one) for one in found.pairs)
    yield from rows_as_csv(_COLUMNS, (*pairs, *(_unresolved(one) for one in found.nobodies)))


def _row(one: Joined) -> tuple[str, ...]:
    key = one.key
    port = "" if key.port is None else str(key.port)
    said = (_word(one.intended), _word(one.allowed), "yes" if one.tally.got_through else "no", str(one.told))
    return (one.source, one.destination, key.protocol, port, *said, *_seen(one.tally))


def _unresolved(one: Nobody) -> tuple[str, ...]:
    key = one.key
    port = "" if key.port is None else str(key.port)
    seen = "yes" if one.tally.got_through else "no"
    said = ("unknown", "unknown", seen, str(State.UNKNOWN))
    return (key.source.name, key.destination.name, key.protocol, port, *said, *_seen(one.tally))


def _seen(one: Tally) -> tuple[str, ...]:
    sizes = (str(one.sent), str(one.received)) if one.sized else ("", "")
    place = f"{one.place.file}:{one.place.line}" if one.place.file else ""
    times = (moment(one.first), moment(one.last))
    return (str(one.through), str(one.refused), str(one.lookups), *sizes, *times, place)


def _word(one: Answer | None) -> str:
    if one is None:
        return "not declared"
    return {True: "yes", False: "no", None: "unknown"}[one.allowed]


def as_markdown(found: Observation) -> Iterator[str]:
    """A row for each pair that was seen."""
    yield f"| {' | '.join(_BRIEF)} |\n| {' | '.join(['---'] * len(_BRIEF))} |\n"
    for one in found.pairs:
        meaning, tally = one.meaning, one.tally
        seen = f"{tally.through + tally.lookups}" + (f", {tally.refused} refused" if tally.refused else "")
        cells = (
            one.source, one.destination, one.connection, _word(one.intended), _word(one.allowed), seen, meaning.title,
            moment(tally.first), moment(tally.last), meaning.next_step,
        )  # fmt: skip
        yield f"| {' | '.join(map(cell, cells))} |\n"
    for nobody in found.nobodies:
        key = nobody.key
        port = "" if key.port is None else f" {key.port}"
        names = (key.source.name, key.destination.name, f"{key.protocol}{port}", "unknown", "unknown")
        tally = nobody.tally
        cells = (*names, str(tally.through), nobody.why, moment(tally.first), moment(tally.last), "")
        yield f"| {' | '.join(map(cell, cells))} |\n"
