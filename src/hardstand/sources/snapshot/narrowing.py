"""Some namespaces of a snapshot, and what lies in none: what a cluster gives with -n, offline."""

import re
from collections.abc import Iterator, Sequence

from hardstand.model.gap import Gap, Gaps, elsewhere
from hardstand.model.kind import Kind
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Page
from hardstand.sources.reading import unreadable
from hardstand.sources.snapshot.header import Header
from hardstand.sources.snapshot.reading import Snapshot

_NAMESPACE = Kind("", "Namespace")
_INSIDE = re.compile(r"cluster:(?:/(?:api|apis/[^/]+)/[^/]+/namespaces/([^/]+)/[^/]+/[^/]+|[^/]+/([^/]+))")
"""The name of an object in a namespace, or what a list of one is called that failed."""

_ITSELF = re.compile(r"cluster:/api/[^/]+/namespaces/([^/]+)")
_SHOWN = 10


def within(snapshot: Snapshot, namespaces: Sequence[str]) -> Iterator[Page | Gap | Unreadable]:
    """What the snapshot gives of these namespaces, and of what lies in none.

    Of all others nothing is said, as if they had not been asked for. A namespace that there is not is an `Unreadable`.
    """
    header, there = snapshot.header, list[str]()
    yield from (elsewhere(kind, namespaces) for kind in sorted(_parted(header)))
    for one in snapshot.pages():
        if isinstance(one, Gap):
            if _concerns(one, namespaces):
                yield one
            continue
        name = one.name if isinstance(one, Page) else one.path
        itself = _ITSELF.fullmatch(name)
        there += [itself[1]] if itself else []
        inside = itself or _INSIDE.fullmatch(name)
        if inside is None or (inside[1] or inside[2]) in namespaces:
            yield one
    for name in namespaces:
        if (reason := _missing(header, name, there)) is not None:
            yield unreadable(snapshot.name, reason)


def _parted(header: Header) -> set[Kind]:
    """The kinds of which other namespaces may hold objects; Namespaces themselves are asked for by name."""
    listed = {one.of for one in header.about.kinds if one.namespaced or one.of == _NAMESPACE}
    return listed | {one.kind for one in header.gaps if one.namespace is not None or one.but}


def _concerns(gap: Gap, namespaces: Sequence[str]) -> bool:
    """Tell whether something may be missing in one of the namespaces: what is missing elsewhere is said otherwise."""
    if gap.namespace is not None:
        return gap.namespace in namespaces
    return not gap.but or not gap.but.issuperset(namespaces)


def _missing(header: Header, name: str, there: Sequence[str]) -> str | None:
    """Why a namespace can only have been named by mistake; None where it is there, or may be."""
    held = header.about.namespaces
    if held is not None:
        return None if name in held else f"namespace `{name}` was not read when it was taken, only {_some(held)}"
    if name in there or Gaps(header.gaps).among([_NAMESPACE], name):
        return None
    known = any(one.of == _NAMESPACE for one in header.about.kinds)
    return f"there is no namespace `{name}` in it; there are {_some(there)}" if known else None


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}" if names else "none"
