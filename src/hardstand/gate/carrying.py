"""Whose verdict counts for what a controller makes.

A pod is judged itself, whatever it says of its owner: anybody may write `ownerReferences`. The owner's verdict and its
exceptions count for it only when all of these hold.

- The requester is the controller of the owner's kind, which makes nothing that its owner does not ask for.
- The owner, by uid, kind, name and namespace, is in the picture, where nobody but the API server puts it.
- The owner's template is what the pod is, up to what the server and admission add.

So it goes on from there to the owner's own owner, as far as each is as its own owner's template says.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from hardstand.analysis.owning import digest
from hardstand.baseline.gate import Identity
from hardstand.engine.findings import Outline
from hardstand.engine.live import Live
from hardstand.engine.owners import Owner, controller_of
from hardstand.engine.pending import Judgement
from hardstand.gate.request import Request
from hardstand.gate.telling import Decided, Told, told_by
from hardstand.inventory.fold import SHAPES
from hardstand.model.finding import ObjectRef
from hardstand.model.kind import Kind, group_of
from hardstand.model.path import Value, dotted

_MANAGER = "system:kube-controller-manager"
"""Who makes everything where controllers do not have service accounts of their own.

Source: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/,
`--use-service-account-credentials`
"""

_MAKERS: Mapping[Kind, str] = {
    Kind("apps", "Deployment"): "deployment-controller",
    Kind("apps", "ReplicaSet"): "replicaset-controller",
    Kind("apps", "StatefulSet"): "statefulset-controller",
    Kind("apps", "DaemonSet"): "daemon-set-controller",
    Kind("batch", "Job"): "job-controller",
    Kind("batch", "CronJob"): "cronjob-controller",
    Kind("", "ReplicationController"): "replication-controller",
}
"""The service account, in kube-system, of the controller of each kind.

Source: k8s.io/kubernetes 1.36, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go
"""


class Makers:
    """Who makes what objects of each kind own."""

    def __init__(self, declared: Iterable[Identity]) -> None:
        """`declared` are those of a baseline, for custom kinds."""
        self._users = {kind: {_MANAGER, f"system:serviceaccount:kube-system:{name}"} for kind, name in _MAKERS.items()}
        for one in declared:
            self._users.setdefault(one.kind.kind, set()).add(one.user)

    def makes(self, user: str, kind: Kind) -> bool:
        """Tell whether a user is the controller of a kind."""
        return user in self._users.get(kind, ())


@dataclass(frozen=True, slots=True)
class Carried:
    """What is found of an object, and whose verdict it is."""

    told: Callable[[], Sequence[Told]]
    """The worst first, less what is off; worked out where it is not known what to answer."""
    tier: str | None
    owner: ObjectRef | None = None
    """The owner whose verdict counts; None where the object's own does."""
    kept: dict[Hashable, object] | None = None
    """What whoever asked has worked out from the owner's verdict; gone when that is."""


def carried(request: Request, judgement: Judgement, live: Live, makers: Makers) -> Carried | None:
    """What is found of a pending object by its owner's verdict; None where its own counts."""
    owner = _answering(request, judgement, live, makers)
    held = live.held(owner.page) if owner is not None else None
    if owner is None or held is None:
        return None
    above = live.judge(held.page)
    told = partial(_told, judgement, request.kind, above, _kind(owner.ref))
    return Carried(told, above.tier, owner.ref, above.kept)


def _told(judgement: Judgement, kind: Kind, above: Judgement, owner: Kind) -> Sequence[Told]:
    """What is found of an object of a kind and of its owner too, by the owner's verdict."""
    said = _said(above, owner)
    found = []
    for one in judgement.outlines:
        control = one.control.id
        for field in _fields(judgement.named_field(one), kind):
            other = said.get((control, field))
            if other is not None:  # What it is not charged with comes from being one of its pods, and is no fault.
                found.append((one, Decided(other.action, other.waiver, above.tier)))
                break
    return told_by(judgement, found)


def _said(above: Judgement, kind: Kind) -> Mapping[tuple[str, str], Outline]:
    """What is found of an owner, by control and each name of the place; worked out once for all that it made."""
    said = above.kept.get(_SAID)
    if not isinstance(said, dict):
        said = above.kept[_SAID] = {
            (one.control.id, field): one for one in above.outlines for field in _fields(above.named_field(one), kind)
        }
    return said


_SAID = "said"


def _answering(request: Request, judgement: Judgement, live: Live, makers: Makers) -> Owner | None:
    """The outermost owner whose template the object is, if the requester may speak for it."""
    owned, data = judgement.owned, request.object
    if owned is None or data is None:
        return None
    maker, made = owned.maker, owned.digest
    if live.held(maker.page) is None:
        return None
    if (
        not makers.makes(request.user, _kind(maker.ref))
        or not _refers(data, maker)
        or not _in_one_place(request, maker)
    ):
        return None
    if made is None or made != maker.digest:  # Not `owned.alike`: what is scaled to nothing could be anything.
        return None
    return maker.root if maker.root is not None and _is_now(maker.root, made, live) else maker


def _is_now(root: Owner, made: bytes, live: Live) -> bool:
    """Tell whether an outermost owner's template says now what was made: a ReplicaSet of before says something else."""
    now = live.owner(root.uid)
    if now is None or now.page != root.page:
        return False
    if not root.claims and not now.claims and now.root is None:
        return now.digest == made
    held = live.held(root.page)
    data = held.page.document().value if held is not None else None
    return isinstance(data, dict) and digest(data, _kind(root.ref), root.claims) == made


def _refers(data: Mapping[str, Value], maker: Owner) -> bool:
    """Tell whether the reference to the controller names what has that uid, and not something else."""
    metadata = data.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    controllers = [
        one
        for one in (references if isinstance(references, list) else ())
        if isinstance(one, dict) and one.get("controller") is True
    ]
    if len(controllers) != 1 or controller_of(data) != maker.uid:
        return False
    api_version = controllers[0].get("apiVersion")
    named = group_of(api_version if isinstance(api_version, str) else ""), controllers[0].get("kind")
    return named == (group_of(maker.ref.api_version), maker.ref.kind) and controllers[0].get("name") == maker.ref.name


def _in_one_place(request: Request, maker: Owner) -> bool:
    root = maker.root
    return maker.ref.namespace == request.namespace and (root is None or root.ref.namespace == request.namespace)


def _kind(ref: ObjectRef) -> Kind:
    return Kind(group_of(ref.api_version), ref.kind)


@lru_cache(maxsize=8_192)
def _fields(field: str, kind: Kind) -> tuple[str, ...]:
    """The names of a place in an object of a kind: from its root, and from the pod, wherever that is kept."""
    shape = SHAPES.get(kind)
    inside = f"{dotted(shape.template)}." if shape is not None and shape.template else ""
    if shape is not None and field.startswith(inside):
        return (f"pod:{field.removeprefix(inside)}", field)
    return (field,)
