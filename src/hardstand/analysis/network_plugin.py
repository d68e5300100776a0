"""What makes a cluster's network, and whether it enforces network policies.

Told by the images of the programs that run on every node, as the projects' own manifests name them; the sources are
beside each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from hardstand.baseline.network import Cni
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind
from hardstand.model.violation import MalformedFieldError, NotApplicableError


class Enforces(Enum):
    """Whether policies count."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    """On settings or a version that the picture does not tell."""


ENFORCING: Mapping[Cni, Enforces] = {
    Cni.ANTREA: Enforces.YES,
    Cni.AWS_VPC_CNI: Enforces.DEPENDS,
    Cni.AZURE_CNI: Enforces.DEPENDS,
    Cni.CALICO: Enforces.YES,
    Cni.CANAL: Enforces.YES,
    Cni.CILIUM: Enforces.YES,
    Cni.FLANNEL: Enforces.NO,
    Cni.GKE_DATAPLANE_V2: Enforces.YES,
    Cni.KINDNET: Enforces.DEPENDS,
    Cni.KUBE_OVN: Enforces.YES,
    Cni.KUBE_ROUTER: Enforces.YES,
    Cni.OPENSHIFT_SDN: Enforces.YES,
    Cni.OVN_KUBERNETES: Enforces.YES,
    Cni.WEAVE: Enforces.YES,
    Cni.NONE: Enforces.NO,
}
"""What each does with policies.

- flannel does not: https://github.com/flannel-io/flannel#networking-details; with Calico's agent it is Canal.
- the VPC CNI does where its node agent is told to: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
- Azure's does with a policy engine beside it:
  https://learn.microsoft.com/azure/aks/use-network-policies
- kindnet does since kind 0.24: https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0
"""

_IMAGES: Sequence[tuple[str, Cni]] = (
    ("antrea-agent", Cni.ANTREA),
    ("antrea-agent-ubuntu", Cni.ANTREA),
    ("antrea-agent-ubi", Cni.ANTREA),
    ("antrea-ubuntu", Cni.ANTREA),
    ("calico/node", Cni.CALICO),
    ("calico-node", Cni.CALICO),
    ("mirrored-calico-node", Cni.CALICO),
    ("cilium/cilium", Cni.CILIUM),
    ("mirrored-cilium-cilium", Cni.CILIUM),
    ("flannel", Cni.FLANNEL),
    ("mirrored-flannel-flannel", Cni.FLANNEL),
    ("kindnetd", Cni.KINDNET),
    ("kube-ovn", Cni.KUBE_OVN),
    ("kube-router", Cni.KUBE_ROUTER),
    ("ovn-kube", Cni.OVN_KUBERNETES),
    ("ovn-kube-ubuntu", Cni.OVN_KUBERNETES),
    ("ovn-kube-fedora", Cni.OVN_KUBERNETES),
    ("weave-kube", Cni.WEAVE),
    ("amazon-k8s-cni", Cni.AWS_VPC_CNI),
    ("azure-cns", Cni.AZURE_CNI),
)
"""The ends of image names, without tag and digest, by what they are.

Sources: the DaemonSets in antrea-io/antrea (build/yamls), projectcalico/calico (manifests), cilium/cilium
(install/kubernetes), flannel-io/flannel (Documentation/kube-flannel.yml), kubernetes-sigs/kind (images/kindnetd),
kubeovn/kube-ovn (dist/images), cloudnativelabs/kube-router (daemonset), ovn-org/ovn-kubernetes (dist/templates),
rajch/weave (reweave), aws/amazon-vpc-cni-k8s (config/master), Azure/azure-container-networking.
"""
_ON_NODES = (Kind("apps", "DaemonSet"), Kind("extensions", "DaemonSet"))
_WITHOUT_PODS = frozenset({Cni.CILIUM, Cni.GKE_DATAPLANE_V2})
_AWS_AGENTS = ("aws-network-policy-agent", "aws-eks-nodeagent")
_AWS_ON, _AWS_OFF = "--enable-network-policy=true", "--enable-network-policy=false"
"""The agent of the VPC CNI, which enforces policies where it is told to.

Source: https://github.com/aws/aws-network-policy-agent#setup and aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni.
"""
_AZURE_AGENT = "azure-npm"
"""Source: Azure/azure-container-networking, npm."""


@dataclass(frozen=True, slots=True)
class Program:
    """A container that runs on every node."""

    image: str
    arguments: tuple[str, ...] = ()


def plugins_in(programs: Iterable[Program]) -> Mapping[Cni, Enforces]:
    """What makes the network by what runs on every node, and whether each enforces policies."""
    found: dict[Cni, Enforces] = {}
    agents: list[Program] = []
    azure = False
    for one in programs:
        name = _name(one.image)
        found.update((cni, ENFORCING[cni]) for end, cni in _IMAGES if _ends(name, end))
        if any(_ends(name, end) for end in _AWS_AGENTS):
            agents.append(one)
        azure = azure or _ends(name, _AZURE_AGENT)
    if Cni.AWS_VPC_CNI in found:
        found[Cni.AWS_VPC_CNI] = _of_aws(agents)
    if azure:
        found[Cni.AZURE_CNI] = Enforces.YES
    return found


def plugins_of(workloads: Iterable[Workload]) -> Mapping[Cni, Enforces]:
    """As `plugins_in`, by the workloads of a picture; what cannot be read of them tells nothing."""
    return plugins_in(found for one in workloads if one.kind in _ON_NODES for found in _programs(one))


def _programs(workload: Workload) -> list[Program]:
    try:
        return [Program(one.image, tuple(one.args)) for one in workload.pod.regular_containers if one.image]
    except (MalformedFieldError, NotApplicableError):
        return []


def holds_pods(plugins: Iterable[Cni]) -> bool | None:
    """Whether blocks of addresses in Kubernetes' own policies hold pods, too; None where the plugin is not told.

    To Cilium pods have identities and are in no block; to all others they have addresses like anybody. Source:
    https://docs.cilium.io/en/stable/security/policy/language/#cidr-based
    """
    known = set(plugins)
    return None if not known else known.isdisjoint(_WITHOUT_PODS)


def enforces(plugins: Mapping[Cni, Enforces]) -> Enforces:
    """Whether policies count where these are: one that enforces is enough, since each takes what the others make."""
    told = set(plugins.values())
    if Enforces.YES in told:
        return Enforces.YES
    return Enforces.NO if told == {Enforces.NO} else Enforces.DEPENDS


def _of_aws(agents: Sequence[Program]) -> Enforces:
    said = {word for one in agents for word in one.arguments}
    if not agents or _AWS_OFF in said:
        return Enforces.NO
    return Enforces.YES if _AWS_ON in said else Enforces.DEPENDS


def _ends(name: str, end: str) -> bool:
    return name == end or name.endswith(f"/{end}")


def _name(image: str) -> str:
    """An image without registry's port, tag and digest."""
    path, _, last = image.partition("@")[0].rpartition("/")
    last = last.partition(":")[0]
    return f"{path}/{last}" if path else last
