"""Which requests a policy leaves alone, as conditions that are asked before anything else."""

from collections.abc import Sequence

from hardstand.engine.native import template_of
from hardstand.gate.export.interface import Named
from hardstand.inventory.fold import SHAPES
from hardstand.model.kind import Kind
from hardstand.text.cel.renaming import renamed

_POD = Kind("", "Pod")
_RBAC = "rbac.authorization.k8s.io"
_IMAGES = (
    "[dyn({0}).spec.?initContainers.orValue([]).map(one, one.?image.orValue('')),"
    " dyn({0}).spec.?containers.orValue([]).map(one, one.?image.orValue(''))]"
)


def conditions(kinds: Sequence[Kind], *, whole: bool) -> tuple[Named, ...]:
    """What must be true for a request to be judged; `whole` where the control looks at more than the pod template.

    What is being deleted passes, whatever is wrong with it: its finalizers must be able to go. A change that touches
    nothing that is judged passes: what was admitted before a policy stays as it is, and controllers write to it all the
    time. Of a pod that is its containers' images, as for PodSecurity (k8s.io/pod-security-admission, admission.go,
    `isSignificantPodUpdate`); ephemeral containers and resizes come as requests of their own.
    """
    found = [Named("not-being-deleted", "!has(dyn(object).metadata.deletionTimestamp)")]
    if any(kind.group == _RBAC for kind in kinds):
        # At its start and after an upgrade it writes its own roles, and does not come up where it may not.
        # https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation
        found.append(Named("not-by-the-api-server", "request.userInfo.username != 'system:apiserver'"))
    if any(SHAPES[kind].template_optional for kind in kinds if kind in SHAPES):
        found.append(Named("has-a-template", "object.kind != 'Rollout' || has(dyn(object).spec.template)"))
    if changed := _changed(kinds, whole=whole):
        created = "request.operation != 'UPDATE' || oldObject == null"
        found.append(Named("something-judged-has-changed", f"{created} || {changed}"))
    return tuple(found)


def _changed(kinds: Sequence[Kind], *, whole: bool) -> str:
    """The expression for a change of something that is judged; empty where every change is."""
    others = [kind for kind in kinds if kind != _POD]
    parts = []
    if _POD in kinds:
        pods = f"{_IMAGES.format('object')} != {_IMAGES.format('oldObject')}"
        parts.append(f"(object.kind == 'Pod' && (request.?subResource.orValue('') != '' || {pods}))")
    if others:
        parts.append(
            f"({'object.kind != ' + repr('Pod') + ' && ' if parts else ''}({_of_others(others, whole=whole)}))"
        )
    return " || ".join(parts)


def _of_others(kinds: Sequence[Kind], *, whole: bool) -> str:
    if not whole:
        template = template_of(kinds)
        now, before = (renamed(template, {"object": f"dyn({name})"}) for name in ("object", "oldObject"))
        return f"({now}) != ({before})"
    if any(kind.name in ("ConfigMap", "Secret", "ServiceAccount", "StorageClass", "PodTemplate") for kind in kinds):
        return "true"  # They have no `spec`.
    rbac = ("rules", "aggregationRule", "subjects", "roleRef") if any(kind.group == _RBAC for kind in kinds) else ()
    parts = ("spec", *rbac, "metadata.?labels", "metadata.?annotations")
    return " || ".join(f"dyn(object).?{one} != dyn(oldObject).?{one}" for one in parts)
