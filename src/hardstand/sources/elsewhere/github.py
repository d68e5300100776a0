"""GitHub: members of organisations and teams, collaborators and teams of repositories, as its API lists them.

Source: https://docs.github.com/rest/orgs/members, /rest/teams/members, /rest/collaborators/collaborators and
/rest/repos/repos#list-repository-teams. The lists do not say of what they are, so that is named with the file. Neither
since when nor when last is told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import mappings, text

_STRONGEST = ("admin", "maintain", "push", "triage", "pull")


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in a list, and what in it could not be read."""
    if not isinstance(found, list):
        yield "it is no list, as GitHub's API gives them"
        return
    for one in mappings(found, ""):
        if isinstance(one, str):
            yield one
            continue
        at, entry = one
        who = _subject(entry)
        if not who:
            yield f"[{at}] is neither a user nor a team"
            continue
        right = text(entry, "role_name") or text(entry, "role") or _permission(entry) or "member"
        by = f"{'team' if who.startswith('team:') else right if right == 'member' else 'collaborator'} of {scope}"
        yield Right("github", who, right, scope, by, f"{place}: [{at}]", _site(entry))


def _subject(entry: Mapping[str, Any]) -> str:
    user = text(entry, "login") or text(entry, "user", "login")
    if user:
        return f"{'app' if text(entry, 'type') == 'Bot' else 'user'}:{user}"
    return f"team:{text(entry, 'slug')}" if text(entry, "slug") else ""


def _permission(entry: Mapping[str, Any]) -> str:
    """The strongest of the permissions that are true, or the one that is named."""
    permissions = entry.get("permissions")
    if isinstance(permissions, dict):
        return next((word for word in _STRONGEST if permissions.get(word) is True), "")
    return text(entry, "permission")


def _site(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return ("administers the whole site",) if entry.get("site_admin") is True else ()
