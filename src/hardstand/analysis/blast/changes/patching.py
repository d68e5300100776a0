"""Changes of objects, made in a picture and nowhere else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from hardstand.analysis.blast.ground import Ground
from hardstand.analysis.blast.things import workload
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.rbac.grants import Grant
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.workload import Workload
from hardstand.model.finding import Edit
from hardstand.model.path import Path, Value
from hardstand.model.violation import MalformedFieldError, NotApplicableError
from hardstand.text.patching import patched

Edits = Callable[[Mapping[str, Value], Path], Iterator[Edit]]
"""The edits of a pod's specification: given it and the way to it in its object."""
_SORTS = ("containers", "initContainers", "ephemeralContainers")


def without_grant(neighbours: Neighbours, grant: Grant) -> Neighbours:
    """The picture without a subject in a binding, or without the binding where it has no other."""
    listed = grant.binding.data.get("subjects")
    if not isinstance(listed, list) or len(listed) < 2:
        return neighbours.with_changed({grant.binding: None})
    data = patched(dict(grant.binding.data), [Edit("remove", ("subjects", grant.index))])
    return neighbours.with_changed({grant.binding: _with(grant.binding, data)})


def with_policy(neighbours: Neighbours, namespace: str, selector: Mapping[str, Value], direction: str) -> Neighbours:
    """The picture with a policy that isolates pods in one direction, and allows nothing."""
    value: Value = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"deny {direction}", "namespace": namespace},
        "spec": {"podSelector": dict(selector), "policyTypes": [direction]},
    }
    made = objects_in(value, file="", document=0, rendered_from=None, namespace=namespace)
    return neighbours.laid_over(one for one in made if isinstance(one, KubeObject))


def with_pods(neighbours: Neighbours, ground: Ground, home: Node, edits: Edits) -> Neighbours:
    """The picture with the pods of a workload edited, wherever they are described."""
    changed: dict[KubeObject, KubeObject | None] = {}
    for one in neighbours.anywhere(Workload):
        owner = ground.home(one.namespace or "", one.kind.name, one.name)
        if owner is None or workload(owner) != home:
            continue
        try:
            pod = one.pod
        except (MalformedFieldError, NotApplicableError):
            continue
        made = list(edits(pod.data, pod.path))
        if made:
            changed[one.object] = _with(one.object, patched(dict(one.object.data), made))
    return neighbours.with_changed(changed)


def mute(spec: Mapping[str, Value], at: Path) -> Iterator[Edit]:
    """No token of the service account is mounted."""
    yield Edit("put", (*at, "automountServiceAccountToken"), False)
    for volume, one in _items(spec, "volumes"):
        for source, each in _items(_mapping(one.get("projected")), "sources"):
            if "serviceAccountToken" in each:
                yield Edit("remove", (*at, "volumes", volume, "projected", "sources", source))


def kept_in(spec: Mapping[str, Value], at: Path) -> Iterator[Edit]:
    """Nothing makes whoever is inside root of the node."""
    yield from _without(_mapping(spec.get("securityContext")), (*at, "securityContext"), "windowsOptions")
    for sort in _SORTS:
        for number, container in _items(spec, sort):
            context = _mapping(container.get("securityContext"))
            way = (*at, sort, number, "securityContext")
            yield from _without(context, way, "privileged", "procMount", "windowsOptions")
            yield from _without(_mapping(context.get("capabilities")), (*way, "capabilities"), "add")
    gone = {one.get("name") for _, one in _items(spec, "volumes") if one.get("hostPath") is not None}
    yield from _volumes(spec, at, gone)


def without_secret(name: str) -> Edits:
    """The Secret of this name is not given to the pods."""

    def edits(spec: Mapping[str, Value], at: Path) -> Iterator[Edit]:
        gone = {one.get("name") for _, one in _items(spec, "volumes") if _names(one.get("secret"), "secretName", name)}
        yield from _volumes(spec, at, gone)
        for volume, one in _items(spec, "volumes"):
            for source, each in _items(_mapping(one.get("projected")), "sources"):
                if _names(each.get("secret"), "name", name):
                    yield Edit("remove", (*at, "volumes", volume, "projected", "sources", source))
        for sort in _SORTS:
            for number, container in _items(spec, sort):
                yield from _variables(container, (*at, sort, number), name)

    return edits


def _variables(container: Mapping[str, Value], at: Path, name: str) -> Iterator[Edit]:
    """Variables that a container takes from the Secret of this name."""
    for place, variable in _items(container, "env"):
        if _names(_mapping(variable.get("valueFrom")).get("secretKeyRef"), "name", name):
            yield Edit("remove", (*at, "env", place))
    for place, several in _items(container, "envFrom"):
        if _names(several.get("secretRef"), "name", name):
            yield Edit("remove", (*at, "envFrom", place))


def _volumes(spec: Mapping[str, Value], at: Path, gone: set[Value]) -> Iterator[Edit]:
    """These volumes, and where containers mount them."""
    for number, one in _items(spec, "volumes"):
        if one.get("name") in gone:
            yield Edit("remove", (*at, "volumes", number))
    for sort in _SORTS:
        for number, container in _items(spec, sort):
            for place, mount in _items(container, "volumeMounts"):
                if mount.get("name") in gone:
                    yield Edit("remove", (*at, sort, number, "volumeMounts", place))


def _without(mapping: Mapping[str, Value], at: Path, *keys: str) -> Iterator[Edit]:
    for key in keys:
        if mapping.get(key) is not None:
            yield Edit("remove", (*at, key))


def _items(mapping: Mapping[str, Value], key: str) -> Sequence[tuple[int, Mapping[str, Value]]]:
    listed = mapping.get(key)
    return [(at, _mapping(one)) for at, one in enumerate(listed)] if isinstance(listed, list) else []


def _names(value: Value, key: str, name: str) -> bool:
    return _mapping(value).get(key) == name


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _with(one: KubeObject, data: Value) -> KubeObject:
    return replace(one, data=cast("Mapping[str, Value]", data))
