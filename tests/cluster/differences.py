"""Why the same manifests are judged otherwise as files and as what a server made of them: each difference by reason.

What is compared are findings about objects that both hold. A difference has a reason only if the objects show it: the
field was filled in, its value is written in another form, or the object that the finding asks for was made by the
server. What no reason is found for is a defect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.kind import group_of


class Reason(StrEnum):
    """Why a finding is on one side only."""

    SERVER_MADE = "server-made"
    """It is about an object, or asks for one, that nobody wrote: the server or a controller made it."""
    DEFAULTED = "defaulted"
    """It is about a field that nobody wrote and the server filled in."""
    CONVERTED = "converted"
    """It is about a field, or a version of the API, that the server writes in another form."""
    OF_THE_CLUSTER = "of the cluster"
    """It is about what the cluster is made of, and files are in none until somebody says which."""
    NONE = "no reason"


Key = tuple[str, str, str, str]
"""Group, kind, namespace and name."""
Objects = Mapping[Key, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding on one side, and why."""

    finding: Finding
    live: bool
    """It is of the live object."""
    reason: Reason
    because: str

    def __str__(self) -> str:
        where = "live" if self.live else "files"
        place = self.finding.locations[0].field
        return f"{self.reason:<12} only {where}: {self.finding.control} {self.finding.object} {place}: {self.because}"


def key_of(data: Mapping[str, Any]) -> Key:
    """What tells an object from others."""
    metadata = data["metadata"]
    return group_of(data["apiVersion"]), data["kind"], metadata.get("namespace") or "", metadata["name"]


def key_of_ref(ref: ObjectRef) -> Key:
    """The same of how a finding names its object."""
    return group_of(ref.api_version), ref.kind, ref.namespace or "", ref.name


def differences(files: Sequence[Finding], live: Sequence[Finding], written: Objects, held: Objects) -> list[Difference]:
    """Every finding that only one side has. `written` are the objects of the files, `held` those of the cluster."""
    ids = {one.id for one in files}, {one.id for one in live}
    found = [_explained(one, written, held, live=False) for one in files if one.id not in ids[1]]
    others = [one for one in live if one.id not in ids[0]]
    found += [Difference(one, True, Reason.OF_THE_CLUSTER, one.message) for one in others if _is_of_clusters(one)]
    return found + [_explained(one, written, held, live=True) for one in others if not _is_of_clusters(one)]


def _is_of_clusters(one: Finding) -> bool:
    """Whether a control is not applicable to files, which name no network plugin."""
    return one.control == "unenforced-network-policy"


def _explained(one: Finding, written: Objects, held: Objects, *, live: bool) -> Difference:
    key = key_of_ref(one.object)
    if key not in written:
        return Difference(one, live, Reason.SERVER_MADE, "the object is in no file")
    if key not in held:
        return Difference(one, live, Reason.NONE, "the object is not in the cluster")
    if written[key]["apiVersion"] != held[key]["apiVersion"]:
        versions = f"{written[key]['apiVersion']} became {held[key]['apiVersion']}"
        return Difference(one, live, Reason.CONVERTED, versions)
    path = one.locations[0].field
    before, after = _at(written[key], path), _at(held[key], path)
    if before is None and after is not None:
        return Difference(one, live, Reason.DEFAULTED, f"the server set {path} to {_short(after)}")
    if before is not None and after is not None and before != after:
        if path and isinstance(before, dict | list):
            added = sorted(_added(before, after))
            if added:
                return Difference(one, live, Reason.DEFAULTED, f"the server set {', '.join(added)} in {path}")
        if _same_quantity(before, after):
            return Difference(one, live, Reason.CONVERTED, f"{_short(before)} became {_short(after)}")
    made = [other for other in held if other not in written and _asks_for(one, other, held[other])]
    if made:
        return Difference(one, live, Reason.SERVER_MADE, f"the server made {made[0][1]} {made[0][3]}")
    return Difference(one, live, Reason.NONE, f"{path} is {_short(before)} and {_short(after)}; {one.message}")


def _asks_for(one: Finding, key: Key, data: Mapping[str, Any]) -> bool:
    """Tell whether a finding is about what this object is or does."""
    return data["metadata"]["name"] in one.message and key[2] in ("", one.object.namespace)


def _added(before: Any, after: Any, path: str = "") -> Iterable[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in after:
            if name not in before:
                yield f"{path}{name}"
            else:
                yield from _added(before[name], after[name], f"{path}{name}.")
    elif isinstance(before, list) and isinstance(after, list):
        for at, (one, two) in enumerate(zip(before, after, strict=False)):
            yield from _added(one, two, f"{path}{at}.")


def _at(data: Any, path: str) -> Any:
    """The value at a path as findings write it, `spec.containers[name=web].image`; None where there is none."""
    for step in _steps(path):
        if isinstance(step, tuple) and isinstance(data, list):
            data = next((one for one in data if isinstance(one, dict) and str(one.get(step[0])) == step[1]), None)
        elif isinstance(step, int) and isinstance(data, list):
            data = data[step] if step < len(data) else None
        elif isinstance(step, str) and isinstance(data, dict):
            data = data.get(step)
        else:
            return None
    return data


def _steps(path: str) -> Iterable[str | int | tuple[str, str]]:
    at = 0
    while at < len(path):
        if path[at] == ".":
            at += 1
        elif path.startswith('["', at):
            end = path.index('"]', at)
            yield path[at + 2 : end]
            at = end + 2
        elif path[at] == "[":
            end = path.index("]", at)
            inner = path[at + 1 : end]
            name, equals, value = inner.partition("=")
            yield (name, value) if equals else int(inner)
            at = end + 1
        else:
            end = min((one for mark in ".[" if (one := path.find(mark, at)) >= 0), default=len(path))
            yield path[at:end]
            at = end


_UNITS = {"": 1, "m": Decimal("0.001"), **{f"{one}i": 1024**at for at, one in enumerate("KMGTPE", 1)}}


def _same_quantity(before: Any, after: Any) -> bool:
    """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""
    return str(before) == str(after) or (_quantity(before) is not None and _quantity(before) == _quantity(after))


def _quantity(value: Any) -> Decimal | None:
    text = str(value)
    unit = next((one for one in sorted(_UNITS, key=len, reverse=True) if text.endswith(one)), "")
    try:
        return Decimal(text.removesuffix(unit)) * _UNITS[unit]
    except InvalidOperation:
        return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."
