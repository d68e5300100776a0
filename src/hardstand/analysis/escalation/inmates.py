"""Workloads as somebody meets them who gets into their pods: whose token lies there, and whether they hold.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hardstand.analysis.escalation.graph import ON, WORKLOAD, Fact, Node
from hardstand.analysis.privilege import privilege_of
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Privilege
from hardstand.model.violation import NotApplicableError

_CONTAINER = ("name", "securityContext", "volumeMounts", "ports")
WORKLOAD_FIELDS = (
    "pod.metadata.labels",
    *(
        f"pod.spec.{name}"
        for name in (
            "serviceAccountName",
            "serviceAccount",
            "automountServiceAccountToken",
            "nodeName",
            "hostPID",
            "hostIPC",
            "hostNetwork",
            "hostUsers",
            "securityContext",
            "volumes",
            *(
                f"{sort}.{key}"
                for sort in ("containers", "initContainers", "ephemeralContainers")
                for key in _CONTAINER
            ),
        )
    ),
    "metadata.annotations",
    "metadata.ownerReferences",
)
"""What is read of workloads."""


@dataclass(frozen=True, slots=True)
class Inmate:
    """One workload."""

    node: str
    """The cluster's node that it runs on; empty where it is not known."""
    namespace: str
    kind: str
    name: str
    account: str
    token: bool
    """A token of its service account is in its pods."""
    breaks_out: str
    """Why whoever is in its pods is root of their node; empty where nobody is."""
    secrets: tuple[str, ...] = ()
    """Secrets that its pods mount."""
    notes: tuple[str, ...] = ()
    """What could not be read of it."""
    maker: tuple[str, str] | None = None
    """The kind and name of its controller."""
    owner: tuple[str, str] | None = None
    """The kind and name of the outermost owner, which a person edits; None where none was read."""
    as_owner: bool = False
    """All that is asked of it here is as its owner's template says."""

    @property
    def called(self) -> tuple[str, str]:
        """The kind and name by which people know it."""
        return self.owner if self.owner is not None and self.as_owner else (self.kind, self.name)

    @property
    def title(self) -> str:
        """How people name it."""
        kind, name = self.called
        return f"{kind} {self.namespace}/{name}"

    @property
    def place(self) -> Node:
        """Its node in the graph. Pods of one owner on one node of the cluster are one: who is in any is where the
        others are, as the same account.
        """
        kind, name = self.called
        where = f"{ON}{self.node}" if self.node and (kind, name) != (self.kind, self.name) else ""
        return Node(WORKLOAD, self.namespace, f"{kind}/{name}{where}")

    @property
    def inside(self) -> tuple[object, ...]:
        """What whoever is in its pods has there, but for the node."""
        why, _, _ = self.breaks_out.partition(" (")  # The field is another one in a template than in a pod.
        return (self.account, self.token, why, self.secrets)

    def answers_to(self, name: str) -> bool:
        """Tell whether a person means it by `NAME`, `KIND/NAME` or the same with the node that it is on."""
        names = [(self.kind, self.name), *([self.owner] if self.owner else [])]
        return name == self.place.name or any(name in (own, f"{kind}/{own}") for kind, own in names)

    @property
    def fact(self) -> Fact:
        """That it breaks out."""
        return Fact(f"breaks-out {self.title}", f"{self.title}: {self.breaks_out}")


def inmate_of(workload: Workload, mute: AbstractSet[tuple[str, str]]) -> Inmate | None:
    """The workload, where the accounts `mute` mount no token by themselves; None where no pod of it is described.

    MalformedFieldError where it cannot be told whom it runs as.
    """
    if workload.kind.name == "PodTemplate":
        return None  # Nothing makes pods of it by itself.
    try:
        pod = workload.pod
    except NotApplicableError:
        return None
    home, account = workload.namespace or "", workload.service_account
    told = privilege_of(workload)
    breaks = told.value is Privilege.NODE
    notes = tuple(one for one in told.because if one.startswith("cannot be read"))
    asked = pod.automount_token
    return Inmate(
        node=(pod.node_name or "") if workload.kind.name == "Pod" else "",
        namespace=home,
        kind=workload.kind.name,
        name=workload.name,
        account=account,
        token=_projects(pod) or (asked is not False and (asked is True or (home, account) not in mute)),
        breaks_out=told.because[0] if breaks else "",
        secrets=tuple(sorted({name for one in pod.volumes if (name := one.secret.secret_name)})),
        notes=notes,
        maker=_maker(workload),
    )


def _maker(workload: Workload) -> tuple[str, str] | None:
    """The controller by its kind and name. It only gives a name, so what is no reference is none.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
    """
    listed = workload.metadata.get("ownerReferences")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("controller") is True:
            return str(one.get("kind")), str(one.get("name"))
    return None


def _projects(pod: PodSpec) -> bool:
    """Tell whether a token is mounted by the pod's own words."""
    return any(source.service_account_token.exists for volume in pod.volumes for source in volume.projected.sources)
