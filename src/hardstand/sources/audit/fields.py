"""Reading fields of events, of which none needs to be what it should."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def text(fields: Mapping[str, Any], key: str) -> str:
    """The text there; nothing where there is none."""
    found = fields.get(key)
    return found if isinstance(found, str) else ""


def mapping(fields: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, dict) else {}


def moment(event: Mapping[str, Any]) -> datetime | None:
    """When an event was answered, or came: RFC 3339. Events of other kinds have neither."""
    for key in ("stageTimestamp", "requestReceivedTimestamp"):
        try:
            found = datetime.fromisoformat(text(event, key))
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def status(event: Mapping[str, Any]) -> int:
    """The status that it was answered with; 0 where that is not told."""
    code = mapping(event, "responseStatus").get("code")
    return code if isinstance(code, int) else 0


def listed(fields: Mapping[str, Any], key: str) -> list[Any]:
    """The list there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, list) else []
