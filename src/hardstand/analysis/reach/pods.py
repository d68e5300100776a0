"""The pods of a picture, with what network policies ask of them.

Where pods themselves are in the picture, they stand for what made them; a workload without pods in it stands for those
that it will make. Pods that have ended, and what never runs by itself, such as a PodTemplate, are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from hardstand.analysis.pods import pod_labels
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import COMPOSE_SERVICE, Kind
from hardstand.model.violation import MalformedFieldError, NotApplicableError

POD = Kind("", "Pod")
_NEVER_RUN = frozenset(
    {
        Kind("", "PodTemplate"),
        Kind("extensions.agents.x-k8s.io", "SandboxTemplate"),
        Kind("serving.knative.dev", "Configuration"),
        Kind("serving.knative.dev", "Revision"),
        COMPOSE_SERVICE,
    }
)
POD_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (
        Workload,
        (
            "metadata.labels",
            "metadata.annotations",
            "metadata.ownerReferences",
            "metadata.creationTimestamp",
            "spec.selector",
            "spec.replicas",
            "spec.hostNetwork",
            "spec.nodeName",
            "status",
            "pod.metadata.labels",
            "pod.metadata.annotations",
            "pod.spec.hostNetwork",
            "pod.spec.nodeName",
            "pod.spec.serviceAccountName",
            "pod.spec.serviceAccount",
            "pod.spec.containers.name",
            "pod.spec.containers.image",
            "pod.spec.containers.args",
            "pod.spec.containers.ports",
            "pod.spec.initContainers.name",
            "pod.spec.initContainers.ports",
            "pod.spec.initContainers.restartPolicy",
        ),
    ),
)
"""What must be among the neighbours, and what must be kept of it."""


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A workload as a person edits it; `str` names it as `namespace/name[Kind]`."""

    namespace: str
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


@dataclass(frozen=True, slots=True, order=True)
class ContainerPort:
    """A port with a name that a container declares."""

    name: str
    protocol: str
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Pod:
    """A pod, or all alike that a workload makes."""

    namespace: str
    name: str
    """The pod's; of those yet to be made, their workload's."""
    labels: Mapping[str, str]
    ports: frozenset[ContainerPort]
    declared: frozenset[tuple[str, int]]
    """All ports that containers declare, by protocol."""
    host_network: bool
    service_account: str
    owner: Owner
    addresses: tuple[str, ...] = ()
    node: str = ""
    node_addresses: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A workload whose pods cannot be told, and why."""

    workload: str
    namespace: str
    reason: str


def pods_of(neighbours: Neighbours, *, direct: bool = False) -> tuple[list[Pod], list[Unread]]:
    """The pods of the picture, and what could not be read. `direct`: owners as pods name them, not what owns these."""
    workloads = [one for one in neighbours.anywhere(Workload) if one.kind not in _NEVER_RUN]
    owners = _owners(workloads)
    made: set[Owner] = set()
    found: list[Pod] = []
    unread: list[Unread] = []
    for one in (one for one in workloads if one.kind == POD):
        if _phase(one) in ("Succeeded", "Failed"):
            continue
        chain = list(_chain(_itself(one), owners))
        made.update(chain)
        owner = chain[min(1, len(chain) - 1)] if direct else chain[-1]
        found.extend(_read(one, owner, unread))
    for one in workloads:
        me = _itself(one)
        if one.kind != POD and me not in made and not _makes_through_others(me, owners):
            found.extend(_read(one, me, unread))
    return found, unread


def _owners(workloads: Iterable[Workload]) -> dict[Owner, Owner]:
    """Who owns whom, as references say; one that controls counts before others."""
    found: dict[Owner, Owner] = {}
    for one in workloads:
        try:
            references = [cast("Mapping[str, object]", each.data) for each in one.metadata.owner_references]
        except MalformedFieldError:
            continue
        chosen = next((each for each in references if each.get("controller") is True), None)
        chosen = chosen or next(iter(references), None)
        if chosen is not None and isinstance(chosen.get("name"), str):
            kind = chosen.get("kind")
            owner = Owner(one.namespace or "", str(chosen["name"]), kind if isinstance(kind, str) and kind else "Pod")
            found[_itself(one)] = owner
    return found


def _chain(me: Owner, owners: Mapping[Owner, Owner]) -> Iterator[Owner]:
    seen: set[Owner] = set()
    at: Owner | None = me
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = owners.get(at)


def _makes_through_others(me: Owner, owners: Mapping[Owner, Owner]) -> bool:
    """Tell whether something in the picture makes this one, so that its pods are that one's."""
    return me in owners


def _itself(one: Workload) -> Owner:
    return Owner(one.namespace or "", one.name, one.kind.name)


def _phase(one: Workload) -> object:
    status = one.get("status")
    return status.get("phase") if isinstance(status, Mapping) else None


def _read(one: Workload, owner: Owner, unread: list[Unread]) -> Iterator[Pod]:
    try:
        yield _pod(one, owner)
    except NotApplicableError:
        return
    except MalformedFieldError as error:
        unread.append(Unread(str(owner), one.namespace or "", str(error)))


def _pod(one: Workload, owner: Owner) -> Pod:
    pod = one.pod
    named: set[ContainerPort] = set()
    declared: set[tuple[str, int]] = set()
    for container in (*pod.init_containers, *pod.regular_containers):
        for port in container.ports:
            if port.container_port is not None:
                protocol = port.protocol or "TCP"
                declared.add((protocol, port.container_port))
                if port.name:
                    named.add(ContainerPort(port.name, protocol, port.container_port))
    return Pod(
        namespace=one.namespace or "",
        name=one.name,
        labels=pod_labels(one),
        ports=frozenset(named),
        declared=frozenset(declared),
        host_network=pod.host_network is True,
        service_account=one.service_account,
        owner=owner,
        addresses=_addresses(one, "podIP", "podIPs", "ip"),
        node=pod.node_name or "",
        node_addresses=_addresses(one, "hostIP", "hostIPs", "ip"),
        file=one.object.origin.file,
    )


def _addresses(one: Workload, single: str, several: str, key: str) -> tuple[str, ...]:
    status = one.get("status")
    if one.kind != POD or not isinstance(status, Mapping):
        return ()
    more = status.get(several)
    items = more if isinstance(more, list) else []
    found = [status.get(single), *(each.get(key) for each in items if isinstance(each, Mapping))]
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each))
