"""What Hardstand's controls say of a pod, as checks of a level that forbid it."""

from functools import cache
from typing import Any

from hardstand.analysis.pod_security import Level, counted
from hardstand.controls.given import Version
from hardstand.engine import catalog
from hardstand.engine.evaluate import Evaluator
from hardstand.engine.settings import Settings
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.verdict import Verdict

CONTROLS = [one for one in catalog.load() if any(id_.startswith("pss-") for id_ in one.frameworks)]


@cache
def evaluator(minor: int) -> Evaluator:
    return Evaluator(CONTROLS, Settings(pod_security=Version(1, minor)))


def verdicts(manifest: dict[str, Any], minor: int) -> dict[str, Verdict]:
    """The verdict of each control, by its id."""
    (kube,) = objects_in(manifest, file="pod.yaml", document=0, rendered_from=None, namespace="default")
    assert isinstance(kube, KubeObject), kube
    return {one.id: verdict for one, verdict, _ in evaluator(minor).alone(kube).verdicts}


def failed_ids(manifest: dict[str, Any], minor: int) -> set[str]:
    """The framework ids of all controls that fail. No control may be unknown."""
    found = verdicts(manifest, minor)
    unknown = [id_ for id_, verdict in found.items() if verdict is Verdict.UNKNOWN]
    assert not unknown, (unknown, manifest)
    return {id_ for one in CONTROLS if found[one.id] is Verdict.FAIL for id_ in one.frameworks}


def forbidding(failed: set[str], level: Level, minor: int) -> list[str]:
    """Of the failed framework ids those that count for a level, as Kubernetes names the checks."""
    return sorted(id_.partition(":")[2] for id_ in failed & counted(level, minor))
