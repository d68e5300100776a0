"""An AdmissionReview, answered. Pure: nothing is read, written or remembered here.

The controls, the baseline and `decide` are those of a scan; the pending object is laid over the picture. What is not
judged passes (`hardstand.gate.matters`). A pod is judged itself, whoever it says that owns it
(`hardstand.gate.carrying`).

Of a resize, only what it brings can refuse it: nothing but amounts can change then, so what was wrong before is not
this request's doing.

What cannot be answered raises ReviewError. Whoever serves it answers with an HTTP error: to the API server the call
has then failed, and the failure policy of the webhook decides. It is never let in by mistake.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.gate import Gating
from hardstand.controls.control import Control
from hardstand.engine.findings import Outline, Page
from hardstand.engine.live import Live, NoObjectError
from hardstand.engine.pending import Judgement
from hardstand.gate.annotating import annotations, listed
from hardstand.gate.carrying import Carried, Makers, carried
from hardstand.gate.hiding import hidden
from hardstand.gate.matters import RESIZE, is_judged
from hardstand.gate.request import API_VERSION, KIND, Request, ReviewError, request_of
from hardstand.gate.telling import Line, Told, lines, split, told_of, whole
from hardstand.gate.words import Fixes, causes, denial, warnings
from hardstand.model.admission import Admission, AdmissionEvent, GateMode
from hardstand.model.finding import ObjectRef
from hardstand.model.kind import Kind, group_of
from hardstand.model.live import live_name
from hardstand.model.path import Value
from hardstand.model.verdict import Action

Mapped = Mapping[str, Value]
Conceal = Callable[[Mapped], Mapped]
"""Takes the values out of a Secret, and leaves any other object as it is."""

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NAMESPACE = Kind("", "Namespace")
REQUEST = "request"
"""The audit annotation with the uid of the AdmissionReview's request, which events have too."""

_SHOWN = 5
"""Findings that warn and are told of one by one; the others are named in one line."""

_MOST_ALIKE = 16
"""Answers that are kept with one verdict: an owner's pods mostly say all the same."""

PASSED, EXEMPT = "passed", "exempt"
"""What became of a request that was not judged: nothing in it matters, or its namespace is not gated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the API server, what to count it as, and what to remember of it."""

    review: Mapping[str, Any]
    """The AdmissionReview with the response."""
    verdict: str
    """`admitted`, `denied`, `passed` or `exempt`."""
    uid: str
    loud: bool = False
    event: Callable[[], AdmissionEvent] | None = None
    """Makes what is to be recorded; None for what was not judged, and for a dry run, which leaves no trace."""
    unlisted: Sequence[str] = ()
    """The controls that could not decide, since the gate may not list what they depend on."""


@dataclass(slots=True)
class _Found:
    """A request that was judged."""

    request: Request
    data: Mapped
    judgement: Judgement
    carried: Carried | None
    """What counts in place of the judgement: the owner's verdict, or what the request brings."""
    mode: GateMode
    _told: Sequence[Told] | None = None

    @property
    def told(self) -> Sequence[Told]:
        """What is found, the worst first, less what is off."""
        if self._told is None:
            self._told = self.carried.told() if self.carried else told_of(self.judgement)
        return self._told

    @property
    def tier(self) -> str | None:
        """The tier by which it was decided."""
        return self.carried.tier if self.carried else self.judgement.tier

    @property
    def owner(self) -> ObjectRef | None:
        """The owner whose verdict counts."""
        return self.carried.owner if self.carried else None


@dataclass(frozen=True, slots=True)
class _Said:
    """What is answered, but for the uid of the request."""

    verdict: Admission
    response: Mapping[str, Any]
    unlisted: Sequence[str]
    told: Sequence[Told] = ()
    """What is told of, where it only warns."""

    def bare(self) -> "_Said":
        """The same, to be kept beside a judgement."""
        return _Said(self.verdict, self.response, self.unlisted)


@dataclass(frozen=True, slots=True)
class _Alike:
    """What is answered of all objects that are alike and stand alike: nothing but the ids is each one's own."""

    said: _Said
    outlines: Sequence[Outline]
    """What has its id in the answer."""

    def of(self, judgement: Judgement) -> _Said:
        """The answer for one of them."""
        notes = dict(self.said.response["auditAnnotations"])
        if self.outlines:
            notes["findings"] = listed(judgement.named(one).id for one in self.outlines)
        return _Said(self.said.verdict, {**self.said.response, "auditAnnotations": notes}, self.said.unlisted)


class Reviewer:
    """Answers by one baseline and one picture."""

    def __init__(
        self,
        live: Live,
        controls: Sequence[Control],
        *,
        namespace: str = "",
        conceal: Conceal = lambda data: data,
        gate: Gating | None = None,
    ) -> None:
        """`namespace` is where the gate runs, if it knows; it is never gated. `gate` counts before the baseline's."""
        self._live = live
        self._baseline: Baseline = live.settings.baseline
        self._gate = gate or self._baseline.gate
        self._exempt = {*self._gate.exempt, *([namespace] if namespace else [])}
        self._makers = Makers(self._gate.controllers)
        self._fixes = Fixes(controls)
        self._conceal = conceal

    @property
    def emergency(self) -> bool:
        """Everything only warns."""
        return bool(self._gate.emergency)

    def review(self, body: Value, now: datetime) -> Answer:
        """The answer to a decoded AdmissionReview at a time. ReviewError where there is none."""
        request = request_of(body)
        if self._is_exempt(request):
            return _let_in(request, EXEMPT)
        if not is_judged(request):
            return _let_in(request, PASSED)
        found = self._judged(request)
        said = self._said(found)
        denied = said.verdict is Admission.DENIED
        event = None if request.dry_run else lambda: self._event(found, said.verdict, now)
        loud = event is not None and (denied or found.mode is not GateMode.ENFORCE)
        # The audit log knows nothing else by which one of its entries and an event of ours are the same request.
        notes = {**said.response["auditAnnotations"], REQUEST: request.uid}
        response = {"uid": request.uid, **said.response, "auditAnnotations": notes}
        return Answer(_wrapped(response), said.verdict.value, request.uid, loud, event, said.unlisted)

    def _said(self, found: _Found) -> _Said:
        """The answer. What is judged again word for word, and by nobody else's verdict, is answered as before; what is
        only alike has ids of its own."""
        judgement, above = found.judgement, found.carried
        if found.mode is GateMode.ENFORCE:
            if above is None and (shared := judgement.shared) is not None:
                return self._said_alike(found, shared, (self, None))
            if above is not None and above.kept is not None and judgement.memory is not None:
                return self._said_alike(found, above.kept, (self, judgement.memory))
        if above is not None or found.mode is GateMode.BREAK_GLASS:
            return self._answered(found)
        kept, key = found.judgement.kept, (self, found.mode, found.request.what, found.request.user)
        said = kept.get(key)
        if not isinstance(said, _Said):
            said = kept[key] = self._answered(found).bare()  # What is told of leads back to the judgement: a circle.
        return said

    def _said_alike(self, found: _Found, shared: dict[Hashable, object], key: Hashable) -> _Said:
        """`shared`: what is kept for as long as the verdict that counts; there `key` stands for what is alike, and for
        nothing where only that is kept there: what is kept must not lead back to where it is kept."""
        known = shared.get(key)
        if isinstance(known, _Alike):
            return known.of(found.judgement)
        said = self._answered(found)
        outlines = [one.outline for one in said.told if one.outline is not None]
        room = len(shared) < _MOST_ALIKE
        if room and said.verdict is Admission.ADMITTED and found.judgement.are_named(outlines):
            shared[key] = _Alike(said.bare(), outlines)
        return said

    def _answered(self, found: _Found) -> _Said:
        told = found.told
        blocking = lines(one for one in told if one.action is Action.BLOCK)
        warn = [one for one in told if one.action is Action.WARN]
        # Who asks cannot mend the gate's rights: what these leave open is no warning, unless it blocks.
        undecided = [one for one in warn if one.unlisted]
        warning, rest = split([one for one in warn if not one.unlisted] if undecided else warn, _SHOWN)
        waiving = [one for one in told if one.action is Action.WAIVED]
        waived = lines(waiving)
        warned = lines(warning)
        denied = bool(blocking) and found.mode is GateMode.ENFORCE
        verdict = Admission.DENIED if denied else Admission.ADMITTED
        response: dict[str, Any] = {"allowed": not denied}
        if denied:
            response["status"] = self._status(found, blocking)
        elif words := self._warnings(found, [*blocking, *warned], len(blocking), rest):
            response["warnings"] = words
        response["auditAnnotations"] = annotations(
            verdict.value,
            found.mode.value,
            found.tier,
            [*blocking, *warned, *waived],
            self._baseline.digest,
            found.owner,
            rest,
            undecided,
        )
        unlisted = tuple(dict.fromkeys(one.control for one in told if one.unlisted))
        return _Said(verdict, response, unlisted, [*warning, *waiving])

    def _is_exempt(self, request: Request) -> bool:
        if request.kind != _NAMESPACE:
            return request.namespace in self._exempt
        metadata = (request.object or {}).get("metadata")
        # What a name begins with is no name yet.
        return request.name in self._exempt and isinstance(metadata, dict) and metadata.get("name") == request.name

    def _judged(self, request: Request) -> _Found:
        data = self._conceal(_object(request, request.object or {}))
        try:
            judgement = self._live.judge(_page(request, data))
            found = carried(request, judgement, self._live, self._makers)
            if request.subresource == RESIZE and request.old is not None:
                before = self._live.judge(_page(request, self._conceal(_object(request, request.old))))
                found = _brought(found or Carried(partial(told_of, judgement), judgement.tier), before)
        except NoObjectError as error:
            raise ReviewError(f"request.object cannot be judged: {error}", request.uid) from error
        return _Found(request, data, judgement, found, self._mode(request))

    def _mode(self, request: Request) -> GateMode:
        if request.user in self._gate.users or not self._gate.groups.isdisjoint(request.groups):
            return GateMode.BREAK_GLASS
        return GateMode.EMERGENCY if self._gate.emergency else GateMode.ENFORCE

    def _status(self, found: _Found, blocking: Sequence[Line]) -> dict[str, Any]:
        """Source: k8s.io/apimachinery, pkg/api/errors, `NewForbidden`."""
        request = found.request
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": denial(
                _called(found), found.tier, blocking, self._fixes, self._baseline, self._unknown_maker(found)
            ),
            "reason": "Forbidden",
            "details": {
                "name": request.name,
                "group": request.kind.group,
                "kind": request.resource,
                "causes": causes(blocking),
            },
            "code": 403,
        }

    def _unknown_maker(self, found: _Found) -> ObjectRef | None:
        """What made the object, by its controller, which was quicker than the news of it."""
        metadata = found.data.get("metadata")
        references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
        for one in references if isinstance(references, list) and found.judgement.owned is None else ():
            if isinstance(one, dict) and one.get("controller") is True:
                version, kind, name = (str(one.get(key) or "") for key in ("apiVersion", "kind", "name"))
                if self._makers.makes(found.request.user, Kind(group_of(version), kind)):
                    return ObjectRef(version, kind, found.request.namespace, name)
        return None

    def _warnings(self, found: _Found, told: Sequence[Line], blocking: int, rest: Sequence[Told]) -> list[str]:
        first: list[str] = []
        count = f"{blocking} finding{'' if blocking == 1 else 's'} would have blocked"
        if found.mode is GateMode.BREAK_GLASS:
            kept = "a dry run, which is not recorded" if found.request.dry_run else "and this is recorded"
            first = [f"Hardstand: {found.request.user} may break the glass, {kept}; {count}"]
        elif found.mode is GateMode.EMERGENCY:
            first = [f"Hardstand: the gate only warns, by {self._gate.emergency} (emergency); {count}"]
        return warnings(first, told, [(one.word, one.control) for one in rest])

    def _event(self, found: _Found, verdict: Admission, now: datetime) -> AdmissionEvent:
        request = found.request
        return AdmissionEvent(
            time=now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            uid=request.uid,
            operation=request.operation.value,
            resource=request.what,
            user=request.user,
            groups=tuple(sorted(request.groups)),
            ref=found.judgement.object,
            verdict=verdict,
            mode=found.mode,
            tier=found.tier,
            owner=found.owner,
            baseline=self._baseline.digest,
            findings=tuple(whole(found.told)),
            object=hidden(found.data),
        )


def _brought(found: Carried, before: Judgement) -> Carried:
    known = {before.named(one).id for one in before.outlines}
    return Carried(lambda: [one for one in found.told() if one.line().id not in known], found.tier, found.owner)


def _called(found: _Found) -> ObjectRef:
    """The object as people ask for an exception from it: the owner's where that counts, and of a name that the server
    has made, or is yet to make, the beginning: the next one is called otherwise."""
    owner, ref = found.owner, found.judgement.object
    metadata = found.data.get("metadata")
    begun = metadata.get("generateName") if isinstance(metadata, dict) else None
    if owner is None and isinstance(begun, str) and begun and ref.name.startswith(begun):
        return ObjectRef(ref.api_version, ref.kind, ref.namespace, f"{begun}*")
    return owner or ref


def _object(request: Request, data: Mapped) -> Mapped:
    """The object as the picture has objects: with its kind and namespace, and without what only tools write there."""
    metadata = data.get("metadata")
    kept = dict(metadata) if isinstance(metadata, dict) else {}
    kept.pop("managedFields", None)
    notes = kept.get("annotations")
    if isinstance(notes, dict) and _APPLIED in notes:
        kept["annotations"] = {key: value for key, value in notes.items() if key != _APPLIED}
    if request.namespace is not None:
        kept["namespace"] = request.namespace
    if request.name and not kept.get("name") and not kept.get("generateName"):
        kept["name"] = request.name
    return {**data, "apiVersion": request.api_version, "kind": request.kind.name, "metadata": kept}


def _page(request: Request, data: Mapped) -> Page:
    pending = request.old is None
    return Page(live_name(request.path), b"", live=True, value=cast("Value", data), pending=pending)


def _let_in(request: Request, why: str) -> Answer:
    return Answer(_wrapped({"uid": request.uid, "allowed": True}), why, request.uid)


def _wrapped(response: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"apiVersion": API_VERSION, "kind": KIND, "response": response}
