"""Where a file declares single values that loosen those of the files that it extends."""

from collections.abc import Iterator

from hardstand.baseline.below import Parents, Read
from hardstand.baseline.cadence import Cadence, Retention
from hardstand.baseline.declared import Declared
from hardstand.baseline.shape import Flaw
from hardstand.baseline.signing_in import SignIn, differing
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier

_ONLY = "a file may only tighten what it extends"
_DONE = [name for name in Cadence.__dataclass_fields__ if name not in ("tier", "at")]
_KEPT = [name for name in Retention.__dataclass_fields__ if name != "immutable"]


def value_loosenings(one: Declared, parents: Parents, vocabulary: Vocabulary) -> Iterator[Flaw]:
    """Who may approve, for how long, what is delegated, parameters, what is scanned, what is kept, how often."""
    for parent in parents.files:
        yield from _approval(one, parent)
        yield from _retention(one, parent)
        yield from _cadences(one, parent)
        yield from _named(one, parent)
        yield from _signing_in(one, parent)
    if parents.files:
        yield from _delegates(one, parents.files[-1])
        yield from _scanned(one, parents)
    yield from _parameters(one, parents, vocabulary)


def _approval(one: Declared, parent: Read) -> Iterator[Flaw]:
    theirs = parent.declared
    if one.approvers is not None and theirs.approvers is not None and one.approvers != theirs.approvers:
        message = f"who may approve is declared by {parent.line('approvers')}"
        yield Flaw(("approvers",), message, _ONLY, on_key=True)
    limit = theirs.max_exception_days
    if one.max_exception_days and limit and one.max_exception_days > limit:
        message = f"{one.max_exception_days} days loosen the {limit} of {parent.line('max_exception_days')}"
        yield Flaw(("max_exception_days",), message, _ONLY)


def _delegates(one: Declared, parent: Read) -> Iterator[Flaw]:
    granted = {(name, tier) for each in parent.declared.delegates for name in each.control for tier in each.tier}
    for each in one.delegates:
        for number, name in enumerate(each.control):
            missing = [tier.word for tier in each.tier if (name, tier) not in granted]
            if missing:
                line = parent.line("delegates")
                message = f"{line} does not delegate `{name}` for tier {' or '.join(missing)}, so this cannot either"
                yield Flaw((*each.at.path, "control", number), message, _ONLY)


def _scanned(one: Declared, parents: Parents) -> Iterator[Flaw]:
    parent = parents.files[-1]
    if one.ignore:
        message = f"what `ignore` leaves out is scanned by {parent.line('ignore')}"
        yield Flaw(("ignore",), message, f"declare it in {parent.file}", on_key=True)
    for each in parents.files:
        if one.code and each.declared.code:
            message = f"the controls of {each.line('code')} would be left out"
            yield Flaw(("code",), message, "leave `code` to it; controls in CEL add up", on_key=True)


def _parameters(one: Declared, parents: Parents, vocabulary: Vocabulary) -> Iterator[Flaw]:
    """Nobody can tell which of two values is tighter; only what was not declared at all can be added."""
    for control, values in one.parameters.items():
        known = vocabulary.controls[control].parameters
        for name, value in values.items():
            path = ("parameters", str(control), name)
            parent = next((each for each in parents.files if name in _given(each, control)), None)
            if parent is not None and _given(parent, control)[name] != value:
                message = f"`{name}` of {control} is declared by {parent.line(*path)}"
                yield Flaw(path, message, _ONLY, on_key=True)
            elif parent is None and known[name].has_default:
                file = parents.files[-1].file if parents.files else "it"
                message = f"`{name}` of {control} has a default, which {file} relies on"
                yield Flaw(path, message, f"declare it in {file}", on_key=True)


def _given(parent: Read, control: str) -> dict[str, object]:
    every = {str(name): dict(values) for name, values in parent.declared.parameters.items()}
    return every.get(control, {})


def _retention(one: Declared, parent: Read) -> Iterator[Flaw]:
    mine, theirs = one.retention or Retention(), parent.declared.retention or Retention()
    for name in _KEPT:
        now, before = getattr(mine, name), getattr(theirs, name)
        if now is not None and before is not None and now < before:
            message = f"`{name}` is kept for less than by {parent.line('retention', name)}"
            yield Flaw(("retention", name), message, _ONLY)


def _cadences(one: Declared, parent: Read) -> Iterator[Flaw]:
    for mine in one.cadences:
        for theirs in parent.declared.cadences:
            if set(mine.tier or Tier).isdisjoint(theirs.tier or Tier):
                continue
            for name in _DONE:
                now, before = getattr(mine, name), getattr(theirs, name)
                if now is not None and before is not None and now > before:
                    message = f"`{name}` comes more seldom than by {parent.line(*theirs.at.path, name)}"
                    yield Flaw((*mine.at.path, name), message, _ONLY)


def _named(one: Declared, parent: Read) -> Iterator[Flaw]:
    """What a parent says of a persona is relied on elsewhere, by its name."""
    theirs = parent.declared.personas
    for name, mine in one.personas.items():
        if name in theirs and theirs[name] != mine:
            message = f"the persona `{name}` is declared by {parent.line('personas', name)}"
            yield Flaw(("personas", name), message, "give yours a name of its own", on_key=True)


def _signing_in(one: Declared, parent: Read) -> Iterator[Flaw]:
    """Whom to trust is the parent's to say; a grant may only be shorter, and who needs a second factor adds up."""
    mine, theirs = one.identity or SignIn(), parent.declared.identity or SignIn()
    for name in differing(mine, theirs):
        message = f"`{name}` is declared by {parent.line('identity', name)}"
        yield Flaw(("identity", name), message, _ONLY, on_key=True)
    if mine.max_grant is not None and theirs.max_grant is not None and mine.max_grant > theirs.max_grant:
        message = f"grants last longer than by {parent.line('identity', 'max_grant')}"
        yield Flaw(("identity", "max_grant"), message, _ONLY)
