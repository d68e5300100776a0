"""Who held which address when, from objects of Kubernetes as they were seen: pods, Services, nodes, endpoints.

A pod has its address from its first start on, up to the last moment at which it was seen running. What was seen last
in the newest picture has it still. One that ended has it up to when its last container ended. Between the last sight of
one pod and the beginning of the next, an address is nobody's that is known.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus,
https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.selecting import subset
from hardstand.network.observed.resolving import Behind, Resolved, Resolver, Sort, Tenure

Object = Mapping[str, Any]

API_SERVER = "kubernetes"
"""The Service in `default` behind which the API server is.

Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
"""

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


@dataclass(slots=True)
class _Life:
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
    started: datetime | None = None
    """When the first container of a pod started."""

    @property
    def since(self) -> datetime:
        """From when on it had its addresses."""
        return self.started or self.begins or self.first

    @property
    def until(self) -> datetime | None:
        """Up to when it is known to have had them; None is still."""
        return self.finished if self.finished is not None else self.last

    @property
    def is_known(self) -> bool:
        """Whether its end is known, or that it has none yet."""
        return self.ran or self.finished is not None


def resolver(sights: Iterable[Sight]) -> Resolver:
    """What answers whose address it was. Objects that are not as Kubernetes has them tell nothing."""
    lives = _lives(sights)
    makers = _makers(one.data for one in lives)
    pods: dict[str, list[_Life]] = defaultdict(list)
    hosted: dict[str, list[_Life]] = defaultdict(list)
    for one in lives:
        if one.data["kind"] == "Pod":
            pods[_text(_mapping(one.data, "metadata"), "namespace")].append(one)
            if _mapping(one.data, "spec").get("hostNetwork") is True:
                hosted[_text(_mapping(one.data, "spec"), "nodeName")].append(one)
    tenures: list[Tenure] = []
    behind: list[Behind] = []
    for life in lives:
        kind = life.data.get("kind")
        if kind == "Pod":
            tenures += _of_pod(life, makers)
        elif kind == "Service":
            tenures += _of_service(life)
            behind += _behind_service(life, pods, makers)
        elif kind == "Node":
            tenures += _of_node(life)
            behind += _on_node(life, hosted, makers)
        elif kind in ("EndpointSlice", "Endpoints"):
            tenures += _of_endpoints(life)
    blocks = [block for life in lives if life.data.get("kind") == "Node" for block in _blocks(life.data)]
    return Resolver(tenures, behind, blocks, makers)


def _lives(sights: Iterable[Sight]) -> list[_Life]:
    """Sights of one object as one, with all addresses it had: one that was made again under its name is another."""
    found: dict[tuple[object, ...], _Life] = {}
    seen_at: dict[tuple[object, ...], datetime] = {}
    for one in sights:
        if one.data.get("kind") not in KINDS:
            continue
        meta = _mapping(one.data, "metadata")
        key = (one.data["kind"], meta.get("namespace"), meta.get("name"), meta.get("uid"))
        life = found.get(key)
        if life is None:
            life = found[key] = _Life(_needed(one.data), one.first, one.first, {}, ran=False)
            seen_at[key] = one.first
        elif one.first > seen_at[key]:
            life.data, seen_at[key] = _needed(one.data), one.first
        _add(life, one)
    return list(found.values())


def _add(life: _Life, one: Sight) -> None:
    life.addresses |= dict.fromkeys(_addresses(one.data))
    life.first = min(life.first, one.first)
    life.begins = _earlier(life.begins, _begins(one.data))
    life.started = _earlier(life.started, _started(one.data))
    if _phase(one.data) in _ENDED:
        life.finished = _finished(one.data)
    elif not life.ran:
        life.ran, life.last = True, one.last
    elif life.last is not None:
        life.last = None if one.last is None else max(life.last, one.last)


def _needed(data: Object) -> Object:
    """What is looked at of an object later: a history holds many, and most of each is not."""
    meta = _mapping(data, "metadata")
    kept = ("name", "namespace", "labels", "ownerReferences")
    spec = {key: data["spec"][key] for key in _OF_SPEC if key in _mapping(data, "spec")}
    more = {key: data[key] for key in ("subsets", "endpoints", "ports") if key in data}
    return {"kind": data["kind"], "metadata": {key: meta[key] for key in kept if key in meta}, "spec": spec, **more}


def _begins(data: Object) -> datetime | None:
    if data.get("kind") == "Pod":
        return _moment(_mapping(data, "status").get("startTime"))
    return _moment(_mapping(data, "metadata").get("creationTimestamp"))


def _started(data: Object) -> datetime | None:
    """When the first container of a pod started: before that it sends nothing, and its address may be another's yet.

    Of a container that was started again only the last start is told, so that one says nothing.
    """
    status = _mapping(data, "status")
    starts = None
    for one in (*_objects(status, "initContainerStatuses"), *_objects(status, "containerStatuses")):
        if one.get("restartCount") == 0:
            for state in ("running", "terminated"):
                starts = _earlier(starts, _moment(_mapping(_mapping(one, "state"), state).get("startedAt")))
    return starts


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _finished(pod: Object) -> datetime | None:
    """When the last container of a pod ended; None where no container says so."""
    ends = [
        _moment(_mapping(_mapping(one, "state"), "terminated").get("finishedAt"))
        for one in _objects(_mapping(pod, "status"), "containerStatuses")
    ]
    return max((one for one in ends if one is not None), default=None)


def _of_pod(life: _Life, makers: Mapping[Owner, Owner]) -> Iterator[Tenure]:
    """The tenures of a pod with an address of its own; one on its node's network has none."""
    if _mapping(life.data, "spec").get("hostNetwork") is True or not life.is_known:
        return
    meta = _mapping(life.data, "metadata")
    owner, labels = _owner(life.data, makers), _labels(life.data)
    holder = Resolved(Sort.POD, _text(meta, "name"), _text(meta, "namespace"), owner, labels=labels)
    for address in life.addresses:
        yield Tenure(address, holder, life.since, life.until)


def _addresses(data: Object) -> Iterator[str]:
    """The addresses of a pod, a Service or a node."""
    status, spec = _mapping(data, "status"), _mapping(data, "spec")
    told: list[object] = []
    if data.get("kind") == "Pod":
        told = [status.get("podIP"), *(one.get("ip") for one in _objects(status, "podIPs"))]
    elif data.get("kind") == "Service":
        balancers = _objects(_mapping(status, "loadBalancer"), "ingress")
        told = [spec.get("clusterIP"), *_list(spec, "clusterIPs"), *_list(spec, "externalIPs")]
        told += [one.get("ip") for one in balancers]
    elif data.get("kind") == "Node":
        told = [one.get("address") for one in _objects(status, "addresses")]
    for one in told:
        if isinstance(one, str) and (shortest := _shortest(one)):
            yield shortest


def _of_service(life: _Life) -> Iterator[Tenure]:
    meta = _mapping(life.data, "metadata")
    name, namespace = _text(meta, "name"), _text(meta, "namespace")
    sort = Sort.API_SERVER if (namespace, name) == ("default", API_SERVER) else Sort.SERVICE
    for address in life.addresses:
        yield Tenure(address, Resolved(sort, name, namespace), life.since, life.until)


def _of_node(life: _Life) -> Iterator[Tenure]:
    meta = _mapping(life.data, "metadata")
    holder = Resolved(Sort.NODE, _text(meta, "name"), labels=_labels(life.data))
    for address in life.addresses:
        yield Tenure(address, holder, life.since, life.until)


def _of_endpoints(life: _Life) -> Iterator[Tenure]:
    """Where the API server itself is. It may be a node's address; then the port tells which of the two is meant."""
    meta = _mapping(life.data, "metadata")
    service = _labels(life.data).get("kubernetes.io/service-name", _text(meta, "name"))
    if (_text(meta, "namespace"), service) != ("default", API_SERVER):
        return
    parts = _objects(life.data, "subsets") or [life.data]
    for part in parts:
        ports = frozenset(one["port"] for one in _objects(part, "ports") if isinstance(one.get("port"), int))
        told: list[object] = [one.get("ip") for one in _objects(part, "addresses")]
        told += [each for one in _objects(part, "endpoints") for each in _list(one, "addresses")]
        for address in told:
            if isinstance(address, str) and (shortest := _shortest(address)):
                holder = Resolved(Sort.API_SERVER, API_SERVER, "default")
                yield Tenure(shortest, holder, life.since, life.until, ports)


def _behind_service(life: _Life, pods: Mapping[str, list[_Life]], makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    meta, selector = _mapping(life.data, "metadata"), _mapping(_mapping(life.data, "spec"), "selector")
    if not selector:
        return
    of = (Sort.SERVICE, _text(meta, "namespace"), _text(meta, "name"))
    for pod in pods.get(of[1], ()):
        if subset(selector, _labels(pod.data)):
            yield from _standing(of, pod, makers)


def _on_node(life: _Life, hosted: Mapping[str, list[_Life]], makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    name = _text(_mapping(life.data, "metadata"), "name")
    for pod in hosted.get(name, ()):
        yield from _standing((Sort.NODE, "", name), pod, makers)


def _standing(of: tuple[Sort, str, str], pod: _Life, makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    if pod.is_known:
        yield Behind(of, _owner(pod.data, makers), pod.since, pod.until)


def _makers(objects: Iterable[Object]) -> dict[Owner, Owner]:
    """Who made whom, as references say; what controls counts before others, as `reach` has it."""
    found: dict[Owner, Owner] = {}
    for one in objects:
        meta = _mapping(one, "metadata")
        references = _objects(meta, "ownerReferences")
        chosen = next((each for each in references if each.get("controller") is True), next(iter(references), None))
        if chosen is not None and isinstance(chosen.get("name"), str):
            namespace = _text(meta, "namespace")
            maker = Owner(namespace, chosen["name"], _text(chosen, "kind") or "Pod")
            found[Owner(namespace, _text(meta, "name"), _text(one, "kind"))] = maker
    return found


def _owner(pod: Object, makers: Mapping[Owner, Owner]) -> Owner:
    meta = _mapping(pod, "metadata")
    owner = Owner(_text(meta, "namespace"), _text(meta, "name"), "Pod")
    seen = {owner}
    while (maker := makers.get(owner)) is not None and maker not in seen:
        seen.add(maker)
        owner = maker
    return owner


def _blocks(node: Object) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    spec = _mapping(node, "spec")
    for one in dict.fromkeys([spec.get("podCIDR"), *_list(spec, "podCIDRs")]):
        try:
            if isinstance(one, str):
                yield ipaddress.ip_network(one, strict=False)
        except ValueError:
            continue


def _shortest(word: str) -> str:
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return ""  # `None` of a headless Service, and names of nodes and load balancers.


def _moment(word: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(word) if isinstance(word, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _phase(data: Object) -> object:
    return _mapping(data, "status").get("phase")


def _labels(data: Object) -> dict[str, str]:
    told = _mapping(_mapping(data, "metadata"), "labels")
    return {key: value for key, value in told.items() if isinstance(value, str)}


def _mapping(data: Object, key: str) -> Object:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _list(data: Object, key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []


def _objects(data: Object, key: str) -> list[Object]:
    return [one for one in _list(data, key) if isinstance(one, dict)]


def _text(data: Object, key: str) -> str:
    found = data.get(key)
    return found if isinstance(found, str) else ""
