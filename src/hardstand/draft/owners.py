"""Who answers for workloads, as labels, annotations and CODEOWNERS files say it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hardstand.baseline.classes import Names
from hardstand.draft.estate import Estate
from hardstand.draft.reading import texts
from hardstand.draft.sorting import Sorted
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.kind import Kind

DEFAULT_KEY = Names().owner
_KEYS = ("owner", "owned-by", "team", "squad")
_MOST = 12
"""More entries than these nobody keeps by hand: a label on the workloads does it better."""

_Where = tuple[str, str]
"""A namespace, or, outside of any, a place."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of all workloads of a namespace, or of some of them."""

    owner: str
    namespaces: tuple[str, ...]
    names: tuple[str, ...]
    """Empty for all."""
    because: str
    place: str = ""
    """Where the workloads lie that have no namespace; the one of `namespaces` is then empty."""


@dataclass(frozen=True, slots=True)
class Owners:
    """How owners are declared: by a label that the workloads have, or one by one."""

    key: str | None
    """The label or annotation to look at, where most that have an owner name it there."""
    entries: tuple[Owner, ...]
    remark: str = ""


def owners(estate: Estate, placed: Sorted) -> Owners:
    """The owners of an estate's workloads."""
    own: Counter[str] = Counter()
    for kube, _ in estate.workloads:
        own.update(key for key, _ in _said(kube))
    of_namespace = {
        kube.name: (value, f"label {key} of the namespace")
        for kube in estate.objects
        if kube.kind == Kind("", "Namespace")
        for key, value in _said(kube)
    }
    elsewhere = sum(
        (kube.namespace or "") in of_namespace or kube.origin.file in estate.owners for kube, _ in estate.workloads
    )
    key, count = max(own.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    if count and count >= elsewhere:
        return Owners(None if key == DEFAULT_KEY else key, ())
    entries = tuple(_entries(estate, placed, of_namespace))
    if len(entries) > _MOST:
        distinct = len({one.owner for one in entries})
        return Owners(
            None, (), f"{distinct} owners are named; a label `{DEFAULT_KEY}` on the workloads tells Hardstand."
        )
    return Owners(None, entries)


def _said(kube: KubeObject) -> list[tuple[str, str]]:
    """The owners that an object names, the best key first."""
    shape = SHAPES.get(kube.kind)
    template = [str(one) for one in shape.template] if shape else []
    found = {
        **(texts(kube.data, *template, "metadata", "labels") if template else {}),
        **texts(kube.data, "metadata", "labels"),
        **texts(kube.data, "metadata", "annotations"),
    }
    keys = [key for key in found if key.rpartition("/")[2] in _KEYS and found[key].strip()]
    return [
        (key, found[key].strip()) for key in sorted(keys, key=lambda one: (_KEYS.index(one.rpartition("/")[2]), one))
    ]


def _entries(estate: Estate, placed: Sorted, of_namespace: Mapping[str, tuple[str, str]]) -> Iterator[Owner]:
    """First what holds for whole namespaces; then, since the last word counts, what single workloads say."""
    whole: dict[tuple[str, str], list[str]] = defaultdict(list)
    single: dict[tuple[str, _Where, str], list[str]] = defaultdict(list)
    every: dict[_Where, set[str]] = defaultdict(set)
    owned: dict[_Where, dict[str, tuple[str, str]]] = defaultdict(dict)
    for kube, _ in estate.workloads:
        where = (kube.namespace, "") if kube.namespace else ("", placed.spot(kube).place)
        every[where].add(kube.name)
        found = _owner(kube, of_namespace, estate.owners)
        if found:
            owned[where].setdefault(kube.name, found)
    for where, named in sorted(owned.items()):
        namespace, _ = where
        most, times = Counter(named.values()).most_common(1)[0]
        base = of_namespace.get(namespace) or (most if namespace and times * 2 > len(every[where]) else None)
        if base:
            whole[base].append(namespace)
        for name, found in sorted(named.items()):
            if not base or found[0] != base[0]:
                single[found[0], where, found[1]].append(name)
    for (owner, because), namespaces in whole.items():
        yield Owner(owner, tuple(namespaces), (), because)
    for (owner, (namespace, place), because), names in single.items():
        yield Owner(owner, (namespace,), tuple(names), because, place)


def _owner(
    kube: KubeObject, of_namespace: Mapping[str, tuple[str, str]], files: Mapping[str, str]
) -> tuple[str, str] | None:
    said = _said(kube)
    if said:
        return said[0][1], f"{said[0][0]} of the workload"
    found = of_namespace.get(kube.namespace or "")
    if found:
        return found
    return (files[kube.origin.file], "CODEOWNERS") if kube.origin.file in files else None
