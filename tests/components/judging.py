"""What every control over components says of an object."""

from collections.abc import Mapping
from typing import Any

from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.audit import AuditPolicy
from hardstand.inventory.views.component import Component
from hardstand.inventory.views.encryption import Encryption

CONTROLS = [one for one in catalog.load() if issubclass(one.subject, Component | AuditPolicy | Encryption)]
"""The controls over components and their files."""


def made(value: Any, file: str = "page") -> KubeObject:
    """The one object that a decoded document is."""
    (found,) = objects_in(value, file=file, document=0, rendered_from=None, namespace="default")
    assert isinstance(found, KubeObject), found
    return found


def verdicts(value: Any, file: str = "page", settings: Settings | None = None) -> Mapping[str, str]:
    """What each control says of an object that stands alone, by the control's id; `unknown:WHY` for an unknown."""
    evaluator = Evaluator(CONTROLS, settings or Settings())
    evaluator.meet(Neighbours((), evaluator.keeping))
    judged = evaluator.alone(made(value, file))
    evaluator.joined(judged)
    return {one.id: f"{verdict}:{why}" if why else str(verdict) for one, verdict, why in judged.verdicts}


def by_requirement(framework: str) -> Mapping[str, list[Control]]:
    """The controls that serve each requirement of a framework."""
    found: dict[str, list[Control]] = {}
    for one in CONTROLS:
        for name in one.frameworks:
            own, _, requirement = name.partition(":")
            if own == framework:
                found.setdefault(requirement, []).append(one)
    return found
