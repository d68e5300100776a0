"""What the baseline matches objects by: names, labels, images, and what the object says that it is worth.

Read from the object as it is written, with no regard to what else may be wrong in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from hardstand.baseline.classes import Names
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject, World
from hardstand.model.compact import Compact
from hardstand.model.path import Path, Value

_NOTHING: Mapping[str, Value] = {}
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
SAYS = ("data", "exposure", "privilege", "compliance", "owner", "ticket", "repository")


@dataclass(frozen=True, slots=True)
class Traits(Compact):
    """One object, as far as a baseline asks about it."""

    kind: str
    name: str
    namespace: str | None
    labels: Mapping[str, str]
    pod_labels: Mapping[str, str]
    images: tuple[str, ...]
    path: str
    """The chart or kustomization that rendered it, else its file."""
    world: World
    makes_pods: bool
    says: Mapping[str, str]
    """What its labels and annotations declare of its class, by factor."""


def traits_of(kube: KubeObject, names: Names) -> Traits:
    """The traits of an object; what is malformed in it is left out."""
    metadata = _mapping(kube.data.get("metadata"))
    labels = _texts(metadata.get("labels"))
    shape = SHAPES.get(kube.kind)
    template = _below(kube.data, shape.template) if shape else _NOTHING
    pod_labels = labels if shape and not shape.template else _texts(_mapping(template.get("metadata")).get("labels"))
    return Traits(
        kind=kube.kind.name,
        name=kube.name,
        namespace=kube.namespace,
        labels=labels,
        pod_labels=pod_labels,
        images=tuple(_images(_mapping(template.get("spec")))),
        path=kube.origin.rendered_from or kube.origin.file,
        world=kube.origin.world,
        makes_pods=shape is not None,
        says=_said({**pod_labels, **labels, **_texts(metadata.get("annotations"))}, names),
    )


def image_at(kube: KubeObject, path: Path) -> str | None:
    """The image of the container that a place lies in; None where it lies in no container."""
    shape = SHAPES.get(kube.kind)
    if shape is None:
        return None
    start = len(shape.template)
    if path[:start] != shape.template or len(path) < start + 3 or path[start] != "spec":
        return None
    group, at = path[start + 1], path[start + 2]
    items = _mapping(_below(kube.data, shape.template).get("spec")).get(cast("str", group))
    if group not in CONTAINERS or not isinstance(items, list) or not isinstance(at, int) or at >= len(items):
        return None
    image = _mapping(items[at]).get("image")
    return image if isinstance(image, str) else ""


def _said(texts: Mapping[str, str], names: Names) -> Mapping[str, str]:
    return {one: texts[key] for one in SAYS if (key := getattr(names, one)) in texts} if texts else {}


def _images(spec: Mapping[str, Value]) -> Iterator[str]:
    for group in CONTAINERS:
        items = spec.get(group)
        for item in items if isinstance(items, list) else ():
            image = _mapping(item).get("image")
            if isinstance(image, str):
                yield image


def _below(data: Mapping[str, Value], path: Path) -> Mapping[str, Value]:
    for step in path:
        data = _mapping(data.get(cast("str", step)))
    return data


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else _NOTHING


def _texts(value: Value) -> Mapping[str, str]:
    return {key: one for key, one in _mapping(value).items() if isinstance(one, str)} if value else {}
