"""Harbor: members of a project and robot accounts, as its API lists them.

Source: Harbor's api/v2.0/swagger.yaml, `ProjectMemberEntity` and `Robot`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import items, mappings, text, time

_SORTS = {"u": "user", "g": "group"}


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in a list of members or of robots, and what in it could not be read."""
    if not isinstance(found, list):
        yield "it is no list, as Harbor's API gives them"
        return
    for one in mappings(found, ""):
        if isinstance(one, str):
            yield one
            continue
        at, entry = one
        if isinstance(entry.get("permissions"), list):
            yield from _robot(entry, f"{place}: [{at}]")
        elif text(entry, "entity_name") and text(entry, "role_name"):
            sort = _SORTS.get(text(entry, "entity_type"), "member")
            where = scope or f"project/{entry.get('project_id')}"
            who, role = f"{sort}:{text(entry, 'entity_name')}", text(entry, "role_name")
            yield Right("harbor", who, role, where, f"member of {where}", f"{place}: [{at}]")
        else:
            yield f"[{at}] is neither a member nor a robot account"


def _robot(entry: Mapping[str, Any], place: str) -> Iterator[Right | str]:
    name = text(entry, "name")
    if not name:
        yield f"{place} has no name"
        return
    ends = entry.get("expires_at")
    until = []
    if isinstance(ends, int) and ends > 0:
        until = [f"until {datetime.fromtimestamp(ends, UTC).isoformat().replace('+00:00', 'Z')}"]
    elif ends == -1:
        until = ["never ends"]
    for one in items(entry, "permissions"):
        where = text(one, "namespace")
        scope = "server" if text(one, "kind") == "system" else f"project/{where}"
        access = sorted(f"{text(each, 'action')} {text(each, 'resource')}" for each in items(one, "access"))
        disabled = ["is disabled"] if entry.get("disable") is True else []
        since = time(text(entry, "creation_time"))
        yield Right(
            "harbor", f"robot:{name}", "robot", scope, "robot account", place, (*access, *until, *disabled), since
        )
