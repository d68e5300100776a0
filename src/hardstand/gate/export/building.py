"""A control's expression, wrapped into a policy: the names that it uses, what it says, and what it leaves alone."""

from collections.abc import Iterator, Mapping, Sequence

from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine.native import CONTAINER, OBJECT, is_about_pods, shared_names, subject_kinds
from hardstand.engine.page import sections
from hardstand.gate.export.excepting import IMAGE_FITS, OF_ANY, OF_PODS, WAIVERS, Excused
from hardstand.gate.export.interface import Named, Policy
from hardstand.gate.export.kinds import served
from hardstand.gate.export.scope import conditions
from hardstand.inventory.views.container import Container
from hardstand.text.cel.literals import literal
from hardstand.text.cel.parser import LONGEST, parsed
from hardstand.text.cel.renaming import free_names, renamed

_PART = 12_000
"""Characters of exceptions in one variable; an expression has at most 16,384."""

_LONGEST = 4000
"""Bytes of a message: API servers take 5 KiB of a computed one, and warnings share 4,096 characters."""


def policy(one: Control, cel: Cel, values: Mapping[str, object], excused: Sequence[Excused]) -> Policy:
    """The policy of a control with the values of its parameters; `excused` are the exceptions that it knows."""
    kinds = served(subject_kinds(one))
    wrapped = _Wrapped(one, cel, values, excused)
    message = _message(one, cel)
    return Policy(
        control=one.id,
        kinds=kinds,
        conditions=conditions(kinds, whole=wrapped.looks_at_the_whole),
        variables=_checked(list(wrapped.variables()), one.id),
        expression=wrapped.admits,
        message=message,
        message_expression=f"{wrapped.told} + {literal(': ' + message)}",
        audit=tuple(wrapped.audit()),
        ends={one.id: one.ends for one in excused},
    )


class _Wrapped:
    """The expression of one control over what it is about: each container, or the object as a whole."""

    def __init__(self, one: Control, cel: Cel, values: Mapping[str, object], excused: Sequence[Excused]) -> None:
        self._one = one
        self._excused = excused
        self._each = issubclass(one.subject, Container)
        pods = is_about_pods(one)
        shared = dict(shared_names(one))
        shared |= {name: text for name, text in (OF_PODS if pods else OF_ANY).items() if excused}
        written = {name: literal(value) for name, value in values.items()} | dict(_data(excused))
        self._known: dict[str, str] = {OBJECT: f"dyn({OBJECT})", **written, **shared}
        item = f"containers.filter({CONTAINER}, !({cel.expression}))" if self._each else f"!({cel.expression})"
        self._known["faulty"] = item
        if excused:
            self._known["exceptions"] = " + ".join(_data(excused))
            self._known["waivers"] = WAIVERS
            self._known["failing"] = self._failing(pods)
        self._roots = {
            name: frozenset[str]() if name in written else _roots(text) for name, text in self._known.items()
        }

    def _failing(self, pods: bool) -> str:
        if self._each:
            fits = IMAGE_FITS.format(image=f"{CONTAINER}.?image.orValue('')")
            return f"faulty.filter({CONTAINER}, !waivers.exists(one, {fits}))"
        every = IMAGE_FITS.format(image="each.?image.orValue('')")
        held = f"containers.size() > 0 && containers.all(each, {every})" if pods else "false"
        return f"faulty && !waivers.exists(one, one.image.size() == 0 || ({held}))"

    @property
    def looks_at_the_whole(self) -> bool:
        """The expression looks at more of the object than what is a pod's own."""
        return not is_about_pods(self._one) or bool({OBJECT, "hook"} & self._roots["faulty"])

    @property
    def _last(self) -> str:
        return f"variables.{'failing' if self._excused else 'faulty'}"

    @property
    def admits(self) -> str:
        """True where the request is admitted."""
        return f"{self._last}.size() == 0" if self._each else f"!{self._last}"

    @property
    def told(self) -> str:
        """The containers that are at fault, or the object."""
        if self._each:
            return f"'container ' + {self._last}.map(one, one.?name.orValue('')).join(', ')"
        return "object.kind + ' ' + object.metadata.?name.orValue(object.metadata.?generateName.orValue(''))"

    def audit(self) -> Iterator[Named]:
        """The control where it finds a fault, and the exceptions that stand against that."""
        faulty = "variables.faulty.size() > 0" if self._each else "variables.faulty"
        yield Named("control", f"{faulty} ? {literal(self._one.id)} : ''")
        if self._excused:
            failing = "variables.failing.size() == 0" if self._each else "!variables.failing"
            ids = "variables.waivers.map(one, one.id[0]).join(',')"
            yield Named("exception", f"{faulty} && {failing} ? {ids} : ''")

    def variables(self) -> Iterator[Named]:
        """Every name that is used, each behind those that it uses itself."""
        wanted = self._used("failing" if self._excused else "faulty", {})
        names = {name: f"variables.{name}" for name in wanted}
        for name in wanted:
            text = self._known[name]
            # The variable `object` is made of the request's own, which has the same name; literals name nothing.
            plain = name == OBJECT or not self._roots[name]
            yield Named(name, text if plain else renamed(text, names))

    def _used(self, name: str, found: dict[str, None]) -> Sequence[str]:
        for root in sorted(self._roots[name] - {name}):
            if root in self._known and root not in found:
                self._used(root, found)
        found[name] = None
        return list(found)


def _data(excused: Sequence[Excused]) -> Mapping[str, str]:
    """The exceptions as lists, as many as their length asks for, by the names of variables."""
    parts: list[list[str]] = []
    for one in excused:
        text = literal(one.told)
        if not parts or sum(map(len, parts[-1])) + len(text) > _PART:
            parts.append([])
        parts[-1].append(text)
    return {f"exceptions_{at}": f"[{', '.join(part)}]" for at, part in enumerate(parts, start=1)}


def _checked(variables: Sequence[Named], control: str) -> tuple[Named, ...]:
    """The variables; ValueError for one that no API server takes."""
    for one in variables:
        if len(one.expression) > LONGEST:
            raise ValueError(
                f"{control}: `{one.name}` takes {len(one.expression)} characters, and an expression has at most "
                f"{LONGEST}; shorten the parameter"
            )
    return tuple(variables)


def _roots(text: str) -> frozenset[str]:
    return frozenset(one.name for one in free_names(parsed(text)))


def _message(one: Control, cel: Cel) -> str:
    """What is wrong, where, how it is mended, and how it is excepted."""
    fix = " ".join(sections(one.doc)["Fix"].split("\n\n")[0].split())
    words = (
        f"{one.summary} ({cel.place}). {fix} "
        f"To keep it for a time, ask for an exception from `{one.id}` in the baseline. [hardstand {one.id}]"
    )
    return words.encode()[:_LONGEST].decode(errors="ignore")
