"""Everything that was seen of one object, and so from when to when it was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hardstand.network.observed.shapes import Object, addresses_of, mapping, moment, objects, phase, text

KINDS = frozenset(
    {"Pod", "Service", "Node", "EndpointSlice", "Endpoints", "ReplicaSet", "Job", "ReplicationController"}
)
"""Kinds of objects that tell who held which address, or who made whom."""

_ENDED = ("Succeeded", "Failed")
_OF_SPEC = ("hostNetwork", "nodeName", "selector", "podCIDR", "podCIDRs")


@dataclass(frozen=True, slots=True)
class Sight:
    """An object as it was seen, from one moment to another; `last` is None where the newest picture still shows it."""

    data: Object
    first: datetime
    last: datetime | None = None
    gone: bool = False
    """It was deleted then: what is seen of it is the last of it."""


@dataclass(slots=True)
class Life:
    """Everything that was seen of one object."""

    data: Object
    """What is needed of it, as it was seen last."""
    first: datetime
    last: datetime | None
    """The last moment at which it was seen, if it is a pod running; None while the newest picture shows it so."""
    addresses: dict[str, None]
    ran: bool
    """It was seen running."""
    finished: datetime | None = None
    """When the last container of a pod ended."""
    begins: datetime | None = None
    """When it began, as it says."""
    leaving: datetime | None = None
    """When it was seen to be deleted, if it was; up to then it had them for sure."""
    gone: bool = False
    started: datetime | None = None
    """When the first container of a pod started."""

    @property
    def since(self) -> datetime:
        """From when on it had its addresses."""
        return self.started or self.begins or self.first

    @property
    def until(self) -> datetime | None:
        """Up to when it is known to have had them; None is still."""
        if self.finished is not None:
            return self.finished
        return self.leaving if self.gone else self.last

    @property
    def is_known(self) -> bool:
        """Whether its end is known, or that it has none yet."""
        return self.ran or self.finished is not None


def lives_of(sights: Iterable[Sight]) -> list[Life]:
    """Sights of one object as one, with all addresses it had: one that was made again under its name is another."""
    found: dict[tuple[str, ...], Life] = {}
    seen_at: dict[tuple[str, ...], datetime] = {}
    for one in sights:
        if text(one.data, "kind") not in KINDS:
            continue
        meta = mapping(one.data, "metadata")
        key = (text(one.data, "kind"), text(meta, "namespace"), text(meta, "name"), text(meta, "uid"))
        life = found.get(key)
        if life is None:
            life = found[key] = Life(_needed(one.data), one.first, one.first, {}, ran=False)
            seen_at[key] = one.first
        elif one.first > seen_at[key]:
            life.data, seen_at[key] = _needed(one.data), one.first
        _add(life, one)
    return list(found.values())


def _add(life: Life, one: Sight) -> None:
    life.addresses |= dict.fromkeys(addresses_of(one.data))
    life.first = min(life.first, one.first)
    life.begins = _earlier(life.begins, _begins(one.data))
    life.started = _earlier(life.started, _started(one.data))
    if one.gone or mapping(one.data, "metadata").get("deletionTimestamp") is not None:
        life.leaving, life.gone = _earlier(life.leaving, one.first), life.gone or one.gone
    if phase(one.data) in _ENDED:
        life.finished = _finished(one.data)
    elif not life.ran:
        life.ran, life.last = True, one.last
    elif life.last is not None:
        life.last = None if one.last is None else max(life.last, one.last)


def _needed(data: Object) -> Object:
    """What is looked at of an object later: a history holds many, and most of each is not."""
    meta = mapping(data, "metadata")
    kept = ("name", "namespace", "labels", "ownerReferences")
    spec = {key: data["spec"][key] for key in _OF_SPEC if key in mapping(data, "spec")}
    more = {key: data[key] for key in ("subsets", "endpoints", "ports") if key in data}
    return {"kind": data["kind"], "metadata": {key: meta[key] for key in kept if key in meta}, "spec": spec, **more}


def _begins(data: Object) -> datetime | None:
    if data.get("kind") == "Pod":
        return moment(mapping(data, "status").get("startTime"))
    return moment(mapping(data, "metadata").get("creationTimestamp"))


def _started(data: Object) -> datetime | None:
    """When the first container of a pod started: before that it sends nothing, and its address may be another's yet.

    Of a container that was started again only the last start is told, so that one says nothing.
    """
    status = mapping(data, "status")
    starts = None
    for one in (*objects(status, "initContainerStatuses"), *objects(status, "containerStatuses")):
        if one.get("restartCount") == 0:
            for state in ("running", "terminated"):
                starts = _earlier(starts, moment(mapping(mapping(one, "state"), state).get("startedAt")))
    return starts


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _finished(pod: Object) -> datetime | None:
    """When the last container of a pod ended; None where no container says so."""
    ends = [
        moment(mapping(mapping(one, "state"), "terminated").get("finishedAt"))
        for one in objects(mapping(pod, "status"), "containerStatuses")
    ]
    return max((one for one in ends if one is not None), default=None)
