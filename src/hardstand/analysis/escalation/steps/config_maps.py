"""ConfigMaps of kube-system that something strong obeys.

On EKS, `aws-auth` says which identities of the cloud are in which groups, system:masters among them. kube-proxy reads a
kubeconfig from its own, which may name a program to run. What kubeadm keeps in `kubeadm-config` and `kubelet-config` is
how it sets components up at the next upgrade. CoreDNS answers as its `coredns` says, for every name that pods ask for.
`cluster-info` in kube-public is signed with the bootstrap tokens, so that a change to it is noticed.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, NODE, Fact, Node, Step, StepKind
from hardstand.analysis.escalation.making import by
from hardstand.analysis.escalation.picture import SYSTEM, Picture
from hardstand.analysis.escalation.powers import ENTER_PODS
from hardstand.analysis.escalation.rights import Ask
from hardstand.inventory.views.config import ConfigMap

_AWS = "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"
_DNS = "https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/"
_KUBEADM = "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-reconfigure/"


def _change(name: str) -> Ask:
    return Ask(("update", "patch"), (("", "configmaps"),), only=frozenset((name,)))


AWS = StepKind(
    "aws-auth",
    "writes an identity of the cloud into aws-auth, as one of system:masters",
    "use EKS access entries, and let nobody change aws-auth",
    _AWS,
)
DNS = StepKind(
    "coredns",
    "answers for every name that pods ask for",
    "allow to change ConfigMaps of kube-system to nobody but who installs it",
    _DNS,
    sure=False,
)
PROXY = StepKind(
    "kube-proxy-config",
    "has kube-proxy run a program by its kubeconfig",
    "allow to change ConfigMaps of kube-system to nobody but who installs it",
    "https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/",
    sure=False,
)
UPGRADE = StepKind(
    "kubeadm-config",
    "decides how the next upgrade sets the control plane up",
    "allow to change ConfigMaps of kube-system to nobody but who installs it",
    _KUBEADM,
    sure=False,
)
KUBELETS = StepKind(
    "kubelet-config",
    "decides how the next upgrade sets kubelets up",
    "allow to change ConfigMaps of kube-system to nobody but who installs it",
    _KUBEADM,
    sure=False,
)

_STEERING = (
    ("aws-auth", ADMIN, AWS),
    ("coredns", Node(ENTER_PODS), DNS),
    ("kube-proxy", Node(NODE), PROXY),
    ("kubeadm-config", ADMIN, UPGRADE),
    ("kubelet-config", Node(NODE), KUBELETS),
)


def find(picture: Picture) -> Iterator[Step]:
    """Who changes them. In files a ConfigMap that is not there counts only where a rule names it."""
    there = picture.named.get(ConfigMap, frozenset())
    for name, end, kind in _STEERING:
        exists = (SYSTEM, name) in there
        fact = Fact(f"configmap {SYSTEM}/{name}", f"ConfigMap {SYSTEM}/{name} is obeyed")
        for held in picture.rights.each(_change(name)):
            named = not picture.settled and name in held.ruled.rule.names
            if held.namespace in ("", SYSTEM) and (exists or named):
                step = by(held, end, kind)
                yield Step(step.start, end, kind, step.needs | {fact}, step.proofs) if exists else step
