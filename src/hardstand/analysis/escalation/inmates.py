"""Workloads as somebody meets them who gets into their pods: whose token lies there, and whether they hold.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hardstand.analysis.escalation.graph import WORKLOAD, Fact, Node
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

    @property
    def title(self) -> str:
        """How people name it."""
        return f"{self.kind} {self.namespace}/{self.name}"

    @property
    def place(self) -> Node:
        """Its node in the graph."""
        return Node(WORKLOAD, self.namespace, f"{self.kind}/{self.name}")

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
    )


def _projects(pod: PodSpec) -> bool:
    """Tell whether a token is mounted by the pod's own words."""
    return any(source.service_account_token.exists for volume in pod.volumes for source in volume.projected.sources)
