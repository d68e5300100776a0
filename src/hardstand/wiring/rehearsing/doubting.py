"""Why the answer to a past request may be another than the gate's would have been.

What is put again is put to the picture of now, and as it was kept. A namespace may be gone since, an owner may have
another template or be gone, and secrets may be masked. Each is a reason to say that nobody can tell, but only where
the answer could depend on it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from hardstand.baseline.globs import Glob
from hardstand.baseline.modes import Mode
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.live import Live
from hardstand.engine.owners import controller_of
from hardstand.gate.carrying import Makers
from hardstand.gate.hiding import MASK
from hardstand.model.admission import AdmissionEvent
from hardstand.model.finding import Finding
from hardstand.model.kind import CLUSTER_SCOPED, Kind, group_of
from hardstand.model.past import Keeper, PastRequest
from hardstand.model.path import Value

_NAMESPACE = Kind("", "Namespace")
_SECRETS = "secrets"
"""The area of the controls that look at values which may be secrets."""

_GONE = "its namespace is not in the picture, so that neither its environment nor its tier are known"
_MASKED = "secrets in it were masked when it was kept, and a control that looks at them blocks"
_MADE_BY = "what made it is not in the picture as it was then, and an exception from that may have counted"


class Doubts:
    """What may be otherwise now, by one baseline and one picture."""

    def __init__(self, live: Live, controls: Sequence[Control]) -> None:
        self._live = live
        self._controls = controls
        self._baseline = live.settings.baseline
        self._makers = Makers(self._baseline.gate.controllers)
        built_in = catalog.by_id()
        self._own = frozenset(one.id for one in controls if one.id not in built_in)

    def before_verdict(self, one: PastRequest, kind: Kind) -> str | None:
        """Why no verdict on a request means anything."""
        if kind in CLUSTER_SCOPED or one.namespace in self._namespaces:
            return None
        return _GONE

    def of_admitted(self, one: PastRequest) -> str | None:
        """Why a request that would be let in might be refused."""
        return _MASKED if self._secrets_block and _is_masked(one) else None

    def of_refused(self, one: PastRequest, event: AdmissionEvent, blocking: Sequence[Finding]) -> str | None:
        """Why a request that would be refused for these findings might be let in."""
        if self._owner_may_count(one, event) and all(self._may_be_excepted(one, each.control) for each in blocking):
            return _MADE_BY
        if _is_masked(one) and all(each.area == _SECRETS or each.control in self._own for each in blocking):
            return _MASKED
        return None

    @cached_property
    def _namespaces(self) -> frozenset[str | None]:
        names = (self._live.held(name) for name in self._live.names())
        held = [one.kube for one in names if one is not None]
        return frozenset([*(one.namespace for one in held), *(one.name for one in held if one.kind == _NAMESPACE)])

    @cached_property
    def _secrets_block(self) -> bool:
        """Whether a control that looks at values may block anything at all today."""
        enforcement, day = self._baseline.enforcement, self._live.settings.today
        looking = [one for one in self._controls if one.area == _SECRETS or one.id in self._own]
        return any(
            rule.on(day) is Mode.BLOCK
            for one in looking
            for _, rule in enforcement.about(one.id, one.area, one.maturity)
        )

    def _owner_may_count(self, one: PastRequest, event: AdmissionEvent) -> bool:
        """Whether a controller made it, and its owner is not in the picture as it was then."""
        owner = self._live.owner(controller_of(one.object or {}) or "")
        if owner is not None and event.owner == owner.editable.ref:
            return False
        return any(self._makers.makes(one.user, kind) for kind in _controllers(one))

    def _may_be_excepted(self, one: PastRequest, control: str) -> bool:
        """Whether an exception may be about what made it, whose labels and images of then nobody knows any more."""
        owner = self._live.owner(controller_of(one.object or {}) or "")
        known = (owner.ref, owner.editable.ref) if owner is not None else ()
        matches = [each.exception.match for each in self._baseline.excepting(control)]
        return any(
            _fits(match.namespace, one.namespace or "")
            and (not known or any(_fits(match.kind, ref.kind) and _fits(match.name, ref.name) for ref in known))
            for match in matches
        )


def _fits(globs: Sequence[Glob], word: str) -> bool:
    return not globs or any(glob.fits(word) for glob in globs)


def _controllers(one: PastRequest) -> Iterator[Kind]:
    """The kinds of the controllers that an object names."""
    metadata = (one.object or {}).get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    for each in references if isinstance(references, list) else ():
        if isinstance(each, dict) and each.get("controller") is True:
            yield Kind(group_of(str(each.get("apiVersion"))), str(each.get("kind")))


def _is_masked(one: PastRequest) -> bool:
    """Tell whether the gate has kept a mask in place of something; the audit log keeps everything as it is."""
    return one.keeper is Keeper.GATE and _holds_mask(dict(one.object or {}))


def _holds_mask(node: Value) -> bool:
    if isinstance(node, str):
        return MASK in node
    if isinstance(node, dict):
        return any(_holds_mask(one) for one in node.values())
    return isinstance(node, list) and any(_holds_mask(one) for one in node)
