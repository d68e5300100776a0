"""What the API server lets nobody change of an object that is there: such an object has to be made anew.

Sources: k8s.io/kubernetes 1.36, pkg/apis/core/validation/validation.go (`ValidatePodUpdate`,
`ValidatePodSpecificAnnotationUpdates`), pkg/apis/batch/validation/validation.go (`ValidateJobSpecUpdate`),
pkg/apis/apps/validation/validation.go (`ValidateStatefulSetUpdate`, `ValidateDeploymentUpdate` and the like),
pkg/apis/rbac/validation/validation.go (`ValidateRoleBindingUpdate`, `ValidateClusterRoleBindingUpdate`).
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence

from hardstand.model.finding import Edit
from hardstand.model.kind import Kind, group_of
from hardstand.model.path import Value
from hardstand.plan.live_patches import addressed
from hardstand.plan.rendered import RenderedEditor
from hardstand.text.editing import Refusal
from hardstand.text.patching import patched, same

Mapped = Mapping[str, Value]

_POD, _JOB, _STATEFUL_SET = Kind("", "Pod"), Kind("batch", "Job"), Kind("apps", "StatefulSet")
_MIRROR = "kubernetes.io/config.mirror"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"

_FIXED = {
    _JOB: (
        "spec.template", "spec.selector", "spec.completions", "spec.completionMode", "spec.podFailurePolicy",
        "spec.backoffLimitPerIndex", "spec.successPolicy", "spec.managedBy", "spec.podReplacementPolicy",
    ),
    Kind("apps", "Deployment"): ("spec.selector",),
    Kind("apps", "DaemonSet"): ("spec.selector",),
    Kind("apps", "ReplicaSet"): ("spec.selector",),
    Kind("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    Kind("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
}  # fmt: skip
"""Fields that stay as they were made."""

_FREE = {
    _POD: ("activeDeadlineSeconds",),
    _STATEFUL_SET: (
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds",
        "persistentVolumeClaimRetentionPolicy",
    ),
}  # fmt: skip
"""Where all of `spec` stays but some fields, these fields."""

_WITHOUT = {
    _POD: "`status` and `spec.nodeName`",
    _JOB: "`status`, `spec.selector` and the labels of its template that end in `controller-uid`",
}
"""What is to be left out of the object that is made anew, for it is the server's doing."""


class LiveEditor(RenderedEditor):
    """Changes an object of a cluster, as far as the API server would."""

    def objection(self, document: int, edits: Sequence[Edit]) -> Refusal | None:
        """Why these edits do not fit, or would be refused."""
        refusal = super().objection(document, edits)
        if refusal is not None:
            return refusal
        there = self._documents[document]
        after = patched(there.value, edits)
        reason = refused(there.value, after) if isinstance(there.value, dict) and isinstance(after, dict) else None
        return Refusal(document, there.line, 1, reason) if reason else None


def refused(before: Mapped, after: Mapped) -> str | None:
    """Why the API server refuses this change of an object, and what to do instead; None where it takes it."""
    version, word = before.get("apiVersion"), before.get("kind")
    if not isinstance(version, str) or not isinstance(word, str):
        return None
    kind = Kind(group_of(version), word)
    fields = list(_changed(kind, before, after))
    if not fields:
        return None
    metadata = _mapping(before.get("metadata"))
    if kind == _POD and _MIRROR in _mapping(metadata.get("annotations")):
        return f"the API server has only a picture of {_called(word, metadata)}: change the file on its node"
    return (
        f"the API server lets nobody change {' and '.join(fields)} of {_called(word, metadata)}, "
        f"so that it has to be made anew: {_anew(kind, version, metadata)}"
    )


def _changed(kind: Kind, before: Mapped, after: Mapped) -> Iterator[str]:
    """The fields that are changed and must not be."""
    for path in _FIXED.get(kind, ()):
        if not same(_at(before, path), _at(after, path)):
            yield f"`{path}`"
    free = _FREE.get(kind)
    if free is None:
        return
    was, now = _mapping(before.get("spec")), _mapping(after.get("spec"))
    for key in sorted(was.keys() | now.keys()):
        if key not in free and not same(was.get(key), now.get(key)) and not (kind == _POD and _may(key, was, now)):
            yield f"`spec.{key}`"
    if kind == _POD and not same(_app_armor(before), _app_armor(after)):
        yield "AppArmor's annotations"


def _may(key: str, was: Mapped, now: Mapped) -> bool:
    """Tell whether a pod's field differs only as it may: in images, and in tolerations that come."""
    old, new = was.get(key), now.get(key)
    if key in ("containers", "initContainers"):
        return same(_imageless(old), _imageless(new))
    if key == "tolerations" and isinstance(new, list):
        listed = old if isinstance(old, list) else []
        return all(any(same(one, other) for other in new) for one in listed)
    return False


def _imageless(containers: Value) -> Value:
    if not isinstance(containers, list):
        return containers
    return [{**one, "image": None} if isinstance(one, dict) else one for one in containers]


def _app_armor(pod: Mapped) -> dict[str, Value]:
    notes = _mapping(_mapping(pod.get("metadata")).get("annotations"))
    return {key: value for key, value in notes.items() if key.startswith(_APP_ARMOR)}


def _anew(kind: Kind, version: str, metadata: Mapped) -> str:
    """The commands that make an object anew. `kubectl replace --force` leaves the old resourceVersion out itself."""
    name, home = str(metadata.get("name")), metadata.get("namespace")
    file = shlex.quote(f"{name}.yaml")
    what = addressed(version, kind.name, name, home if isinstance(home, str) else None)
    get = shlex.join([*what[0], "get", what[1], "--output=yaml"])
    without = _WITHOUT.get(kind, "`status`")
    return f"`{get} > {file}`, change it there and leave out {without}, then `kubectl replace --force -f {file}`"


def _called(word: str, metadata: Mapped) -> str:
    home = metadata.get("namespace")
    return f"{word} {home}/{metadata.get('name')}" if home else f"{word} {metadata.get('name')}"


def _at(data: Mapped, path: str) -> Value:
    *above, last = path.split(".")
    for step in above:
        data = _mapping(data.get(step))
    return data.get(last)


def _mapping(value: Value) -> Mapped:
    return value if isinstance(value, dict) else {}
