"""What steps are found in: the rights of a picture, and the objects that make of a right a step.

An object that cannot be read, and one that may not be listed, leaves a doubt: a path may be there that is not told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeVar

from hardstand.analysis.escalation.inmates import WORKLOAD_FIELDS, Inmate, inmate_of
from hardstand.analysis.escalation.rights import Rights
from hardstand.analysis.node_parts import takes
from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import ConfigMap, Namespace, PersistentVolume, Secret, ServiceAccount
from hardstand.inventory.views.extending import (
    ApiService,
    ClusterNode,
    MutatingWebhooks,
    ResourceDefinition,
    ValidatingWebhooks,
)
from hardstand.inventory.views.rbac import Binding
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Privilege
from hardstand.model.violation import MalformedFieldError

S = TypeVar("S", bound=Subject)
T = TypeVar("T")

ESCALATION_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    *RBAC_READS,
    (Workload, WORKLOAD_FIELDS),
    (ServiceAccount, ("automountServiceAccountToken",)),
    (Namespace, ("metadata.labels",)),
    (Secret, ("type", "metadata.annotations")),
    (ConfigMap, ()),
    (PersistentVolume, ("spec.hostPath", "spec.claimRef")),
    (ClusterNode, ("metadata.labels",)),
    (MutatingWebhooks, ()),
    (ValidatingWebhooks, ()),
    (ResourceDefinition, ()),
    (ApiService, ()),
)
"""The views that must be among the neighbours, and what must be kept of each."""

SYSTEM = "kube-system"
ALWAYS = ("default", "kube-node-lease", "kube-public", SYSTEM)
"""Namespaces of every cluster: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"""

_ENFORCE = "pod-security.kubernetes.io/enforce"
_ACCOUNT = "kubernetes.io/service-account.name"
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type of Secrets
_BOOTSTRAP = "bootstrap.kubernetes.io/token"
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """A Secret that holds a token: of a service account, or one that new nodes join with."""

    namespace: str
    name: str
    account: str
    """Empty for a bootstrap token."""


@dataclass(frozen=True, slots=True)
class HostVolume:
    """A PersistentVolume that is a folder of a node with which one takes the node."""

    name: str
    path: str
    namespace: str
    """Of the claim that has it; empty where it is free."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that steps are found in."""

    rights: Rights
    settled: bool
    """It is of a running cluster: what is not there is not there."""
    namespaces: Sequence[str] = ()
    enforced: AbstractSet[str] = frozenset()
    """Namespaces that take no pod which breaks out."""
    accounts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of service accounts by namespace."""
    inmates: Sequence[Inmate] = ()
    workloads: AbstractSet[tuple[str, str, str]] = frozenset()
    """Namespaces, kinds and names of all workloads."""
    bindings: Sequence[tuple[str, str, str, str]] = ()
    """Namespaces and names of the bindings, whomever they name, and the kinds and names of the roles that they give."""
    nodes: Sequence[str] = ()
    control_plane: Sequence[str] = ()
    """Nodes on which the keys of the cluster lie."""
    tokens: Sequence[TokenSecret] = ()
    volumes: Sequence[HostVolume] = ()
    named: Mapping[type[Subject], AbstractSet[tuple[str, str]]] = field(default_factory=dict)
    """Namespaces and names of the objects of some kinds."""
    doubts: Sequence[str] = ()

    @property
    def permissions(self) -> Permissions:
        """The roles and grants."""
        return self.rights.permissions

    def may_hold(self, view: type[Subject], name: str = "", namespace: str = "") -> bool:
        """Tell whether there may be such an object, or with no name any; in files what is not there may come yet."""
        found = self.named.get(view, frozenset())
        if not self.settled:
            return True
        return (namespace, name) in found if name else any(not namespace or home == namespace for home, _ in found)


def picture_of(neighbours: Neighbours, permissions: Permissions, *, settled: bool) -> Picture:
    """The picture of what was read with ESCALATION_READS. Never raises: what cannot be read is a doubt in it."""
    doubts: list[str] = []
    read = _Reading(doubts)
    for view, _ in ESCALATION_READS[len(RBAC_READS) :]:
        gap = neighbours.gap(view, None, anywhere=True)
        if gap is not None:
            doubts.append(gap.reason)
    accounts = neighbours.anywhere(ServiceAccount)
    mute = {
        (one.namespace or "", one.name)
        for one in accounts
        if read(one, lambda one: one.automount_token is False, False)
    }
    inmates = read.all(neighbours.anywhere(Workload), lambda one: inmate_of(one, mute))
    for inmate in inmates:
        doubts.extend(f"in {inmate.title}, {note}" for note in inmate.notes)
    labelled = neighbours.anywhere(Namespace)
    levels = {one.name: read(one, lambda one: one.metadata.labels.get(_ENFORCE, ""), "") for one in labelled}
    homes = _accounts(permissions, accounts, inmates)
    nodes = neighbours.anywhere(ClusterNode)
    control = [one.name for one in nodes if read(one, _is_control_plane, False)]
    return Picture(
        rights=Rights(permissions),
        settled=settled,
        namespaces=_namespaces(permissions, levels, homes),
        enforced=frozenset(name for name, level in levels.items() if level in ("baseline", "restricted")),
        accounts=homes,
        inmates=_placed(inmates),
        workloads=frozenset((one.namespace, one.kind, one.name) for one in inmates),
        bindings=sorted(read.all(neighbours.anywhere(Binding), _binding)),
        nodes=sorted({*(one.name for one in nodes), *(one.node for one in inmates if one.node)}),
        control_plane=sorted(control),
        tokens=read.all(neighbours.anywhere(Secret), _token),
        volumes=read.all(neighbours.anywhere(PersistentVolume), _host),
        named={
            view: frozenset((one.namespace or "", one.name) for one in neighbours.anywhere(view))
            for view in (ClusterNode, ConfigMap, MutatingWebhooks, ValidatingWebhooks, ResourceDefinition, ApiService)
        },
        doubts=tuple(dict.fromkeys((*(one.reason for one in permissions.doubts), *doubts))),
    )


class _Reading:
    """Asks objects, and keeps why one did not answer."""

    def __init__(self, doubts: list[str]) -> None:
        self._doubts = doubts

    def __call__(self, one: S, ask: Callable[[S], T], otherwise: T) -> T:
        try:
            return ask(one)
        except MalformedFieldError as error:
            self._doubts.append(f"in {one.object.ref}, {error}")
            return otherwise

    def all(self, ones: Iterable[S], ask: Callable[[S], T | None]) -> list[T]:
        """What each of them answers, but for nothing."""
        return [found for one in ones if (found := self(one, ask, None)) is not None]


def _binding(one: Binding) -> tuple[str, str, str, str]:
    return (one.namespace or "", one.name, one.role.kind_ or "", one.role.name or "")


def _is_control_plane(node: ClusterNode) -> bool:
    return any(label in node.metadata.labels for label in _CONTROL_PLANE)


def _token(secret: Secret) -> TokenSecret | None:
    home = secret.namespace or ""
    if secret.type == _TOKEN:
        account = secret.metadata.annotations.get(_ACCOUNT)
        return TokenSecret(home, secret.name, account) if account else None
    return TokenSecret(home, secret.name, "") if secret.type == _BOOTSTRAP and home == SYSTEM else None


def _host(volume: PersistentVolume) -> HostVolume | None:
    path = volume.spec.host_path.path_ if volume.spec.host_path.exists else None
    if not path or takes(path, writable=True, as_root=True) < Privilege.NODE:
        return None
    return HostVolume(volume.name, path, volume.spec.claim.namespace or "")


def _accounts(
    permissions: Permissions, objects: Iterable[ServiceAccount], inmates: Iterable[Inmate]
) -> Mapping[str, Sequence[str]]:
    """Service accounts: those that are there, those that something is given to, and those that pods run as."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in objects:
        found[one.namespace or ""].add(one.name)
    for who in permissions.subjects():
        if who.namespace:
            found[who.namespace].add(who.name)
    for inmate in inmates:
        found[inmate.namespace].add(inmate.account)
    return {home: sorted(names) for home, names in sorted(found.items())}


def _namespaces(permissions: Permissions, levels: Iterable[str], homes: Iterable[str]) -> Sequence[str]:
    granted = {grant.namespace for grant in permissions.grants}
    return sorted({*levels, *homes, *granted, *ALWAYS} - {""})


def _placed(inmates: Sequence[Inmate]) -> Sequence[Inmate]:
    """Where pods are there with their nodes, they alone are inmates, and what makes pods now and then."""
    if not any(one.node for one in inmates):
        return inmates
    return [one for one in inmates if one.kind in ("Pod", "CronJob")]
