"""What a source could not list: a value, so that whoever needs it answers unknown, and nobody takes it for none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.model.compact import Compact
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.model.violation import UnknownError


@dataclass(frozen=True, slots=True)
class Gap(Compact):
    """Objects of one kind that may be there and were not given."""

    kind: Kind
    namespace: str | None
    """None is everywhere."""
    why: Why
    """MAY_NOT_LIST where it was refused, UNREADABLE where it failed, NOT_IN_INPUT where nobody asked for it."""
    reason: str
    """A sentence for a person, with the remedy where there is one."""
    but: frozenset[str] = frozenset()
    """The namespaces that were given all the same."""

    @property
    def cause(self) -> str:
        """What would have to be given, named: whoever mends it answers every control that asks for it."""
        return f"{self.why}:{self.kind}:{self.namespace or ''}"

    def covers(self, namespace: str | None) -> bool:
        """Tell whether objects of a namespace may be missing; None asks for any of all namespaces."""
        if namespace is None:
            return True
        return (self.namespace is None and namespace not in self.but) or self.namespace == namespace

    def error(self) -> UnknownError:
        """The error for whoever needs what is missing."""
        return UnknownError(self.why, self.reason, self.cause)


def elsewhere(kind: Kind, namespaces: Sequence[str]) -> Gap:
    """That only these namespaces were asked for: of the objects of a kind in all others nothing is known."""
    names = ", ".join(namespaces)
    reason = f"{kind.name} in other namespaces than {names} were not asked for; leave -n away to read them"
    return Gap(kind, None, Why.NOT_IN_INPUT, reason, frozenset(namespaces))


class Gaps:
    """All gaps of an input, by kind."""

    def __init__(self, gaps: Iterable[Gap] = ()) -> None:
        self._by_kind: dict[Kind, list[Gap]] = {}
        for one in gaps:
            self._by_kind.setdefault(one.kind, []).append(one)

    def __bool__(self) -> bool:
        return bool(self._by_kind)

    @property
    def by_kind(self) -> Mapping[Kind, list[Gap]]:
        """The gaps of each kind."""
        return self._by_kind

    def among(self, kinds: Iterable[Kind], namespace: str | None) -> Gap | None:
        """A gap in which objects of these kinds in a namespace (None: any of all) may be missing, if there is one."""
        if self._by_kind:
            for kind in kinds:
                for one in self._by_kind.get(kind, ()):
                    if one.covers(namespace):
                        return one
        return None
