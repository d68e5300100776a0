"""Reading fields of events, of which none needs to be what it should.

Source: k8s.io/apiserver 1.36, pkg/apis/audit/v1/types.go, and pkg/endpoints/filters/authorization.go (its annotations).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

DECISION, REASON = "authorization.k8s.io/decision", "authorization.k8s.io/reason"
DECIDED = frozenset({"ResponseStarted", "ResponseComplete", "Panic"})
"""Stages at which the authorizers have answered."""
_REFUSED = frozenset({401, 403})


def text(fields: Mapping[str, Any], key: str) -> str:
    """The text there; nothing where there is none."""
    found = fields.get(key)
    return found if isinstance(found, str) else ""


def mapping(fields: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, dict) else {}


def moment(event: Mapping[str, Any]) -> datetime | None:
    """When an event was answered, or came, in UTC: RFC 3339. Events of other kinds have neither.

    None too for times that no API server had: beside them there would be no room for days or time zones.
    """
    for key in ("stageTimestamp", "requestReceivedTimestamp"):
        try:
            found = datetime.fromisoformat(text(event, key))
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
        if _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return found
    return None


_FIRST_YEAR, _LAST_YEAR = 1970, 9000


def status(event: Mapping[str, Any]) -> int:
    """The status that it was answered with; 0 where that is not told."""
    code = mapping(event, "responseStatus").get("code")
    return code if isinstance(code, int) else 0


def listed(fields: Mapping[str, Any], key: str) -> list[Any]:
    """The list there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, list) else []


def allowed(event: Mapping[str, Any]) -> bool:
    """Whether the authorizers allowed it: as they say, else unless it was answered so."""
    said = text(mapping(event, "annotations"), DECISION)
    return said == "allow" if said else status(event) not in _REFUSED


def path_and_query(event: Mapping[str, Any]) -> tuple[str, str]:
    """The path that was asked for and the query behind it, both as they were sent.

    The API server writes no scheme and no host in front (`URL.RequestURI` of Go), and `//x/y` is a path.
    """
    path, _, query = text(event, "requestURI").partition("?")
    return path, query
