"""Names for places in an object that stay when lists are reordered.

A place is named twice: for people, `spec.containers[name=web].image`, where a list item without a name keeps its
index; and for identity, where such an item is named by its content instead, since its index moves.
"""

import hashlib
import json
from collections.abc import Sequence

from hardstand.model.path import Path, Value, dotted

_KEYS = ("name", "key", "mountPath", "containerPort", "port", "host", "ip", "path", "type", "kind")
"""Fields that name an item in Kubernetes' lists (mostly its merge keys), best first."""


def field_names(data: Value, path: Path) -> tuple[str, str]:
    """The name of the place `path` in the object `data` for people, and its stable name for ids."""
    shown: list[str] = []
    stable: list[str] = []
    node: Value = data
    for step in path:
        if isinstance(step, int):
            items = node if isinstance(node, list) else []
            label = _label(items, step)
            shown.append(label or f"[{step}]")
            stable.append(label or _content_label(items, step))
            node = items[step] if step < len(items) else None
        else:
            part = dotted((step,))
            joined = part if not shown or part.startswith("[") else f".{part}"
            shown.append(joined)
            stable.append(joined)
            node = node.get(step) if isinstance(node, dict) else None
    return "".join(shown), "".join(stable)


def _label(items: Sequence[Value], at: int) -> str | None:
    """`[name=web]` when one of the naming keys tells this item from its siblings."""
    item = items[at] if at < len(items) else None
    if not isinstance(item, dict):
        return None
    for key in _KEYS:
        value = item.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            twins = sum(isinstance(other, dict) and other.get(key) == value for other in items)
            if twins == 1:
                return f"[{key}={value}]"
    return None


def _content_label(items: Sequence[Value], at: int) -> str:
    """The item's content as a short digest; equal siblings are told apart by their order among themselves."""
    if at >= len(items):
        return f"[{at}]"
    texts = [json.dumps(item, sort_keys=True, default=str) for item in items[: at + 1]]
    digest = hashlib.sha256(texts[at].encode("utf-8", "surrogatepass")).hexdigest()[:12]
    twins = sum(text == texts[at] for text in texts[:at])
    return f"[#{digest}]" if not twins else f"[#{digest}+{twins}]"
