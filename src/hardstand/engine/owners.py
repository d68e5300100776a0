"""Who made what in a cluster: what is exactly as its owner's template says is judged there, and only once."""

from collections.abc import Collection, Mapping, Sequence
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

POD = Kind("", "Pod")
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
    faithful: bool = True
    """It is as its own owner's template says, or has none."""

    def asks_as(self, other: "Owner | None") -> bool:
        """Tell whether a pod that is as this one says is as the other says."""
        return other is not None and (self.digest, self.claims) == (other.digest, other.claims)

    @property
    def editable(self) -> "Owner":
        """The owner that a person edits."""
        return self.root or self


@dataclass(frozen=True, slots=True)
class Owned:
    """How an object stands to its owner."""

    maker: Owner
    """Its controller."""
    alike: bool
    """It is what its controller's template says, or runs nothing: that one's verdict is its own."""
    digest: bytes | None = None
    """What its pods are, as its controller's is."""

    @property
    def by(self) -> Owner:
        """The owner that a person edits."""
        return self.maker.editable


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
        return _owned(kube, made, owner)

    def look(self, kube: KubeObject) -> Owned | None:
        """As `of`, of an object that is not taken in."""
        owner = self._known.get(controller_of(kube.data) or "") if kube.kind in SHAPES else None
        return _owned(kube, digest(kube.data, kube.kind, owner.claims), owner) if owner else None

    def owner(self, uid: str) -> Owner | None:
        """The owner with this uid."""
        return self._known.get(uid)

    def forget(self, uid: str) -> None:
        """Let an object go that has been deleted."""
        self._known.pop(uid, None)

    def _take_in(self, kube: KubeObject, made: bytes | None, owner: Owner | None) -> None:
        uid = _metadata(kube.data).get("uid")
        if isinstance(uid, str) and kube.kind != POD:
            root = owner.editable if owner else None
            faithful = owner is None or (owner.faithful and made is not None and made == owner.digest)
            self._known[uid] = Owner(uid, kube.ref, kube.origin.file, made, claims(kube.data), root, faithful)


def _owned(kube: KubeObject, made: bytes | None, owner: Owner | None) -> Owned | None:
    if owner is None:
        return None
    return Owned(owner, alike=_rests(kube) or (made is not None and made == owner.digest), digest=made)


Said = tuple[str, Verdict, str]
"""A control, its verdict, and the place in the pod."""


def said_of(kind: Kind, told: Sequence[Finding]) -> list[Said]:
    """What findings on an object that makes pods say of its pods, whatever its kind."""
    start = len(dotted(SHAPES[kind].template))
    return [(one.control, one.verdict, one.locations[0].field[start:].lstrip(".")) for one in told]


def beyond(kind: Kind, told: Sequence[Finding], known: Collection[Said]) -> list[Finding]:
    """The findings on an object that makes pods of which the like is not among what is known."""
    return [one for one, said in zip(told, said_of(kind, told), strict=True) if said not in known]


class Told:
    """What was said of each owner, which need not be said again of what was made from it."""

    def __init__(self) -> None:
        self._said: dict[str, frozenset[Said]] = {}

    def beyond_owner(self, judged: "Judged", told: list[Finding]) -> list[Finding]:
        """What is to be said of an object besides what was said of its owner; owners come before what they own."""
        kube = judged.object
        if kube.kind not in SHAPES:
            return told
        if kube.kind != POD:
            self._said[kube.origin.file] = frozenset(said_of(kube.kind, told))
        known = self._said.get(judged.owner.page, frozenset()) if judged.owner else frozenset()
        return beyond(kube.kind, told, known)


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
