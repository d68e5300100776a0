"""Object lies in the default namespace.

Why
    What lies in `default` shares its quota, policies and permissions with whatever else lands there by a forgotten
    `--namespace`. Rules for one program cannot be told from those for another.

Fix
    Give each program a namespace of its own and name it in `metadata.namespace`.

When it is fine
    In clusters for trying things out.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""

from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, Given, Kind, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import flag
from hardstand.inventory.views.base import AnyObject

ABSENT = flag("absent", "count objects of Kubernetes' own kinds that name none and so land there", default=False)

_OWN = frozenset(
    {
        (Kind("", "ConfigMap"), "kube-root-ca.crt"),
        (Kind("", "Endpoints"), "kubernetes"),
        (Kind("", "Service"), "kubernetes"),
        (Kind("", "ServiceAccount"), "default"),
        (Kind("discovery.k8s.io", "EndpointSlice"), "kubernetes"),
    }
)
"""What Kubernetes itself puts there."""
_OWN_KINDS = frozenset(kind for kind, _ in _OWN)


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "cis-kubernetes:5.6.4",
        "nsa-cisa:network.namespaces",
        "nist-800-53:SC-3",
        "iso-27001:A.8.22",
    ),
    parameters=[ABSENT],
)
def check(found: AnyObject, given: Given) -> Violations:
    """`metadata.namespace` must not be `default`."""
    if found.namespace is None or (found.kind in _OWN_KINDS and (found.kind, found.name) in _OWN):
        raise NotApplicableError(Why.NO_SUBJECT)
    if found.object.origin.rendered_by == "helm":
        raise NotApplicableError(Why.NO_SUBJECT)  # Whoever installs the release chooses its namespace.
    if found.metadata.namespace == "default":
        yield found.metadata.violates("lies in the default namespace", "namespace")
    elif given[ABSENT] and not found.metadata.namespace and found.namespace == "default" and _is_own(found.kind):
        yield found.metadata.violates("names no namespace and lands in the default one", "namespace")


def _is_own(kind: Kind) -> bool:
    """Tell whether it is a kind of Kubernetes; whether those of others have namespaces is not known."""
    return "." not in kind.group or kind.group.endswith(".k8s.io")
