"""Azure role assignments, as `az role assignment list` gives them.

Source: https://learn.microsoft.com/cli/azure/role/assignment, and
https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription, with fields in `properties`.
"""

from collections.abc import Iterator
from typing import Any

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import items, mappings, text, time


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in a list of role assignments, and what in it could not be read."""
    if isinstance(found, dict) and isinstance(found.get("value"), list):
        if found.get("nextLink"):
            yield "it is cut off (nextLink): there are more pages"
        found = found["value"]
    if not isinstance(found, list):
        yield "it is no list of role assignments"
        return
    for one in mappings(items(found), ""):
        if isinstance(one, str):
            yield one
            continue
        at, entry = one
        fields = entry["properties"] if isinstance(entry.get("properties"), dict) else entry
        who = text(fields, "principalName") or text(fields, "principalId")
        role = text(fields, "roleDefinitionName") or text(fields, "roleDefinitionId").rpartition("/")[2]
        where = text(fields, "scope") or scope
        if not who or not role or not where:
            yield f"[{at}] has no principal, role or scope"
            continue
        condition = text(fields, "condition")
        sort = (text(fields, "principalType") or "principal").lower()
        yield Right(
            system="azure",
            subject=f"{sort}:{who}",
            right=role,
            scope=where,
            by=f"role assignment {text(entry, 'name')}".rstrip(),
            place=f"{place}: [{at}]",
            comes_to=(f"if {condition}",) if condition else (),
            since=time(text(fields, "createdOn")),
        )
