"""Which names an expression may use where it stands, and what a call is a call of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hardstand.text.cel.nodes import Call, Node, qualified, root
from hardstand.text.cel.overloads import FUNCTIONS, Key
from hardstand.text.cel.values import TYPE_NAMES, Type

TYPES: Mapping[str, Type] = {name: Type(name) for name in TYPE_NAMES.values()}
"""Types that can be named, for comparing with `type(x)`."""


OPTIONALS, TWO_VARIABLES, SORT_BY, QUOTED = 29, 33, 35, 37
"""Minor versions of Kubernetes 1.x that brought syntax. Source: the availability table of
https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries, and for sorting the
version after the one in k8s.io/apiserver/pkg/cel/environment/base.go, as for the others; names in
backticks came with cel-go 0.29, which Kubernetes 1.37 holds."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables that can be seen, and the version of Kubernetes whose functions there are."""

    names: frozenset[str]
    version: int

    def within(self, names: Iterable[str]) -> "Scope":
        """The scope inside a macro that names these variables."""
        return replace(self, names=self.names | frozenset(names))

    def callee(self, call: Call) -> tuple[Key, tuple[Node, ...]]:
        """The function that is called, and its values: `sets.contains(a, b)` has no receiver, `a.contains(b)` has."""
        if call.target is None:
            return (call.name, False), call.arguments
        prefix = qualified(call.target)
        if prefix and root(call.target) not in self.names and (f"{prefix}.{call.name}", False) in FUNCTIONS:
            return (f"{prefix}.{call.name}", False), call.arguments
        return (call.name, True), (call.target, *call.arguments)
