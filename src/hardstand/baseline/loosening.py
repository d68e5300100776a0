"""A file may only tighten what it extends: where it loosens, both lines are named."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from hardstand.baseline.baseline import Layer, delegated
from hardstand.baseline.cadence import Retention
from hardstand.baseline.classes import FACTORS, Class, TierRule
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import boundary_of, enforcement_of, max_data
from hardstand.baseline.shape import At, Flaw
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Data, Exposure, Privilege, Tier


def loosenings(layer: Layer, parents: Sequence[Layer], vocabulary: Vocabulary, today: date) -> Iterator[Flaw]:
    """Where a well-formed file is looser than those that it builds on, the built-in one being no parent in this."""
    one = layer.declared
    below = [parent.declared for parent in parents]
    yield from _modes(one, below, vocabulary, today)
    yield from _unknown(one, below, today)
    yield from _exceptions(one, below[1:], parents[1:])
    yield from _classes(one, below)
    yield from _matrix(one, below)
    yield from _parameters(one, below, parents, vocabulary)
    yield from _single_values(one, below[1:], parents[1:])
    yield from _retention(one, below[1:])


def _modes(one: Declared, below: Sequence[Declared], vocabulary: Vocabulary, today: date) -> Iterator[Flaw]:
    """Compared wherever lines of the file can win: for every control, tier and environment, on each day of a change."""
    old, new = enforcement_of(below), enforcement_of([*below, one])
    own = {id(rule) for rule in one.modes}
    days = sorted({today, *(day for day in (*old.days(), *new.days()) if day > today)})
    told: set[int] = set()
    points = product(vocabulary.controls.items(), (None, *Tier), (None, *boundary_of([*below, one]).environments))
    for (control, known), tier, environment in points:
        scope, rule = new.line(control, known.area, known.maturity, tier, environment)
        if id(rule) not in own or id(rule) in told:
            continue
        before = old.line(control, known.area, known.maturity, tier, environment)[1]
        if any(rule.on(day) < before.on(day) for day in days):
            told.add(id(rule))
            where = f"for {control}" + (f", tier {tier.word}" if tier else "")
            where += f", environment {environment}" if environment else ""
            day = next(day for day in days if rule.on(day) < before.on(day))
            when = "" if day == today else f" on {day}"
            message = f"`{rule.on(day).word}` loosens `{before.on(day).word}` of {before.at} {where}{when} ({scope})"
            yield Flaw((*rule.at.path, "mode"), message, "a file may only tighten what it extends")


def _unknown(one: Declared, below: Sequence[Declared], today: date) -> Iterator[Flaw]:
    if one.unknown is None:
        return
    before = enforcement_of(below).unknown
    days = sorted({today, *(day for day in (before.from_, one.unknown.from_) if day and day > today)})
    if any(one.unknown.on(day) < before.on(day) for day in days):
        message = f"`{one.unknown.mode.word}` for unknown loosens `{before.mode.word}` of {before.at}"
        yield Flaw(("unknown",), message, "a file may only tighten what it extends")


def _exceptions(one: Declared, below: Sequence[Declared], parents: Sequence[Layer]) -> Iterator[Flaw]:
    for each in one.exceptions:
        control = each.match.control
        for declared, parent in zip(below, parents, strict=True):
            if not delegated(control, declared.delegates):
                line = declared.delegates[0].at if declared.delegates else At((), parent.file)
                message = f"the exception `{each.id}` from {control} loosens: {line} does not delegate it"
                hint = f"ask for `delegates: [{{control: {control}, tier: …}}]` in {parent.file}"
                yield Flaw((*each.at.path, "match", "control"), message, hint)
                break


def _classes(one: Declared, below: Sequence[Declared]) -> Iterator[Flaw]:
    """Where several classes match, the highest counts; so only what is said of the same workloads can be compared."""
    for mine in one.classes.workloads if one.classes else ():
        for declared in below:
            for theirs in declared.classes.workloads if declared.classes else ():
                if mine.match == theirs.match:
                    yield from _lower(mine, theirs)
    default = one.classes.default_data if one.classes else None
    if default is not None and default < max_data(below):
        message = f"`{default.word}` for data that nothing is said of loosens `{max_data(below).word}`"
        yield Flaw(("classes", "default_data"), message, "a file may only tighten what it extends")


def _lower(mine: Class, theirs: Class) -> Iterator[Flaw]:
    for factor in FACTORS[:3]:
        now, before = getattr(mine, factor), getattr(theirs, factor)
        if now is not None and before is not None and now < before:
            message = f"`{factor}: {now.word}` loosens `{before.word}` of {theirs.at} for the same workloads"
            yield Flaw((*mine.at.path, factor), message, "a file may only tighten what it extends")


def tier_by(
    matrix: Sequence[TierRule], data: Data, exposure: Exposure, privilege: Privilege, compliance: frozenset[str]
) -> tuple[Tier, TierRule | None]:
    """The tier of a workload with these factors, and the row that gives it; none of them gives the lowest."""
    best: tuple[Tier, TierRule | None] = (Tier.LOW, None)
    for row in matrix:
        if (best[1] is None or row.tier > best[0]) and row.fits(data, exposure, privilege, compliance):
            best = (row.tier, row)
    return best


def _matrix(one: Declared, below: Sequence[Declared]) -> Iterator[Flaw]:
    """Two matrices are compared at every combination of factors; of regimes, each by itself and any other."""
    if not one.tiers:
        return
    before = next(declared.tiers for declared in reversed(below) if declared.tiers)
    words = {str(glob) for row in (*before, *one.tiers) for glob in row.compliance if glob.literal}
    regimes = [frozenset[str](), frozenset({"any other regime"}), *(frozenset({word}) for word in sorted(words))]
    for data, exposure, privilege, compliance in product(Data, Exposure, Privilege, regimes):
        old, old_row = tier_by(before, data, exposure, privilege, compliance)
        new, new_row = tier_by(one.tiers, data, exposure, privilege, compliance)
        if new < old:
            factors = ", ".join([data.word, exposure.word, privilege.word, *compliance])
            row = old_row.at if old_row else "the matrix"
            message = f"tier {new.word} for {factors} loosens tier {old.word} of {row}"
            path = (*new_row.at.path, "tier") if new_row else ("tiers",)
            yield Flaw(path, message, "a file may only tighten what it extends")
            return


def _parameters(
    one: Declared, below: Sequence[Declared], parents: Sequence[Layer], vocabulary: Vocabulary
) -> Iterator[Flaw]:
    """Nobody can tell which of two values is tighter; only what was not declared at all can be added."""
    for control, values in one.parameters.items():
        known = vocabulary.controls[control].parameters
        for name, value in values.items():
            before = _declared_before(control, name, below)
            where = ("parameters", control, name)
            if before is not None and before[1] != value:
                message = f"`{name}` of {control} is declared by {parents[before[0]].file}"
                yield Flaw(where, message, "a file may only tighten what it extends", on_key=True)
            elif before is None and known[name].has_default:
                message = f"`{name}` of {control} has a default, which {parents[-1].file} relies on"
                yield Flaw(where, message, f"declare it in {parents[-1].file}", on_key=True)


def _declared_before(control: str, name: str, below: Sequence[Declared]) -> tuple[int, object] | None:
    for at, declared in enumerate(below):
        values = {str(key): several for key, several in declared.parameters.items()}.get(control, {})
        if name in values:
            return at, values[name]
    return None


def _single_values(one: Declared, below: Sequence[Declared], parents: Sequence[Layer]) -> Iterator[Flaw]:
    """Values that only one file can say."""
    for declared, parent in zip(below, parents, strict=True):
        if one.approvers is not None and declared.approvers is not None and one.approvers != declared.approvers:
            message = f"who may approve is declared by {parent.file}"
            yield Flaw(("approvers",), message, "a file may only tighten what it extends", on_key=True)
        limit = declared.max_exception_days
        if one.max_exception_days and limit and one.max_exception_days > limit:
            message = f"{one.max_exception_days} days loosen the {limit} of {parent.file}"
            yield Flaw(("max_exception_days",), message, "a file may only tighten what it extends")
    if one.delegates and below:
        granted = {(control, tier) for each in below[-1].delegates for control in each.control for tier in each.tier}
        for each in one.delegates:
            if any((control, tier) not in granted for control in each.control for tier in each.tier):
                message = f"it delegates what {parents[-1].file} does not delegate to it"
                yield Flaw(each.at.path, message, "a file may only tighten what it extends")
    if one.code and any(each.code for each in below):
        message = "a file that it extends names a folder with code already"
        yield Flaw(("code",), message, "put the controls into that folder", on_key=True)
    if one.ignore and below:
        message = f"what it leaves out is scanned by {parents[-1].file}"
        yield Flaw(("ignore",), message, f"declare it in {parents[-1].file}", on_key=True)
    if one.classes and one.classes.names and any(each.classes and each.classes.names for each in below):
        yield Flaw(("classes", "names"), "the names are declared by a file that it extends", on_key=True)


def _retention(one: Declared, below: Sequence[Declared]) -> Iterator[Flaw]:
    mine = one.retention or Retention()
    for declared in below:
        theirs = declared.retention or Retention()
        for name in Retention.__dataclass_fields__:
            now, before = getattr(mine, name), getattr(theirs, name)
            if name != "immutable" and now is not None and before is not None and now < before:
                message = f"`{name}` is kept for less than what is declared by a file that it extends"
                yield Flaw(("retention", name), message, "a file may only tighten what it extends")
