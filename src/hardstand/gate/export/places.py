"""Where a control is enforced, and how hard: its mode in each namespace that is known, and in all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.boundary import Boundary, Environment
from hardstand.baseline.modes import Mode, ModeRule
from hardstand.controls.control import Control
from hardstand.gate.export.interface import Where
from hardstand.model.tier import Tier


@dataclass(frozen=True, slots=True)
class Estate:
    """What is known of the cluster that policies are for."""

    tiers: Mapping[str, Tier | None]
    """The namespaces that are known, each with the highest tier of its workloads where that is known too."""
    cluster: str | None
    """Its name; None where it is not known which one it is."""
    exempt: tuple[str, ...]
    """Namespaces that no policy touches."""

    @property
    def namespaces(self) -> Sequence[str]:
        """The namespaces that are known and not exempt, sorted."""
        return sorted(set(self.tiers) - set(self.exempt))


def estate(baseline: Baseline, tiers: Mapping[str, Tier] | None, cluster: str | None, exempt: Sequence[str]) -> Estate:
    """The namespaces that an inventory tells of, and those that the boundary names outright."""
    named = (one.name for each in baseline.boundary.environments.values() for one in each.namespaces)
    known: dict[str, Tier | None] = {one.text: None for one in named if one is not None and one.literal}
    return Estate({**known, **(tiers or {})}, cluster, tuple(exempt))


def places(one: Control, baseline: Baseline, known: Estate, day: date, *, namespaced: bool) -> tuple[Where, ...]:
    """Where the control warns and where it blocks on a day; nothing for one that is off everywhere.

    A namespace that nobody knows yet has no tier, and may lie in every environment that is told by patterns, labels or
    clusters: as in a scan, what cannot be told gets the tighter mode.
    """
    usual = mode(one, baseline, known, None, day)
    if not namespaced:
        return () if usual is Mode.OFF else (Where(usual, (), others=True),)
    modes = {name: mode(one, baseline, known, name, day) for name in known.namespaces}
    found = []
    for each in (Mode.BLOCK, Mode.WARN):
        same = [name for name, own in modes.items() if own is each]
        others = [name for name, own in modes.items() if own is not each]
        if each is usual:
            found.append(Where(each, tuple(others), others=True))
        elif same:
            found.append(Where(each, tuple(same), others=False))
    return tuple(found)


def changes(one: Control, baseline: Baseline, known: Estate, day: date, *, namespaced: bool) -> date | None:
    """The next day on which the control is enforced otherwise; None for never."""
    now = places(one, baseline, known, day, namespaced=namespaced)
    days = (each for each in baseline.enforcement.days() if each > day)
    return next((each for each in days if places(one, baseline, known, each, namespaced=namespaced) != now), None)


def mode(one: Control, baseline: Baseline, known: Estate, namespace: str | None, day: date) -> Mode:
    """The control's mode in a namespace, or in those that nobody knows."""
    tier = known.tiers.get(namespace) if namespace is not None else None
    certain, perhaps = _environments(baseline.boundary, known.cluster, namespace)
    about = one.id, one.area, one.maturity, tier
    lines: list[ModeRule] = [baseline.enforcement.winner(*about, certain, day)]
    lines += [baseline.enforcement.winner(*about, (name,), day) for name in perhaps]
    return max(line.on(day) for line in lines)


def _environments(boundary: Boundary, cluster: str | None, namespace: str | None) -> tuple[list[str], list[str]]:
    """The environments that a namespace lies in, and those that it may lie in."""
    certain: list[str] = []
    perhaps: list[str] = []
    for name, one in boundary.environments.items():
        answers = list(_answers(one, cluster, namespace))
        if answers and all(answers):
            certain.append(name)
        elif answers and False not in answers:
            perhaps.append(name)
    return certain, perhaps


def _answers(one: Environment, cluster: str | None, namespace: str | None) -> Iterator[bool | None]:
    """Whether the environment's cluster and its namespaces fit, as far as it declares them; None where that is open."""
    if one.clusters:
        yield None if cluster is None else any(each.fits(cluster) for each in one.clusters)
    elif one.paths and not one.namespaces:
        yield None  # It is told by places in git alone.
    if one.namespaces and namespace is None:
        yield None if any(each.labels or (each.name and not each.name.literal) for each in one.namespaces) else False
    elif one.namespaces and namespace is not None:
        by_name = [each for each in one.namespaces if each.name is None or each.name.fits(namespace)]
        yield True if any(not each.labels for each in by_name) else None if by_name else False
