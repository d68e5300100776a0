"""GitLab: members of projects and groups, as its API lists them.

Source: https://docs.gitlab.com/api/members/, with the roles by number. A list does not say of what it is, so that is
named with the file.
"""

from collections.abc import Iterator
from typing import Any

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import mappings, text, time

_LEVELS = {
    0: "no access", 5: "minimal access", 10: "guest", 15: "planner", 20: "reporter", 30: "developer", 40: "maintainer",
    50: "owner", 60: "administrator",
}  # fmt: skip


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in a list, and what in it could not be read."""
    if not isinstance(found, list):
        yield "it is no list, as GitLab's API gives them"
        return
    for one in mappings(found, ""):
        if isinstance(one, str):
            yield one
            continue
        at, entry = one
        name, level = text(entry, "username"), entry.get("access_level")
        if not name or not isinstance(level, int):
            yield f"[{at}] has no username or access_level"
            continue
        custom = text(entry, "member_role", "name")
        notes = [f"until {text(entry, 'expires_at')}"] if text(entry, "expires_at") else []
        notes += [f"is {text(entry, 'state')}"] if text(entry, "state") not in ("", "active") else []
        yield Right(
            system="gitlab",
            subject=f"user:{name}",
            right=custom or _LEVELS.get(level, f"access level {level}"),
            scope=scope,
            by=f"member of {scope}",
            place=f"{place}: [{at}]",
            comes_to=tuple(notes),
            since=time(text(entry, "created_at")),
        )
