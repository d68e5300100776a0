"""Past requests, put to the gate's own reviewer by another baseline, over the picture of what is there now.

Where that picture, or what was kept of a request, may answer otherwise than the gate would have then, it is said that
nobody can tell, and nothing is concluded.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hardstand.controls.control import Control
from hardstand.engine.live import Live
from hardstand.gate.hooks import DOMAIN, sent
from hardstand.gate.kinds import gated
from hardstand.gate.matters import RESIZE
from hardstand.gate.request import API_VERSION, KIND, ReviewError
from hardstand.gate.review import EXEMPT, PASSED, REQUEST, Conceal, Reviewer
from hardstand.gate.words import Fixes
from hardstand.model.admission import AdmissionEvent, GateMode
from hardstand.model.kind import Kind
from hardstand.model.past import Keeper, PastRequest
from hardstand.model.plurals import plural
from hardstand.model.verdict import Action
from hardstand.rehearse.tally import Tally
from hardstand.wiring.rehearsing.before import Before
from hardstand.wiring.rehearsing.doubting import Doubts
from hardstand.wiring.rehearsing.whose import Finder

Mapped = Mapping[str, Any]

_NAMESPACE = Kind("", "Namespace")
_WHOLE = frozenset({"", "status", "ephemeralcontainers", "resize"})
"""Subresources whose body is the whole object."""


class Rehearsing:
    """Puts past requests to a baseline, and counts what becomes of them."""

    def __init__(self, live: Live, controls: Sequence[Control], conceal: Conceal) -> None:
        """`live` is the picture, judged by the baseline that is rehearsed."""
        baseline = live.settings.baseline
        kinds = gated(controls, baseline.customs)
        self.tally = Tally()
        self._live = live
        self._exempt = frozenset(baseline.gate.exempt)
        self._reviewer = Reviewer(live, controls, namespace=baseline.gate.namespace, conceal=conceal)
        self._sent = sent(kinds.resources)
        self._kinds = {(one.group, plural(one)): one for one in kinds.kinds}
        self._finder = Finder(live)
        self._doubts = Doubts(live, controls)
        self._fixes = Fixes(controls)
        self._before = Before()
        self._known: set[str] = set()
        """The requests that could be told, as the gate calls them."""
        self._open: dict[str, tuple[PastRequest, str]] = {}
        """Those that could not, of which the other log may know more."""

    def fix(self, control: str) -> str:
        """How to mend what a control finds, in a sentence."""
        return self._fixes.of(control)

    def put(self, one: PastRequest, *, counts: bool) -> None:
        """Put a request. Of one that does not count, since it is too old, only what it left is remembered."""
        if (one.group, one.resource) not in self._kinds:
            self._pass(counts=counts)
            return
        before = None if one.creates else self._before.of(one)
        if one.keeper is Keeper.AUDIT and not one.failed and not one.dry_run and one.subresource in _WHOLE:
            self._before.took_place(one)
        uid = _gate_uid(one)
        if not counts or (uid and (uid in self._known or self._failed_elsewhere(uid, one))):
            return
        reason = self._put(one, before)
        if reason is None:
            self._settled(uid)
        elif uid:
            self._first_met(uid, one, reason)
        else:
            self.tally.met += 1
            self.tally.leave_open(one, reason)

    def close(self) -> None:
        """Count what no log tells enough of."""
        for one, reason in self._open.values():
            if one.failed and one.keeper is Keeper.AUDIT:
                self.tally.failed[one.failed] += 1
            else:
                self.tally.leave_open(one, reason)
        self._open.clear()

    def _failed_elsewhere(self, uid: str, one: PastRequest) -> bool:
        """Whether the gate let it in, and the audit log says that it was refused by somebody else."""
        known = self._open.get(uid)
        return known is not None and bool(known[0].failed) and not one.failed

    def _pass(self, *, counts: bool) -> None:
        self.tally.met += counts
        self.tally.passed += counts

    def _settled(self, uid: str) -> None:
        if uid:
            self._known.add(uid)
            if self._open.pop(uid, None) is not None:
                return  # It was met before, in the other log.
        self.tally.met += 1

    def _first_met(self, uid: str, one: PastRequest, reason: str) -> None:
        if uid not in self._open:
            self.tally.met += 1
        self._open[uid] = one, reason

    def _put(self, one: PastRequest, before: Mapped | None) -> str | None:
        """Count what becomes of a request; else the reason why nobody can tell."""
        space = one.name if self._kinds[one.group, one.resource] == _NAMESPACE else one.namespace
        if one.dry_run:
            self.tally.dry_runs += 1
            return None
        if (one.group, one.what) not in self._sent or space in self._exempt:
            self.tally.passed += 1
            return None
        if one.failed and one.keeper is Keeper.AUDIT:
            if _gate_uid(one):
                return "the gate refused it, and its journal was not given"
            self.tally.failed[one.failed] += 1
            return None
        if one.object is None:
            return one.missing
        return self._review(one, before)

    def _review(self, one: PastRequest, before: Mapped | None) -> str | None:
        kind = self._kinds[one.group, one.resource]
        if one.object is None or one.object.get("kind", kind.name) != kind.name:
            return f"what was kept is no {kind.name}"
        body = _asked(one, kind, before)
        try:
            answer = self._reviewer.review(body, datetime.now(UTC))
        except ReviewError as error:
            return f"it cannot be put again: {error}"
        if answer.verdict in (PASSED, EXEMPT):
            self.tally.passed += 1
            return None
        doubt = self._doubts.before_verdict(one, kind)
        if doubt is not None:
            return doubt
        event = answer.event() if answer.event is not None and answer.loud else None
        blocking = [each for each in event.findings if each.action is Action.BLOCK] if event else []
        if event is None or not blocking:
            return self._admitted(one)
        if event.mode is not GateMode.ENFORCE:
            self.tally.let_through[event.mode.value] += 1
            return None
        return self._refused(one, body, before, event)

    def _admitted(self, one: PastRequest) -> str | None:
        doubt = self._doubts.of_admitted(one)
        if doubt is None:
            self.tally.as_sent += one.as_sent
            self.tally.admit(one)
        return doubt

    def _refused(self, one: PastRequest, body: Any, before: Mapped | None, event: AdmissionEvent) -> str | None:
        blocking = [each for each in event.findings if each.action is Action.BLOCK]
        judged = one.creates or one.keeper is Keeper.GATE or before is not None or bool(_gate_uid(one))
        if not judged:
            return "what it changed cannot be told, and only some changes are judged"
        if one.subresource == RESIZE and before is None:
            return "what was there before the resize cannot be told, and only what it brings is refused"
        doubt = self._doubts.of_refused(one, event, blocking)
        if doubt is None:
            self.tally.as_sent += one.as_sent
            self.tally.refuse(one, self._finder.of_request(body, event), blocking)
        return doubt


def _gate_uid(one: PastRequest) -> str:
    """The request as the gate calls it; empty where the gate has not judged it, for all that is known."""
    if one.keeper is Keeper.GATE:
        return one.uid
    return next((value for key, value in one.notes.items() if key.endswith(f"{DOMAIN}/{REQUEST}")), "")


def _asked(one: PastRequest, kind: Kind, before: Mapped | None) -> Any:
    """The AdmissionReview as the API server would ask it again."""
    group, _, version = one.api_version.rpartition("/")
    outside = kind == _NAMESPACE
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "request": {
            "uid": one.uid,
            "kind": {"group": group, "version": version, "kind": kind.name},
            "resource": {"group": group, "version": version, "resource": one.resource},
            "subResource": one.subresource,
            "namespace": one.name if outside else one.namespace,
            "name": one.name,
            "operation": "CREATE" if one.creates else "UPDATE",
            "userInfo": {"username": one.user, "groups": list(one.groups)},
            "object": one.object,
            "oldObject": None if one.creates else before,
            "dryRun": False,
        },
    }
