"""All controls there are, found by walking the folder; nothing registers itself."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from types import ModuleType

import hardstand.controls
from hardstand.baseline.custom import Customs
from hardstand.controls.control import Control
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.container import Container


@cache
def load() -> Sequence[Control]:
    """Every control, sorted by area and id. LookupError for a file that does not hold exactly one well-formed one."""
    found = [control_of(module) for module in _modules(hardstand.controls)]
    return tuple(sorted(found, key=lambda one: (one.area, one.id)))


_with_custom: list[tuple[Customs, Sequence[Control]]] = []
"""The last catalog that had controls of a team's own. A process holds one baseline, and its workers inherit it."""


def with_custom(customs: Customs) -> Sequence[Control]:
    """The catalog together with a baseline's own controls, sorted alike; made once for each `customs` in a process.

    ValueError when two have one id; CodeError, of `hardstand.engine.code`, for Python files that hold no control.
    """
    if not customs:
        return load()
    if not _with_custom or _with_custom[0][0] is not customs:
        _with_custom[:] = [(customs, _joined(customs))]
    return _with_custom[0][1]


def _joined(customs: Customs) -> Sequence[Control]:
    # CEL and the code's loader are imported here, for the baselines that need them.
    from hardstand.controls.custom import made
    from hardstand.engine.code import controls_of

    added = [*map(made, customs.controls), *(controls_of(customs.code) if customs.code else ())]
    every = sorted([*load(), *added], key=lambda one: (one.area, one.id))
    twice = {one.id for one in added if sum(one.id == other.id for other in every) > 1}
    if twice:
        raise ValueError(f"more than one control has the id {', '.join(sorted(twice))}; give each its own")
    return tuple(every)


def by_id() -> dict[str, Control]:
    """Every control by its id."""
    return {one.id: one for one in load()}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for area in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if not area.ispkg:
            continue
        folder = importlib.import_module(f"{package.__name__}.{area.name}")
        for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
            if not info.name.startswith("_"):
                yield importlib.import_module(f"{folder.__name__}.{info.name}")


def control_of(module: ModuleType) -> Control:
    """The one control of a module; LookupError, with the remedy, when it has none, several or one about nothing."""
    found = [one for one in vars(module).values() if isinstance(one, Control) and one.module == module.__name__]
    if len(found) != 1:
        hint = "; decorate its function `check` with @control(...)" if not found else ""
        raise LookupError(f"{module.__name__} must hold exactly one control, and holds {len(found)}{hint}")
    subject = found[0].subject
    if not (isinstance(subject, type) and issubclass(subject, Subject | Container)):
        raise LookupError(
            f"{module.__name__}: annotate the first parameter of its function with a view that is a subject, "
            "such as Container or Workload (and without `from __future__ import annotations`)"
        )
    return found[0]
