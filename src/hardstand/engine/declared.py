"""What controls are told: their parameters, as a person or the baseline declares them."""

from collections.abc import Mapping

from hardstand.controls.control import Control
from hardstand.engine.settings import Settings

_DAY = 24 * 60
"""Minutes."""


def parameters_of(one: Control, settings: Settings) -> Mapping[str, object]:
    """The declared parameter values of a control; ValueError for an unknown name or a value of another type."""
    return _parsed(one, _declared(one, settings))


def _declared(one: Control, settings: Settings) -> Mapping[str, object]:
    """The parameter values of a control; where it is told nothing, the baseline's boundary and retention table tell."""
    declared = settings.declared(one.id)
    names = {parameter.name for parameter in one.parameters}
    boundary = settings.baseline.boundary
    if "production_namespaces" in names and any(boundary.is_production(name) for name in boundary.environments):
        declared = {"production_namespaces": [], **declared}
    minutes = settings.baseline.kept("audit") if "audit_retention_days" in names else None
    if minutes is not None:
        declared = {"audit_retention_days": -(-minutes // _DAY), **declared}
    return declared


def undeclared(one: Control, settings: Settings) -> bool:
    """Tell whether the control has nothing to say: all its parameters must be declared and none is, or the boundary."""
    if one.needs_boundary:
        return not settings.baseline.boundary.mixed
    declared = _declared(one, settings)
    return bool(one.parameters) and not declared and all(parameter.default is None for parameter in one.parameters)


def _parsed(one: Control, declared: Mapping[str, object]) -> Mapping[str, object]:
    """The declared values in their parameters' types; ValueError for an unknown name or a value of another type."""
    known = {parameter.name: parameter for parameter in one.parameters}
    found: dict[str, object] = {}
    for name, value in declared.items():
        if name not in known:
            has = f"it has: {', '.join(known)}" if known else "it has none"
            raise ValueError(f"{one.id} has no parameter `{name}`; {has}")
        try:
            found[name] = known[name].parse(value)
        except ValueError as error:
            raise ValueError(f"the parameter `{name}` of {one.id} must be {error}") from error
    return found
