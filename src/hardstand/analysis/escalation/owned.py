"""Pods and what made them: a person edits a Deployment, and not the pods that come and go.

A pod is called by its outermost owner where it is in the graph what that one's template says. One that is anything
else, such as a pod into which a webhook put a container, or one that only claims to be owned, keeps its own name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from hardstand.analysis.escalation.inmates import Inmate

_Key: TypeAlias = tuple[str, str, str]


def owned(inmates: Sequence[Inmate]) -> Sequence[Inmate]:
    """The same, with their outermost owners among them."""
    known = {_key(one): one for one in inmates}
    return [one if root is one else _of(one, root) for one in inmates for root in (_root(one, known),)]


def _of(one: Inmate, root: Inmate) -> Inmate:
    if one.inside != root.inside:
        return replace(one, owner=(root.kind, root.name))
    return replace(one, owner=(root.kind, root.name), as_owner=True, breaks_out=root.breaks_out)


def _root(one: Inmate, known: Mapping[_Key, Inmate]) -> Inmate:
    """The outermost owner that was read; itself where it has none. What owns itself in a circle ends it."""
    seen = {_key(one)}
    while one.maker is not None:
        above = known.get((one.namespace, *one.maker))
        if above is None or _key(above) in seen:
            break
        seen.add(_key(above))
        one = above
    return one


def _key(one: Inmate) -> _Key:
    return (one.namespace, one.kind, one.name)
