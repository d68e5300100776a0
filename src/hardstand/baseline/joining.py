"""Layers joined into one baseline: what a later one says comes on top, and can only tighten."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import reduce
from typing import Any

from hardstand.baseline.baseline import Baseline, Classed, Excepted, Layer, delegated
from hardstand.baseline.boundary import Boundary, Environment
from hardstand.baseline.classes import Names
from hardstand.baseline.custom import Customs
from hardstand.baseline.declared import Declared
from hardstand.baseline.enforcement import Enforcement
from hardstand.baseline.exceptions import Delegation
from hardstand.baseline.gate import gating_of
from hardstand.baseline.modes import Mode, ModeRule, Scope, UnknownMode
from hardstand.baseline.networking import networking_of
from hardstand.baseline.persona import is_break_glass
from hardstand.baseline.signing_in import CLUSTER_ADMIN_CONTROL, OIDC_CONTROL, SAME, SigningIn, signing_in_of
from hardstand.model.tier import Data, Tier


def joined(layers: Sequence[Layer]) -> Baseline:
    """The baseline that the layers, the built-in one first, make together."""
    every = [one.declared for one in layers]
    classes = [one.classes for one in every if one.classes is not None]
    return Baseline(
        layers=tuple(layers),
        boundary=boundary_of(every),
        classes=tuple(
            Classed(declared, may_lower=at <= 1)  # Only the first file of a team's own knows better than inference.
            for at, layer in enumerate(layers)
            if layer.declared.classes
            for declared in layer.declared.classes.workloads
        ),
        names=next((one.names for one in reversed(classes) if one.names is not None), Names()),
        default_data=max_data(every),
        matrix=next(one.tiers for one in reversed(every) if one.tiers),
        enforcement=enforcement_of(every),
        exceptions=tuple(_exceptions(layers)),
        approvers=approvers_of(every),
        gate=gating_of(every),
        parameters=_parameters(every, signing_in_of(every)),
        customs=Customs(
            tuple(custom for layer in layers for custom in layer.customs),
            next((layer.code for layer in layers if layer.code), None),
        ),
        ignore=next((one.ignore for one in every if one.ignore is not None), None),
        signing_in=signing_in_of(every),
        personas={name: persona for one in every for name, persona in one.personas.items()},
        network=networking_of(every),
    )


def boundary_of(every: Sequence[Declared]) -> Boundary:
    """All environments; what several files say of one adds up."""
    found: dict[str, Environment] = {}
    for one in every:
        for name, environment in (one.boundary.environments if one.boundary else {}).items():
            found[name] = _both(found[name], environment) if name in found else environment
    return Boundary(environments=found)


def _both(first: Environment, second: Environment) -> Environment:
    lists: dict[str, Any] = {
        one.name: (*getattr(first, one.name), *getattr(second, one.name))
        for one in fields(Environment)
        if isinstance(getattr(first, one.name), tuple)
    }
    production = second.production if first.production is None else first.production
    return replace(first, production=production, **lists)


def enforcement_of(every: Sequence[Declared]) -> Enforcement:
    """The line for every scope: of two files that have one for the same, the later file's."""
    lines: dict[Scope, ModeRule] = {}
    unknown = every[0].unknown or UnknownMode(mode=Mode.WARN)  # The built-in baseline, the first, has one.
    for one in every:
        lines.update({scope: rule for rule in one.modes for scope in rule.scopes})
        unknown = one.unknown or unknown
    return Enforcement(lines, unknown)


def max_data(every: Sequence[Declared]) -> Data:
    """The sensitivity of data where nothing is said: the team's first word, or a higher one later."""
    said = [one.classes.default_data for one in every if one.classes and one.classes.default_data is not None]
    return reduce(max, said[1:]) if len(said) > 1 else said[0]


def approvers_of(every: Sequence[Declared]) -> Mapping[Tier, tuple[str, ...]] | None:
    """Who may approve; the first file that says so is heard."""
    return next((one.approvers for one in every if one.approvers is not None), None)


def _exceptions(layers: Sequence[Layer]) -> list[Excepted]:
    """All exceptions, each with the tiers that every file below its own lets it waive for."""
    found: list[Excepted] = []
    below: list[tuple[Delegation, ...]] = []
    for layer in layers:
        for one in layer.declared.exceptions:
            tiers: frozenset[Tier] | None = None
            for delegations in below:
                given = delegated(one.match.control, delegations)
                tiers = given if tiers is None else tiers & given
            found.append(Excepted(one, layer.file, tiers))
        if not layer.built_in:
            below.append(layer.declared.delegates)
    return found


def _parameters(every: Sequence[Declared], signing_in: SigningIn) -> Mapping[str, Mapping[str, object]]:
    """The values of parameters; those of the control over API servers' sign-in are what `identity` says."""
    found: dict[str, dict[str, object]] = {}
    if signing_in.issuer is not None:
        found[OIDC_CONTROL] = {
            name: getattr(signing_in, name) for name in SAME if getattr(signing_in, name) is not None
        }
    glass = _break_glass(every, signing_in)
    if glass:
        found[CLUSTER_ADMIN_CONTROL] = {"break_glass": glass}
    for one in every:
        for control, values in one.parameters.items():
            found.setdefault(control, {}).update(values)
    return found


def _break_glass(every: Sequence[Declared], signing_in: SigningIn) -> list[str]:
    """The groups that hold cluster-admin for emergencies. Only the first file of a team's own, after the built-in one,
    is heard: what comes on top of it may not let more pass.
    """
    personas = [(name, persona) for one in every[1:2] for name, persona in one.personas.items()]
    glass = [persona for name, persona in personas if is_break_glass(name, persona)]
    return [signing_in.group(name) for persona in glass for name in persona.groups]
