"""Put the results of all parts together into one Run."""

from collections.abc import Sequence

from hardstand import __version__
from hardstand.controls.control import Control
from hardstand.engine.shard import Facts, Result
from hardstand.inventory.objects import KubeObject
from hardstand.model.finding import Finding
from hardstand.model.run import Coverage, Input, Run, Unreadable, VerdictOn


def joined_facts(parts: Sequence[Facts]) -> tuple[list[KubeObject], frozenset[str]]:
    """All facts together, and the keys that more than one object has."""
    seen: set[str] = set()
    shared: set[str] = set()
    for part in parts:
        for key, _file in part.keys:
            (shared if key in seen else seen).add(key)
    return [fact for part in parts for fact in part.objects], frozenset(shared)


def assemble(
    controls: Sequence[Control],
    sources: Sequence[tuple[str, str]],
    faults: Sequence[tuple[int, Unreadable]],
    ignored: Sequence[int],
    results: Sequence[Result],
    *,
    evaluated_at: str,
    duration_s: float,
    verdicts: bool,
) -> Run:
    """One Run from the parts. `sources` are (source, path) of each named input, `faults` what was never opened,
    `ignored` for each path that was left out on request the number of its input."""
    return Run(
        tool_version=__version__,
        evaluated_at=evaluated_at,
        duration_s=duration_s,
        inputs=tuple(
            _input(number, source, faults, ignored.count(number), results) for number, source in enumerate(sources)
        ),
        coverage=tuple(_coverage(one, results) for one in controls),
        findings=tuple(sorted((found for part in results for found in part.findings), key=_order)),
        verdicts=_verdicts(results) if verdicts else None,
    )


def _verdicts(results: Sequence[Result]) -> tuple[VerdictOn, ...]:
    """Every verdict, by control and object, however the input was split."""
    every = (one for part in results for one in part.verdicts)
    return tuple(sorted(every, key=lambda one: (one.control, str(one.object), one.object.api_version, one.verdict)))


def _input(
    number: int,
    source: tuple[str, str],
    faults: Sequence[tuple[int, Unreadable]],
    ignored: int,
    results: Sequence[Result],
) -> Input:
    tallies = [part.tallies[number] for part in results if number in part.tallies]
    unreadable = [fault for owner, fault in faults if owner == number]
    unreadable += [fault for tally in tallies for fault in tally.unreadable]
    unreadable.sort(key=lambda fault: (fault.path, fault.line, fault.column))
    objects, skipped = sum(tally.objects for tally in tallies), ignored + sum(tally.skipped for tally in tallies)
    return Input(source[0], source[1], objects, skipped, tuple(unreadable))


def _coverage(one: Control, results: Sequence[Result]) -> Coverage:
    passed, failed, unknown, not_applicable = (sum(part.counts[one.id][at] for part in results) for at in range(4))
    return Coverage(one.id, passed, failed, unknown, not_applicable)


def _order(found: Finding) -> tuple[int, str, str, int, int, str]:
    """Worst first, then by control and place: the same input gives the same order, however it was split."""
    place = found.locations[0]
    return -found.severity, found.control, place.file, place.line, place.column, found.id
