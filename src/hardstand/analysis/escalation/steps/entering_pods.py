"""Getting into pods that run: exec, attach, port-forward, ephemeral containers, another image, and the kubelet's API.

Who runs code in a pod is its service account, and whatever else the pod is. A rule for `pods/exec` is enough: names of
pods are no secret. Streams over WebSocket are GET requests, for which older API servers ask for `get` alone; newer ones
(those of 1.36 do) ask for `create` beside it, and no manifest says of which version the server is.
The kubelet asks for `nodes/proxy` where it has no subresource of its own for what is done, which is so for exec, run
and attach even with the finer subresources of 1.36; what those allow is to read.
Attach gives the input of a process, where it reads one; a forwarded port and the proxy give what listens there. What
comes of these depends on the program.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import NODE, WORKLOAD, Node, Step, StepKind
from hardstand.analysis.escalation.making import by, powers
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ENTER_PODS
from hardstand.analysis.escalation.rights import Ask

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"
_KUBELET = "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/#kubelet-authorization"
_BOTH = ("create", "get")

EXEC = Ask(("create",), (("", "pods/exec"),))
EXEC_BY_GET = Ask(("get",), (("", "pods/exec"),))
ATTACH = Ask(_BOTH, (("", "pods/attach"),))
FORWARD = Ask(_BOTH, (("", "pods/portforward"),))
HTTP = Ask(("create", "get", "update", "patch", "delete"), (("", "pods/proxy"),))
EPHEMERAL = Ask(("update", "patch"), (("", "pods/ephemeralcontainers"),))
IMAGE = Ask(("update", "patch"), (("", "pods"),))
PROXY = Ask(_BOTH, (("", "nodes/proxy"),), clusterwide=True)

_FIX = "allow {what} only in namespaces whose workloads are no stronger, and to people only for a time"

BY_EXEC = StepKind("exec", "runs a command in a pod {where}", _FIX.format(what="pods/exec"), SOURCE)
BY_GET = StepKind(
    "exec-by-get",
    "runs a command in a pod {where} over a WebSocket, for which older API servers ask for `get` alone",
    _FIX.format(what="pods/exec"),
    SOURCE,
    sure=False,
)
BY_ATTACH = StepKind(
    "attach",
    "writes to a process of a pod {where} that reads its input",
    _FIX.format(what="pods/attach"),
    SOURCE,
    sure=False,
)
BY_FORWARD = StepKind(
    "port-forward",
    "speaks to what listens in a pod {where}, on its loopback too",
    _FIX.format(what="pods/portforward"),
    "https://kubernetes.io/docs/tasks/access-application-cluster/port-forward-access-application-cluster/",
    sure=False,
)
BY_HTTP = StepKind(
    "pods-proxy",
    "sends requests to what listens in a pod {where}, past policies of the network",
    _FIX.format(what="pods/proxy"),
    "https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/",
    sure=False,
)
BY_EPHEMERAL = StepKind(
    "ephemeral-container",
    "puts a container of its own into a running pod {where}, with the pod's volumes and token",
    _FIX.format(what="pods/ephemeralcontainers"),
    "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/",
)
PRIVILEGED = StepKind(
    "ephemeral-on-node",
    "puts a privileged container into a running pod, where no Pod Security level forbids it",
    "label the namespace pod-security.kubernetes.io/enforce=baseline or restricted",
    "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
)
BY_IMAGE = StepKind(
    "change-pod-image",
    "gives a running pod {where} another image",
    "allow to change pods to controllers alone; people change what makes them",
    "https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement",
)
BY_PROXY = StepKind(
    "nodes-proxy",
    "runs a command in any pod by way of its kubelet",
    "allow nodes/metrics, nodes/stats, nodes/log, nodes/healthz, nodes/pods or nodes/configz in place of nodes/proxy",
    _KUBELET,
)
_WAYS = (
    (EXEC, BY_EXEC),
    (EXEC_BY_GET, BY_GET),
    (ATTACH, BY_ATTACH),
    (FORWARD, BY_FORWARD),
    (HTTP, BY_HTTP),
    (EPHEMERAL, BY_EPHEMERAL),
    (IMAGE, BY_IMAGE),
)
IN = StepKind("in-pod", "is in the pod", "see the step before", SOURCE, counts=False)


def find(picture: Picture) -> Iterator[Step]:
    """Who gets into pods, and into which."""
    for ask, kind in _WAYS:
        yield from powers(picture, ask, ENTER_PODS, kind)
    for held in picture.rights.each(EPHEMERAL):
        if _unenforced(picture, held.namespace):
            yield by(held, Node(NODE), PRIVILEGED)
    yield from _proxied(picture)
    yield from _entered(picture)


def _unenforced(picture: Picture, namespace: str) -> bool:
    """Tell whether there are pods, or may be, where no Pod Security level is enforced."""
    if not picture.settled:
        return namespace not in picture.enforced
    homes = {one.namespace for one in picture.inmates} - picture.enforced
    return namespace in homes if namespace else bool(homes)


def _proxied(picture: Picture) -> Iterator[Step]:
    """A right for one node is for the pods there; where pods run is known of a running cluster."""
    for held in picture.rights.each(PROXY):
        if not held.name:
            yield by(held, Node(ENTER_PODS), BY_PROXY)
            continue
        for inmate in picture.inmates:
            if inmate.node == held.name or not inmate.node:
                yield by(held, inmate.place, BY_PROXY)


def _entered(picture: Picture) -> Iterator[Step]:
    narrow = {(held.namespace, held.name) for ask, _ in _WAYS for held in picture.rights.each(ask) if held.name}
    for inmate in picture.inmates:
        yield Step(Node(ENTER_PODS, inmate.namespace), inmate.place, IN)
    for namespace, name in sorted(narrow):
        for inmate in picture.inmates:
            if namespace in ("", inmate.namespace) and _is_pod_of(name, inmate.kind, inmate.name):
                yield Step(
                    Node(ENTER_PODS, namespace, name),
                    Node(WORKLOAD, inmate.namespace, f"{inmate.kind}/{inmate.name}"),
                    IN,
                )


def _is_pod_of(pod: str, kind: str, name: str) -> bool:
    """Tell whether a pod of this name is the workload, or one that it makes; StatefulSets number theirs."""
    base, dash, number = pod.rpartition("-")
    return (
        pod == name if kind == "Pod" else kind == "StatefulSet" and bool(dash) and number.isdecimal() and base == name
    )
