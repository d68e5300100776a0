"""Which requests are judged: those that bring something, or change something that a verdict can depend on.

Pods are judged as PodSecurity judges them (k8s.io/pod-security-admission, admission.go, `ValidatePod`): subresources
that leave the pod's specification alone pass, and so do updates without another image or container. Once it is judged,
an update answers for the whole object and not only for what it changes, as there.

Of other kinds, subresources pass, as in `ValidatePodController`. PodSecurity judges their every update, for it only
warns then. The gate refuses, so it must not stand in the way of scaling down, of a controller's bookkeeping or of
finalizers that are taken away; such an update passes, by whatever door it comes.
"""

from collections.abc import Mapping

from hardstand.gate.request import Operation, Request
from hardstand.inventory.fold import SHAPES
from hardstand.model.kind import Kind
from hardstand.model.path import Value

Mapped = Mapping[str, Value]

POD = Kind("", "Pod")
RESIZE = "resize"

_PASSING = frozenset({"exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"})
"""Subresources of pods that pass. Any other, such as one of a later Kubernetes, is judged.

Source: k8s.io/pod-security-admission, admission.go, `ignoredPodSubresources`
"""

_KEPT_BY_THE_SERVER = (
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "control-plane.alpha.kubernetes.io/leader",
    "autoscaling.alpha.kubernetes.io/",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "volume.beta.kubernetes.io/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubernetes.io/change-cause",
)
"""Annotations that controllers and kubectl write on objects that exist. No verdict depends on them.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

_SCALE = ("replicas", "paused")
"""Fields of `spec` that say how many pods there are and whether changes are rolled out: `scale` passes, and so do they.

The Deployment's controller, too, scales its ReplicaSets by updates of `spec.replicas`:
k8s.io/kubernetes, pkg/controller/deployment/sync.go, `scaleReplicaSet`
"""


_API_SERVER = "system:apiserver"
_RBAC = "rbac.authorization.k8s.io"


def is_judged(request: Request) -> bool:
    """Tell whether a request is judged; what is not, passes.

    The API server itself writes its default roles when it starts, and ends where it may not: a version that is newer
    than what is known here must come up.
    Source: k8s.io/kubernetes, pkg/registry/rbac/rest/storage_rbac.go, `PostStartHook`
    """
    if request.operation in (Operation.DELETE, Operation.CONNECT) or request.object is None:
        return False
    if request.user == _API_SERVER and request.kind.group == _RBAC:
        return False
    if request.kind == POD or request.resource == "pods":
        return request.subresource not in _PASSING and (
            request.old is None or _pod_matters(request.object, request.old, request.subresource)
        )
    if request.subresource:
        return False
    return request.old is None or _matters(request.object, request.old, scales=request.kind in SHAPES)


def _pod_matters(new: Mapped, old: Mapped, subresource: str) -> bool:
    """As `isSignificantPodUpdate`: another number of containers, another image, or an ephemeral container added.

    A resize changes neither, and is judged all the same; see `hardstand.gate.review`.
    """
    spec, before = _mapping(new.get("spec")), _mapping(old.get("spec"))
    if subresource == RESIZE:
        return spec != before
    for key in ("containers", "initContainers"):
        if _images(spec.get(key)) != _images(before.get(key)):
            return True
    known = dict(_named_images(before.get("ephemeralContainers")))
    return any(known.get(name) != image for name, image in _named_images(spec.get("ephemeralContainers")))


def _images(items: Value) -> list[Value]:
    """The images in their order; what is no list of containers is like nothing else."""
    return [_mapping(one).get("image") for one in items] if isinstance(items, list) else [items] if items else []


def _named_images(items: Value) -> list[tuple[str, Value]]:
    """Each ephemeral container's name and image, the latter in a list so that none is not like missing."""
    listed = items if isinstance(items, list) else [items] if items else []
    return [(str(_mapping(one).get("name")), [_mapping(one).get("image")]) for one in listed]


def _matters(new: Mapped, old: Mapped, *, scales: bool) -> bool:
    for key in new.keys() | old.keys():
        if key in ("status", "apiVersion", "kind"):
            continue
        mine, theirs = new.get(key), old.get(key)
        if mine == theirs:
            continue
        if key == "metadata":
            if _told(mine) != _told(theirs):
                return True
        elif key != "spec" or not scales or _without(mine, _SCALE) != _without(theirs, _SCALE):
            return True
    return False


def _told(metadata: Value) -> tuple[Value, dict[str, Value]]:
    """Labels and annotations, without those that controllers keep: exceptions, tiers and controls read them."""
    found = _mapping(metadata)
    notes = _mapping(found.get("annotations"))
    kept = {key: value for key, value in notes.items() if not key.startswith(_KEPT_BY_THE_SERVER)}
    return dict(_mapping(found.get("labels"))), kept


def _without(spec: Value, keys: tuple[str, ...]) -> Value:
    return {key: value for key, value in spec.items() if key not in keys} if isinstance(spec, dict) else spec


def _mapping(value: Value) -> Mapped:
    return value if isinstance(value, dict) else {}
