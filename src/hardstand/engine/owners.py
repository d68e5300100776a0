"""Who made what in a cluster: what is exactly as its owner's template says is judged there, and only once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardstand.analysis.owning import claims, digest
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.kind import Kind
from hardstand.model.path import dotted
from hardstand.model.verdict import Verdict

if TYPE_CHECKING:
    from hardstand.engine.evaluate import Judged

_POD = Kind("", "Pod")
_REPLICA_SET = Kind("apps", "ReplicaSet")


@dataclass(frozen=True, slots=True)
class Owner:
    """Something that makes pods, and the outermost owner above it, which a person edits."""

    uid: str
    ref: ObjectRef
    page: str
    digest: bytes | None
    claims: tuple[str, ...]
    root: "Owner | None" = None

    @property
    def editable(self) -> "Owner":
        """The owner that a person edits."""
        return self.root or self


@dataclass(frozen=True, slots=True)
class Owned:
    """How an object stands to its owner."""

    by: Owner
    alike: bool
    """It is what the owner's template says, or runs nothing: the owner's verdict is its own."""


class Owners:
    """What makes pods, by uid. Owners are met before what they own; else that is judged for itself."""

    def __init__(self) -> None:
        self._known: dict[str, Owner] = {}

    def of(self, kube: KubeObject) -> Owned | None:
        """The owner of an object, where it makes pods and its controller is known; it is taken in as an owner too."""
        if kube.kind not in SHAPES:
            return None
        owner = self._known.get(controller_of(kube.data) or "")
        made = digest(kube.data, kube.kind, owner.claims if owner else ())
        self._take_in(kube, made, owner)
        if owner is None:
            return None
        return Owned(owner.editable, alike=_rests(kube) or (made is not None and made == owner.digest))

    def owner(self, uid: str) -> Owner | None:
        """The owner with this uid."""
        return self._known.get(uid)

    def forget(self, uid: str) -> None:
        """Let an object go that has been deleted."""
        self._known.pop(uid, None)

    def _take_in(self, kube: KubeObject, made: bytes | None, owner: Owner | None) -> None:
        uid = _metadata(kube.data).get("uid")
        if isinstance(uid, str) and kube.kind != _POD:
            root = owner.editable if owner else None
            self._known[uid] = Owner(uid, kube.ref, kube.origin.file, made, claims(kube.data), root)


class Told:
    """What was said of each owner, which need not be said again of what was made from it."""

    def __init__(self) -> None:
        self._said: dict[str, frozenset[tuple[str, Verdict, str]]] = {}

    def beyond_owner(self, judged: "Judged", told: list[Finding]) -> list[Finding]:
        """What is to be said of an object besides what was said of its owner; owners come before what they own."""
        kube = judged.object
        if kube.kind not in SHAPES:
            return told
        start = len(dotted(SHAPES[kube.kind].template))
        said = [(one.control, one.verdict, one.locations[0].field[start:].lstrip(".")) for one in told]
        if kube.kind != _POD:
            self._said[kube.origin.file] = frozenset(said)
        known = self._said.get(judged.owner.page, frozenset()) if judged.owner else frozenset()
        return [one for one, words in zip(told, said, strict=True) if words not in known]


def controller_of(data: Mapping[str, object]) -> str | None:
    """The uid of the controller of an object; None where it has none.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
    """
    references = _metadata(data).get("ownerReferences")
    for one in references if isinstance(references, list) else ():
        if isinstance(one, dict) and one.get("controller") is True and isinstance(one.get("uid"), str):
            return str(one["uid"])
    return None


def _rests(kube: KubeObject) -> bool:
    """Tell whether a ReplicaSet that was replaced is kept for a rollback only: it runs nothing."""
    spec = kube.data.get("spec")
    return kube.kind == _REPLICA_SET and isinstance(spec, dict) and spec.get("replicas") == 0


def _metadata(data: Mapping[str, object]) -> Mapping[str, object]:
    found = data.get("metadata")
    return found if isinstance(found, dict) else {}
