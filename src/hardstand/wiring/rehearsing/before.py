"""What was there before an update, which no log keeps: as far as earlier entries, or the patch itself, tell.

The gate lets an update pass that changes nothing on which a verdict can depend (`hardstand.gate.matters`), so without
this a rehearsal would refuse every label that somebody sets on what was let in long ago.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from hardstand.model.past import PastRequest

Mapped = Mapping[str, Any]

_MOST = 5_000
"""Objects that are remembered, the last ones met."""

_OTHER = "\x00another"
"""A value that no object has: whatever stood there was not the same."""


class Before:
    """The objects of a log as they were left last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str | None, str], Mapped] = OrderedDict()

    def of(self, one: PastRequest) -> Mapped | None:
        """What was there before an update; None where that cannot be told."""
        known = self._known.get(_key(one))
        if known is not None and one.object is not None and _follows(known, one.object):
            return known
        return _undone(one.object, one.patch) if one.object is not None else None

    def took_place(self, one: PastRequest) -> None:
        """Remember what a request that was answered well has left; nothing where that is not told."""
        key = _key(one)
        self._known.pop(key, None)
        if one.object is None or one.as_sent:
            return
        self._known[key] = one.object
        if len(self._known) > _MOST:
            self._known.popitem(last=False)


def _key(one: PastRequest) -> tuple[str, str, str | None, str]:
    return one.group, one.resource, one.namespace, one.name


def _follows(before: Mapped, after: Mapped) -> bool:
    """Tell whether nothing that the log does not have came in between, as far as generations tell.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/, `generation`
    """
    old, new = before.get("metadata"), after.get("metadata")
    if not isinstance(old, dict) or not isinstance(new, dict) or old.get("uid") != new.get("uid"):
        return False
    first, second = old.get("generation"), new.get("generation")
    return not (isinstance(first, int) and isinstance(second, int)) or second - first <= 1


def _undone(after: Mapped, patch: Any) -> Mapped | None:
    """The object with something else in each place that a patch names; None for what is not known to be a patch.

    What is applied by the server is told whole, changed or not, so that it says nothing.
    """
    if isinstance(patch, list) and patch:
        made: Any = dict(after)
        for step in patch:
            path = step.get("path") if isinstance(step, dict) else None
            if not isinstance(path, str):
                return None
            if step.get("op") != "test":  # It only looks: RFC 6902, section 4.6.
                made = _at(made, [_token(part) for part in path.split("/")[1:]])
        return made if isinstance(made, dict) else None
    if not isinstance(patch, dict) or not patch or "kind" in patch:
        return None
    return _below(after, patch)


def _below(after: Mapped, patch: Mapped) -> dict[str, Any]:
    made = dict(after)
    for key, value in patch.items():
        if key.startswith("$"):
            continue  # A directive: https://github.com/kubernetes/community, strategic-merge-patch.md
        inner = after.get(key)
        made[key] = _below(inner if isinstance(inner, dict) else {}, value) if isinstance(value, dict) else _OTHER
    return made


def _at(node: Any, path: list[str]) -> Any:
    """The node with something else at a path of RFC 6902, or at the list that the path goes through."""
    if not path or isinstance(node, list):
        return _OTHER
    node = node if isinstance(node, dict) else {}
    return {**node, path[0]: _at(node.get(path[0]), path[1:])}


def _token(part: str) -> str:
    """Source: RFC 6901, section 4."""
    return part.replace("~1", "/").replace("~0", "~")
