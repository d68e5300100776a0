"""How steps are made of rights."""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.rights import Ask, Held
from hardstand.analysis.rbac.permissions import Proof


def by(held: Held, end: Node, kind: StepKind) -> Step:
    """The step of whoever holds a right to what it gives."""
    if held.grant is None:
        return Step(held.holder, end, kind)
    return Step(held.holder, end, kind, frozenset((held.grant,)), (Proof(held.grant, held.ruled),))


def powers(picture: Picture, ask: Ask, power: str, kind: StepKind, *, named: bool = True) -> Iterator[Step]:
    """The steps of all who hold a right to a power, where they hold it; with `named`, over what they hold it for."""
    for held in picture.rights.each(ask):
        yield by(held, Node(power, held.namespace, held.name if named else ""), kind)


def homes(picture: Picture, namespace: str) -> Iterator[str]:
    """The namespaces that are meant: the one, or where it is empty all."""
    if namespace:
        yield namespace
    else:
        yield from picture.namespaces
