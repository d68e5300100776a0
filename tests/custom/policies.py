"""The policies of policies.yaml: each expression with each object, for Kubernetes' evaluator and for ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hardstand.baseline.custom import CustomControl
from hardstand.controls.custom import made
from hardstand.engine.custom_tests import judge
from hardstand.engine.settings import Settings
from hardstand.inventory.objects import KubeObject, objects_in
from tests.custom.loading import Declared, declared

FILE = Path(__file__).parent / "policies.yaml"


@dataclass(frozen=True)
class Asked:
    """One expression of a policy, and one of its objects."""

    control: CustomControl
    at: int
    object: Any

    @property
    def name(self) -> str:
        return f"{self.control.id}#{self.at} {self.object['kind']} {self.object['metadata']}"

    def question(self) -> dict[str, Any]:
        """For the oracle. Its params are an object, as those of a policy are."""
        return {
            "expression": self.control.validations[self.at].expression,
            "minor": self.control.kubernetes,
            "object": self.object,
            "params": self.control.params,
            "variables": [{"name": one.name, "expression": one.expression} for one in self.control.variables],
        }

    def verdict(self) -> str:
        """What our evaluator says when the policy is this expression alone."""
        one = made(replace(self.control, validations=(self.control.validations[self.at],)))
        parts = objects_in(self.object, file="", document=0, rendered_from=None, namespace="default")
        (judged,) = judge(one, [part for part in parts if isinstance(part, KubeObject)], Settings())
        ((_, verdict, _),) = judged.verdicts
        return str(verdict)


def policies() -> Declared:
    return declared(str(FILE))


def asked() -> Iterator[Asked]:
    for one in policies().customs.controls:
        for at in range(len(one.validations)):
            for value in (*one.accepts, *one.rejects):
                yield Asked(one, at, value)


def verdict_of(answer: dict[str, Any]) -> str:
    """The verdict that the oracle's answer comes to."""
    if "value" not in answer:
        return "unknown" if "error" in answer else "wrong"
    return {True: "pass", False: "fail"}.get(answer["value"], "unknown")
