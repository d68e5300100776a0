"""Put the results of all parts together into one Run."""

from collections.abc import Iterable, Sequence

from hardstand import __version__
from hardstand.controls.control import Control
from hardstand.engine.judgement import exception_states, tightenings
from hardstand.engine.settings import Settings
from hardstand.engine.shard import Facts, Result
from hardstand.engine.standing import Local
from hardstand.inventory.objects import KubeObject
from hardstand.model.finding import Finding
from hardstand.model.gap import Gap
from hardstand.model.run import Coverage, Input, Run, Unreadable, VerdictOn

Whole = tuple[list[KubeObject], frozenset[str], list[Local], list[Gap]]
"""All facts together: objects for joins, keys that more than one object has, workloads, and what was not listed."""


def joined_facts(parts: Sequence[Facts]) -> Whole:
    """The facts of all parts together."""
    seen: set[str] = set()
    shared: set[str] = set()
    for part in parts:
        for key, _file in part.keys:
            (shared if key in seen else seen).add(key)
    objects = [fact for part in parts for fact in part.objects]
    workloads = [one for part in parts for one in part.workloads]
    return objects, frozenset(shared), workloads, [one for part in parts for one in part.gaps]


def assemble(
    controls: Sequence[Control],
    sources: Sequence[tuple[str, str]],
    faults: Sequence[tuple[int, Unreadable]],
    ignored: Sequence[int],
    results: Sequence[Result],
    *,
    settings: Settings,
    evaluated_at: str,
    duration_s: float,
) -> Run:
    """One Run from the parts. `sources` are (source, path) of each named input, `faults` what was never opened,
    `ignored` for each path that was left out on request the number of its input."""
    baseline, tales = settings.baseline, [part.tale for part in results]
    return Run(
        tool_version=__version__,
        evaluated_at=evaluated_at,
        duration_s=duration_s,
        inputs=tuple(
            _input(number, source, faults, ignored.count(number), results) for number, source in enumerate(sources)
        ),
        coverage=tuple(_coverage(one, results) for one in controls),
        findings=ordered(found for part in results for found in part.findings),
        verdicts=_verdicts(results) if settings.verdicts else None,
        cluster=settings.cluster,
        baseline_path=baseline.path,
        baseline_digest=baseline.digest,
        exceptions=exception_states(baseline, tales, settings.today, [one.id for one in controls]),
        tightening=tightenings(baseline, tales, settings.today),
        tiers=tuple(sorted((one for part in results for one in part.explained), key=lambda one: str(one.object))),
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
    folded = sum(tally.folded for tally in tallies)
    return Input(source[0], source[1], objects, skipped, tuple(unreadable), folded)


def _coverage(one: Control, results: Sequence[Result]) -> Coverage:
    passed, failed, unknown, not_applicable = (sum(part.counts[one.id][at] for part in results) for at in range(4))
    return Coverage(one.id, passed, failed, unknown, not_applicable)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as a Run has them."""
    return tuple(sorted(findings, key=_order))


def _order(found: Finding) -> tuple[int, str, str, int, int, str]:
    """Worst first, then by control and place: the same input gives the same order, however it was split."""
    place = found.locations[0]
    return -found.severity, found.control, place.file, place.line, place.column, found.id
