"""What the controls over bindings have in common."""

from collections.abc import Iterator, Sequence

from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.who import ANONYMOUS, UNAUTHENTICATED, Who
from hardstand.inventory.views.rbac import Binding, Grantee

HARMLESS = (
    "system:public-info-viewer",
    "system:discovery",  # Until Kubernetes 1.14.
    "system:service-account-issuer-discovery",
    "system:openshift:public-info-viewer",
)
"""ClusterRoles that whoever has not signed in may hold, as they are made."""
BOOTSTRAP = "kubeadm:bootstrap-signer-clusterinfo"
"""The Role by which kubeadm shows the cluster's address and authority to nodes that join."""
ANYBODY = (ANONYMOUS, UNAUTHENTICATED)
"""Those who have not signed in."""


def is_harmless(binding: Binding) -> bool:
    """Tell whether a binding gives, by its name, what whoever has not signed in may hold."""
    kind, name = binding.role.kind_, binding.role.name
    if kind == "Role":
        return name == BOOTSTRAP and binding.namespace == "kube-public"
    return kind == "ClusterRole" and name in HARMLESS


def is_anybody(who: Who) -> bool:
    """Tell whether a subject is whoever has not signed in."""
    return who.user in ANYBODY or (not who.user and who.name in ANYBODY)


def grantees(binding: Binding) -> Iterator[tuple[Grantee, int, Who]]:
    """Whom a binding gives its role to: the field, its place in the list, and who is meant.

    MalformedFieldError where a field is not as Kubernetes has it.
    """
    listed = binding.grantees
    for at, who in subjects(binding):
        yield listed[at], at, who


def called(binding: Binding) -> str:
    """What tells a binding from others, as the root of findings."""
    return f"{binding.kind.name}:{binding.namespace or ''}/{binding.name}"


def listed(whom: Sequence[Who]) -> str:
    """Some subjects in a sentence: the first, and how many more there are."""
    more = f" and {len(whom) - 1} more" if len(whom) > 1 else ""
    return f"{whom[0]}{more}"
