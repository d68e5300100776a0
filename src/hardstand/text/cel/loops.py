"""What the macros over lists and maps do with each item."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cmp_to_key, partial

from hardstand.text.cel.values import EvaluationError, compare, find, kind_of, no_overload

Variables = Mapping[str, object]
Run = Callable[[Variables], object]
Item = tuple[dict[str, object], object, object]
"""The variables for one item, its key or position, and itself (of a map's only variable: the key)."""


BUDGET = "@budget"
"""The variable that holds what an evaluation may spend; no expression can name it."""


@dataclass(slots=True)
class Budget:
    """How many more items the macros of one evaluation may look at.

    Kubernetes bounds an evaluation as well, by a cost of its own; loops in loops over a hostile object must end.
    """

    items: int = 1_000_000

    def spend(self, items: int) -> None:
        """Take items off; EvaluationError when there is nothing left."""
        self.items -= items
        if self.items < 0:
            raise EvaluationError("it looks at too many items")


def _items(over: Run, names: tuple[str, ...], variables: Variables) -> Iterator[Item]:
    """Each item with the variables that the body sees. One dictionary serves all items: a body keeps nothing of it."""
    found = over(variables)
    if not isinstance(found, list | dict):
        raise no_overload("a macro over the items", found)
    inner = dict(variables)
    budget = variables[BUDGET]
    if not isinstance(budget, Budget):
        raise TypeError("programs run with a budget")
    budget.spend(len(found))
    pairs = found.items() if isinstance(found, dict) else enumerate(found)
    for key, value in list(pairs):
        if len(names) == 2:
            inner[names[0]], inner[names[1]] = key, value
            yield inner, key, value
        else:
            only = key if isinstance(found, dict) else value
            inner[names[0]] = only
            yield inner, key, only


def _is_true(run: Run, variables: Variables) -> bool:
    found = run(variables)
    if found is True or found is False:
        return found
    raise EvaluationError(f"the condition of a macro must be a bool, found {kind_of(found)}")


def _quantified(over: Run, names: tuple[str, ...], _condition: Run | None, body: Run, *, decisive: bool) -> Run:
    """`all` and `exists`: one deciding item is an answer, whatever goes wrong with the others."""

    def run(variables: Variables) -> object:
        error: EvaluationError | None = None
        for inner, _, _ in _items(over, names, variables):
            try:
                if _is_true(body, inner) is decisive:
                    return decisive
            except EvaluationError as raised:
                error = error or raised
        if error is not None:
            raise error
        return not decisive

    return run


def _exists_one(over: Run, names: tuple[str, ...], _condition: Run | None, body: Run) -> Run:
    return lambda variables: sum(_is_true(body, inner) for inner, _, _ in _items(over, names, variables)) == 1


def _filter(over: Run, names: tuple[str, ...], _condition: Run | None, body: Run) -> Run:
    return lambda variables: [value for inner, _, value in _items(over, names, variables) if _is_true(body, inner)]


def _map(over: Run, names: tuple[str, ...], condition: Run | None, body: Run) -> Run:
    if condition is None:
        return lambda variables: [body(inner) for inner, _, _ in _items(over, names, variables)]
    kept = condition
    return lambda variables: [body(inner) for inner, _, _ in _items(over, names, variables) if _is_true(kept, inner)]


def _transform_map(over: Run, names: tuple[str, ...], condition: Run | None, body: Run, *, entry: bool) -> Run:
    def run(variables: Variables) -> object:
        made: dict[object, object] = {}
        for inner, key, _ in _items(over, names, variables):
            if condition is not None and not _is_true(condition, inner):
                continue
            value = body(inner)
            entries = value if entry else {key: value}
            if not isinstance(entries, dict):
                raise no_overload("transformMapEntry()", entries)
            for one, what in entries.items():
                if entry and find(made, one) is not None:
                    raise EvaluationError("transformMapEntry() makes a key twice")
                made[one] = what
        return made

    return run


def _by_key(one: tuple[object, object], other: tuple[object, object]) -> int:
    return compare(one[0], other[0])


def _sort_by(over: Run, names: tuple[str, ...], _condition: Run | None, body: Run) -> Run:
    def run(variables: Variables) -> object:
        keyed = [(body(inner), value) for inner, _, value in _items(over, names, variables)]
        for key, _ in keyed:
            compare(key, keyed[0][0])
        return [value for _, value in sorted(keyed, key=cmp_to_key(_by_key))]

    return run


Maker = Callable[[Run, tuple[str, ...], Run | None, Run], Run]

LOOPS: Mapping[str, Maker] = {
    "all": partial(_quantified, decisive=False),
    "exists": partial(_quantified, decisive=True),
    "exists_one": _exists_one,
    "existsOne": _exists_one,
    "map": _map,
    "filter": _filter,
    "transformList": _map,
    "transformMap": partial(_transform_map, entry=False),
    "transformMapEntry": partial(_transform_map, entry=True),
    "sortBy": _sort_by,
}
"""By the macro's name."""
