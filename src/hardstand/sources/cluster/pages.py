"""Objects as pages: their names, and the bytes that everything behind the source reads."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hardstand.model.live import live_name
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.secret_values import FingerprintKey, without_values
from hardstand.sources.interface import Page

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

Tree = dict[str, "Tree"]
"""Fields to keep; an empty tree keeps everything below, the key `*` keeps keys without their values."""

_ALWAYS = (
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.resourceVersion",
    "metadata.ownerReferences",
    "metadata.creationTimestamp",
)
"""What tells which object it is, and whose."""


def name_of(item: dict[str, Any], resource: Resource) -> str:
    """The name of the page of an object that a server gave."""
    metadata = item["metadata"]
    return live_name(resource.path(metadata.get("namespace"), str(metadata.get("name", ""))))


def page_of(
    item: dict[str, Any], resource: Resource, key: FingerprintKey, keep: Tree | None = None, *, status: bool = True
) -> Page:
    """An object that a server gave, as a page: without what only the server writes, and without values of Secrets.

    `keep`: only these fields, as `kept` makes them. Without `status` what is reported of it is left out, unless
    something is printed behind it, whose place would be another.
    """
    bare = without_values(_without_noise(item), key)
    if not status and max(bare) == "status":
        del bare["status"]
    data = bare if keep is None else pruned(bare, keep)
    return Page(
        name_of(item, resource),
        json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"),
        live=True,
        partial=keep is not None,
    )


def kept(fields: Iterable[str]) -> Tree:
    """The tree of dotted paths, with what tells one object from another."""
    tree: Tree = {}
    for field in (*_ALWAYS, *fields):
        _plant(tree, field.split("."))
    return tree


def pruned(value: Any, tree: Tree) -> Any:
    """What the tree keeps of a value; lists are looked through."""
    if not tree:
        return value
    if isinstance(value, list):
        return [pruned(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in tree:
        return dict.fromkeys(value)
    return {name: pruned(value[name], below) for name, below in tree.items() if name in value}


def _plant(tree: Tree, steps: list[str]) -> None:
    for at, step in enumerate(steps):
        if step in tree and not tree[step]:
            return  # All of it is kept already.
        if at == len(steps) - 1:
            tree[step] = {}
            return
        tree = tree.setdefault(step, {})


def _without_noise(item: Mapping[str, Any]) -> dict[str, Any]:
    metadata = dict(item["metadata"])
    metadata.pop("managedFields", None)
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and LAST_APPLIED in annotations:
        # Emptied, not taken away: places count in what kubectl prints, and it prints the annotation.
        metadata["annotations"] = {**annotations, LAST_APPLIED: ""}
    return {**item, "metadata": metadata}
