"""What is wrong with a file beyond its form: words that name nothing, lines that tie, approvals that do not count."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hardstand.baseline.baseline import Layer
from hardstand.baseline.declared import Declared
from hardstand.baseline.enforcement import ties
from hardstand.baseline.guessing import Guesses
from hardstand.baseline.joining import approvers_of, boundary_of
from hardstand.baseline.networking import network_flaws
from hardstand.baseline.persona import Like, likeness
from hardstand.baseline.shape import Flaw, brief
from hardstand.baseline.vocabulary import Vocabulary


def flaws_of(layer: Layer, parents: Sequence[Layer], vocabulary: Vocabulary, today: date) -> Iterator[Flaw]:
    """The mistakes of a well-formed file that builds on `parents`."""
    one = layer.declared
    every = [*(parent.declared for parent in parents), one]
    yield from _ties(one)
    guesses = Guesses()
    yield from _environments(one, every, guesses)
    yield from _class_environments(one, every, guesses)
    yield from _personas(one, every, guesses)
    yield from _exceptions(one, every, today)
    yield from _approvals(one, every, guesses)
    yield from _coverage(one, vocabulary)
    yield from _parameters(one, vocabulary, guesses)
    yield from network_flaws(one, every, guesses)
    yield from _unique_environment_kinds(one, every)


def _ties(one: Declared) -> Iterator[Flaw]:
    for scope, first, second in ties(one.modes):
        if first is second:
            yield Flaw(second.at.path, f"this line is for {scope} twice", "name each once")
        else:
            message = f"this line and line {first.at.line} are both for {scope}; neither wins"
            yield Flaw(second.at.path, message, "join them, or make one more special")


def _environments(one: Declared, every: Sequence[Declared], guesses: Guesses) -> Iterator[Flaw]:
    known = boundary_of(every).environments
    for rule in one.modes:
        for number, name in enumerate(rule.environment):
            if name not in known:
                where = ("environment", number)
                hint = guesses.nearest("environment", name, known) or "declare it under `boundary.environments`"
                yield Flaw((*rule.at.path, *where), f"there is no environment `{brief(name)}`", hint)


def _class_environments(one: Declared, every: Sequence[Declared], guesses: Guesses) -> Iterator[Flaw]:
    known = boundary_of(every).environments
    for declared in one.classes.workloads if one.classes else ():
        for number, pattern in enumerate(declared.match.environment):
            if not any(pattern.fits(name) for name in known):
                several = len(declared.match.environment) > 1
                where = ("match", "environment", number) if several else ("match", "environment")
                hint = guesses.nearest("environment", pattern.text, known) or "declare it under `boundary.environments`"
                yield Flaw((*declared.at.path, *where), f"there is no environment `{pattern}`", hint)


def _personas(one: Declared, every: Sequence[Declared], guesses: Guesses) -> Iterator[Flaw]:
    """A persona of an environment that is none, or whose groups would be given nothing."""
    known = boundary_of(every).environments
    for name, persona in one.personas.items():
        for number, environment in enumerate(persona.environments):
            if environment not in known:
                where = ("personas", name, "environments", number)
                hint = guesses.nearest("environment", environment, known) or "declare it under `boundary.environments`"
                yield Flaw(where, f"there is no environment `{brief(environment)}`", hint)
        if persona.rules and name in set(Like):
            message = f"`{name}` is a built-in persona, and this one has rules of its own"
            yield Flaw(("personas", name), message, "give it a name of its own, or leave out `rules`", on_key=True)
        if persona.groups and not persona.roles and not persona.rules and likeness(name, persona) is None:
            message = f"the persona `{brief(name)}` has groups, and no rights to give them"
            yield Flaw(("personas", name), message, "say which it is `like`, or give it `rules`", on_key=True)


def _exceptions(one: Declared, every: Sequence[Declared], today: date) -> Iterator[Flaw]:
    seen = {each.id: each for declared in every[:-1] for each in declared.exceptions}
    for each in one.exceptions:
        if each.id in seen:
            message = f"the exception `{each.id}` is declared twice, first at {seen[each.id].at}"
            yield Flaw((*each.at.path, "id"), message, "give each an id of its own")
        seen.setdefault(each.id, each)
    yield from _lengths(one, every, today)


def _approvals(one: Declared, every: Sequence[Declared], guesses: Guesses) -> Iterator[Flaw]:
    approvers = approvers_of(every)
    if approvers is None:
        return
    people = sorted({name for names in approvers.values() for name in names})
    allowed = frozenset(people)
    for each in one.exceptions:
        if each.approved_by not in allowed:
            message = f"`{brief(each.approved_by)}` may not approve exceptions"
            close = guesses.closest("approver", each.approved_by, people)
            hint = f"did you mean `{close[0]}`?" if close else f"who may: {', '.join(people[:12])}" if people else ""
            yield Flaw((*each.at.path, "approved_by"), message, hint)


def _lengths(one: Declared, every: Sequence[Declared], today: date) -> Iterator[Flaw]:
    limits = [declared.max_exception_days for declared in every if declared.max_exception_days is not None]
    latest = today + timedelta(days=min(limits)) if limits else date.max
    for each in one.exceptions:
        if each.expires > latest:
            message = f"`{each.id}` ends later than the {min(limits)} days from today that are allowed"
            yield Flaw((*each.at.path, "expires"), message, f"the latest day is {latest}")


def _coverage(one: Declared, vocabulary: Vocabulary) -> Iterator[Flaw]:
    """A compensating control that never looks at what the exception is about would end it at once."""
    for each in one.exceptions:
        about = vocabulary.controls[each.match.control].kinds
        for number, name in enumerate(each.while_):
            kinds = vocabulary.controls[name].kinds
            if about is not None and kinds is not None and not about & kinds:
                message = f"`{name}` never looks at what `{each.match.control}` is about, so it cannot compensate"
                yield Flaw((*each.at.path, "while", number), message, "name controls of the same objects")


def _parameters(one: Declared, vocabulary: Vocabulary, guesses: Guesses) -> Iterator[Flaw]:
    for control, values in one.parameters.items():
        known = vocabulary.controls[control].parameters
        for name, value in values.items():
            where = ("parameters", control, name)
            if name not in known:
                hint = guesses.nearest(control, name, known) or "it has none"
                yield Flaw(where, f"{control} has no parameter `{brief(name)}`", hint, on_key=True)
                continue
            try:
                known[name].parse(value)
            except ValueError as error:
                yield Flaw(where, f"the parameter `{name}` of {control} must be {error}")


def _unique_environment_kinds(one: Declared, every: Sequence[Declared]) -> Iterator[Flaw]:
    """A file cannot say that an environment is production when one below it says that it is not, or the reverse.

    Its name is such a word too: what is called production is, unless the file that declares it first says otherwise.
    """
    before = boundary_of(every[:-1])
    for name, environment in (one.boundary.environments if one.boundary else {}).items():
        other = before.environments.get(name)
        if other is None or environment.production in (None, before.is_production(name)):
            continue
        if before.is_production(name) or other.production is not None:
            what = "production" if before.is_production(name) else "not production"
            message = f"`{name}` is {what} by {other.at}"
            hint = "an environment is the same for all files; declare one of another name"
            yield Flaw(("boundary", "environments", name, "production"), message, hint)
