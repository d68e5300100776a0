"""GCP IAM policies: what `getIamPolicy` gives of one resource, or Cloud Asset Inventory of many.

Source: https://cloud.google.com/iam/docs/reference/rest/v1/Policy, and
https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hardstand.model.right import Right
from hardstand.sources.elsewhere.values import items, mappings, text, words


def read(found: Any, scope: str, place: str) -> Iterator[Right | str]:
    """The rights in a policy or in a list of them, and what in them could not be read."""
    if isinstance(found, dict) and isinstance(found.get("results"), list):
        if found.get("nextPageToken"):
            yield "it is cut off (nextPageToken): there are more pages"
        found = found["results"]
    if isinstance(found, list):
        for one in mappings(found, ""):
            if isinstance(one, str):
                yield one
            elif not isinstance(one[1].get("policy"), dict):
                yield f"[{one[0]}] has no policy"
            else:
                where = text(one[1], "resource").removeprefix("//") or scope
                yield from _bindings(one[1]["policy"], where, f"{place}: [{one[0]}]")
    elif isinstance(found, dict) and ("bindings" in found or "etag" in found):
        yield from _bindings(found, scope or f"policy/{Path(place).stem}", place)
    else:
        yield "it is no policy as getIamPolicy gives it"


def _bindings(policy: Any, scope: str, place: str) -> Iterator[Right | str]:
    if policy.get("bindings") is not None and not isinstance(policy["bindings"], list):
        yield "`bindings` is no list"
    for one in mappings(items(policy, "bindings"), "bindings"):
        if isinstance(one, str):
            yield one
            continue
        at, binding = one
        role, members = text(binding, "role"), words(binding.get("members"))
        if not role or len(members) != len(items(binding, "members")):
            yield f"bindings[{at}] has no role, or members that are no texts"
            continue
        title, expression = text(binding, "condition", "title"), text(binding, "condition", "expression")
        comes_to = (f"if {expression}",) if expression else ()
        by = f"binding of {role}" + (f" ({title})" if title else "")
        for member in members:
            yield Right("gcp", member, role, scope, by, f"{place}: bindings[{at}]", comes_to)
