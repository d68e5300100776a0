"""An ImageReview of the API server's ImagePolicyWebhook, answered: `imagepolicy.k8s.io/v1alpha1`.

It tells of a pod nothing but its namespace, its images and annotations `*.image-policy.k8s.io/*`. So a control has a
say as far as it looks at the image alone: each image is put into a pod of which all else cannot be told, and what
a control then still finds wrong is wrong whatever the rest may be. What needs more is left to the validating webhook.

Nor can an exception be held against a name or a label that is not told: what some exception of the namespace and image
may waive is not refused here. A namespace has the tier of its highest workload. It cannot warn: what would be warned of
is in the audit annotations. Annotations on a pod decide nothing, as nowhere.

Source: k8s.io/api/imagepolicy/v1alpha1, types.go; k8s.io/kubernetes, plugin/pkg/admission/imagepolicy
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hardstand.analysis.traits import CONTAINERS
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.gate import Gating
from hardstand.controls.control import Control
from hardstand.engine.decide import Case, decide
from hardstand.engine.evaluate import Evaluator, Hit
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.standing import Standing
from hardstand.gate.request import ReviewError
from hardstand.gate.words import Fixes, cut
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.workload import Workload
from hardstand.model.live import live_name
from hardstand.model.path import Value, called
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Action, Verdict, Why
from hardstand.text.plain import plain

Mapped = Mapping[str, Value]

API_VERSION = "imagepolicy.k8s.io/v1alpha1"
KIND = "ImageReview"
LONGEST_REASON = 1_500
"""Kubernetes may cut long reasons: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/"""

_MOST_IMAGES = 1_000
_TRIED = ("registry.example/app:1", "app", f"registry.example/app@sha256:{'0' * 64}")
"""Images on which it is tried, once, which controls look at nothing but the image."""

_UNTOLD: Any = Unfit(Why.NOT_IN_INPUT, "an ImageReview does not tell of it", cause="image-review")


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """What goes back to the API server, and what to count it as."""

    review: Mapping[str, Any]
    verdict: str
    """`admitted`, `denied` or `exempt`."""


class ImageReviewer:
    """Answers by one baseline and one picture."""

    def __init__(
        self, live: Live, controls: Sequence[Control], *, namespace: str = "", gate: Gating | None = None
    ) -> None:
        """`namespace` is where the gate runs, if it knows; it is never gated. `gate` counts before the baseline's."""
        self._live = live
        self._baseline: Baseline = live.settings.baseline
        self._gate = gate or self._baseline.gate
        self._exempt = {*self._gate.exempt, *([namespace] if namespace else [])}
        candidates = [one for one in controls if not one.reads and issubclass(one.subject, Container | Workload)]
        tried = Evaluator(candidates, live.settings).alone(_kube(_veiled("", _TRIED), "", ""))
        answering = {one.id for one, verdict, _ in tried.verdicts if verdict in (Verdict.PASS, Verdict.FAIL)}
        self._evaluator = Evaluator([one for one in candidates if one.id in answering], live.settings)
        self._fixes = Fixes(controls)

    def review(self, body: Value, today: date) -> ImageAnswer:
        """The answer to a decoded ImageReview on a day (UTC). ReviewError for what is no such thing."""
        namespace, images = _asked(body)
        if namespace in self._exempt:
            return _answer(allowed=True, verdict="exempt")
        blocking: list[Hit] = []
        notes: dict[str, list[str]] = {"warn": [], "waivable": [], "would-block": []}
        standing, hits = self._found(namespace, images)
        for hit in hits:
            action = decide(_case(hit, standing), self._baseline, today).action
            if action in (Action.WAIVED, Action.OFF):
                notes["waivable"] += [hit.control.id] if action is Action.WAIVED else []
            elif action is Action.WARN:
                notes["warn"].append(hit.control.id)
            elif self._may_be_waived(hit, namespace, images, today):
                notes["waivable"].append(hit.control.id)
            else:
                blocking.append(hit)
        if blocking and self._gate.emergency:
            notes["would-block"], blocking = [one.control.id for one in blocking], []
        told = {key: ",".join(dict.fromkeys(ids)) for key, ids in notes.items() if ids}
        told["baseline"] = self._baseline.digest or "built-in"
        if not blocking:
            return _answer(allowed=True, verdict="admitted", auditAnnotations=told)
        told["block"] = ",".join(dict.fromkeys(one.control.id for one in blocking))
        reason = self._reason(blocking, images)
        return _answer(allowed=False, verdict="denied", auditAnnotations=told, reason=reason)

    def _found(self, namespace: str, images: Sequence[str]) -> tuple[Standing, list[Hit]]:
        """Where the images stand, and what is wrong with them whatever else may be said of their pod."""
        plain_pod = _pod(namespace, [{"name": _named(at), "image": one} for at, one in enumerate(images)])
        page = Page(live_name(f"/api/v1/namespaces/{namespace}/pods/images"), json.dumps(plain_pod).encode(), live=True)
        world = self._live.judge(page).standing.traits.world
        standing = self._live.standings.of(_kube(plain_pod, page.name, world.environment), None)
        judged = self._evaluator.alone(_kube(_veiled(namespace, images), page.name, world.environment))
        return standing, [one for one in judged.hits if one.verdict is Verdict.FAIL and _index(one) is not None]

    def _may_be_waived(self, hit: Hit, namespace: str, images: Sequence[str], today: date) -> bool:
        """Tell whether some exception could waive it, were more told of the pod."""
        image = images[_index(hit) or 0]
        for one in self._baseline.excepting(hit.control.id):
            match = one.exception.match
            fits = not match.namespace or any(each.fits(namespace) for each in match.namespace)
            if fits and match.image:
                fits = any(each.fits(image) for each in match.image)
            if fits and one.exception.active(today):
                return True
        return False

    def _reason(self, blocking: Sequence[Hit], images: Sequence[str]) -> str:
        lines: list[str] = []
        for hit in sorted(blocking, key=lambda one: -one.control.severity):
            image = plain(images[_index(hit) or 0])
            fix = self._fixes.of(hit.control.id)
            line = f"{hit.control.severity.word}[{hit.control.id}] {image}: {plain(hit.message)}"
            lines.append(cut(f"{line}. Fix: {fix}" if fix else line, LONGEST_REASON // 3).rstrip("."))
        told: list[str] = []
        for line in lines:
            if sum(map(len, told)) + 2 * len(told) + len(line) + 20 > LONGEST_REASON:
                return "; ".join([*told, f"and {len(lines) - len(told)} more"])
            told.append(line)
        return "; ".join(told)


def _asked(body: Value) -> tuple[str, list[str]]:
    """The namespace and the images that an ImageReview asks about."""
    if not isinstance(body, dict) or body.get("apiVersion") != API_VERSION or body.get("kind") != KIND:
        raise ReviewError(f"only {API_VERSION}, kind {KIND}, is answered")
    spec = body.get("spec")
    if not isinstance(spec, dict):
        raise ReviewError(f"spec must be a mapping, found {called(spec)}")
    namespace = spec.get("namespace") or ""
    if not isinstance(namespace, str) or "/" in namespace or not namespace.isprintable():
        raise ReviewError("spec.namespace is no name")
    containers = spec.get("containers") or []
    if not isinstance(containers, list) or len(containers) > _MOST_IMAGES:
        raise ReviewError(f"spec.containers must be a list of at most {_MOST_IMAGES}")
    return namespace, list(dict.fromkeys(_image(one) for one in containers))


def _image(container: Value) -> str:
    found = container.get("image", "") if isinstance(container, dict) else None
    if not isinstance(found, str):
        raise ReviewError("spec.containers must hold mappings, each with a text as its image")
    return found


def _case(hit: Hit, standing: Standing) -> Case:
    """A finding on an image, of a pod of which no name and no label is known."""
    one = hit.control
    return Case(one.id, one.area, one.maturity, one.severity, hit.verdict, standing, None, {}, known=False)


def _index(hit: Hit) -> int | None:
    """The number of the image that a hit is about; None for what is not about one."""
    if hit.path[:2] != ("spec", "containers") or len(hit.path) < 3 or not isinstance(hit.path[2], int):
        return None
    return hit.path[2]


def _fields_of(view: type[Any]) -> frozenset[str]:
    """The keys of every field that a view has."""
    return frozenset(
        key for each in view.__mro__ for one in vars(each).values() if isinstance(key := getattr(one, "key", None), str)
    )


def _named(at: int) -> str:
    return f"image-{at + 1}"


def _pod(namespace: str, containers: Sequence[Mapped]) -> dict[str, Any]:
    metadata = {"name": "images", **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": list(containers)}}


def _veiled(namespace: str, images: Sequence[str]) -> dict[str, Any]:
    """A pod of which nothing can be told but the images. They come in one list, those of init containers among them."""
    rest = dict.fromkeys(_fields_of(Container) - {"name", "image"}, _UNTOLD)
    made = _pod(namespace, [{**rest, "name": _named(at), "image": one} for at, one in enumerate(images)])
    made["metadata"] = {**made["metadata"], "labels": _UNTOLD, "annotations": _UNTOLD}
    made["spec"] = {**dict.fromkeys(_fields_of(PodSpec) - set(CONTAINERS), _UNTOLD), **made["spec"]}
    return made


def _kube(data: dict[str, Any], file: str, environment: str) -> KubeObject:
    found = next(
        objects_in(data, file=file, document=0, rendered_from=None, namespace="default", environment=environment)
    )
    if not isinstance(found, KubeObject):
        raise ReviewError("the images cannot be judged")
    return found


def _answer(*, allowed: bool, verdict: str, **more: Any) -> ImageAnswer:
    return ImageAnswer({"apiVersion": API_VERSION, "kind": KIND, "status": {"allowed": allowed, **more}}, verdict)
