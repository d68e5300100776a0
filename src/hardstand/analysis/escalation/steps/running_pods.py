"""Running pods of one's own making: as any account of the namespace, with any of its Secrets, and on any node.

Who may create pods, or what makes pods, writes their whole specification: the service account whose token is mounted,
the Secrets that are mounted, the node, and whether the container is privileged. The API server asks for no right to use
an account or a Secret that a pod names. Only a Pod Security level of the namespace keeps a pod from its node.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import NODE, SECRETS, Node, Step, StepKind
from hardstand.analysis.escalation.making import by, homes, powers
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT, CHANGE_WORKLOADS, RUN_PODS
from hardstand.analysis.escalation.rights import Ask

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation"

PODS = Ask(("create",), (("", "pods"),))
CHANGEABLE = (
    ("apps", "deployments", "Deployment"),
    ("apps", "daemonsets", "DaemonSet"),
    ("apps", "statefulsets", "StatefulSet"),
    ("apps", "replicasets", "ReplicaSet"),
    ("", "replicationcontrollers", "ReplicationController"),
    ("batch", "cronjobs", "CronJob"),
)
"""Kinds whose pod template may be changed; that of a Job may not.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-scheduling-directives
"""
MAKERS = (*((group, plural) for group, plural, _ in CHANGEABLE), ("batch", "jobs"))
OPERATED = (
    ("argoproj.io", "workflows"),
    ("argoproj.io", "cronworkflows"),
    ("argoproj.io", "rollouts"),
    ("tekton.dev", "taskruns"),
    ("tekton.dev", "pipelineruns"),
    ("serving.knative.dev", "services"),
    ("serving.knative.dev", "configurations"),
    ("apps.kruise.io", "clonesets"),
    ("apps.kruise.io", "statefulsets"),
    ("apps.kruise.io", "daemonsets"),
    ("apps.openshift.io", "deploymentconfigs"),
)
"""Custom resources whose author chooses the service account of the pods that an operator makes of them."""

MAKING = Ask(("create",), MAKERS)
OPERATING = Ask(("create",), OPERATED)
RUNNING = Ask(("create",), (("", "pods"), *MAKERS))
"""Any of the ways to make pods."""

_FIX = "leave making pods {where} to a pipeline, or keep stronger accounts and Secrets elsewhere"

CREATE = StepKind("create-pods", "creates a pod {where}", _FIX, SOURCE)
MAKE = StepKind("create-workloads", "creates a workload {where}, of which a controller makes pods", _FIX, SOURCE)
CHANGE = StepKind("change-workloads", "changes the pod template of a workload {where}", _FIX, SOURCE)
OPERATE = StepKind(
    "create-custom-workloads",
    "creates a custom resource {where}, of which an operator makes pods, where it is installed",
    _FIX,
    SOURCE,
    sure=False,
)
CHANGED = StepKind("changed-pods", "has its template run", _FIX, SOURCE, counts=False)
AS_ACCOUNT = StepKind(
    "pod-as-account",
    "lets the pod run as any service account of {namespace}",
    "keep stronger accounts in namespaces of their own",
    SOURCE,
    counts=False,
)
WITH_SECRET = StepKind(
    "pod-with-secret",
    "lets the pod mount any Secret of {namespace}",
    "keep Secrets of others in namespaces of their own",
    SOURCE,
    counts=False,
)
ON_NODE = StepKind(
    "pod-on-node",
    "lets the pod be privileged, on a node of its choice",
    "label the namespace pod-security.kubernetes.io/enforce=baseline or restricted",
    "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    counts=False,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who may run pods, and what comes of it."""
    yield from powers(picture, PODS, RUN_PODS, CREATE)
    yield from powers(picture, MAKING, RUN_PODS, MAKE)
    yield from powers(picture, OPERATING, RUN_PODS, OPERATE)
    for group, plural, kind in CHANGEABLE:
        yield from _changed(picture, Ask(("update", "patch"), ((group, plural),)), kind)
    for home in ("", *picture.namespaces):
        runs = Node(RUN_PODS, home)
        yield Step(runs, Node(ANY_ACCOUNT, home), AS_ACCOUNT)
        yield Step(runs, Node(SECRETS, home), WITH_SECRET)
        if home and home not in picture.enforced:
            yield Step(runs, Node(NODE), ON_NODE)


def _changed(picture: Picture, ask: Ask, kind: str) -> Iterator[Step]:
    """What is changed must be there; what is not in files may come yet."""
    there: dict[str, set[str]] = {}
    for home, sort, name in picture.workloads:
        if sort == kind:
            there.setdefault(home, set()).add(name)
    ends: dict[Node, None] = {}
    for held in picture.rights.each(ask):
        power = Node(CHANGE_WORKLOADS, held.namespace, f"{kind}/{held.name}" if held.name else kind)
        ends[power] = None
        yield by(held, power, CHANGE)
    for power in ends:
        if not picture.settled:
            yield Step(power, Node(RUN_PODS, power.namespace), CHANGED)
            continue
        name = power.name.partition("/")[2]
        for home in homes(picture, power.namespace):
            if name in there.get(home, ()) if name else home in there:
                yield Step(power, Node(RUN_PODS, home), CHANGED)
