"""Kubernetes kinds by API group, without versions: what an object is, however its version is spelt."""

from enum import StrEnum
from typing import NamedTuple


class Kind(NamedTuple):
    """An API group and a kind in it; the core group is the empty string."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.name}.{self.group}" if self.group else self.name


def group_of(api_version: str) -> str:
    """The API group in an `apiVersion`: `apps/v1` gives `apps`, `v1` the empty string.

    Source: https://kubernetes.io/docs/reference/using-api/#api-groups
    """
    group, slash, _ = api_version.rpartition("/")
    return group if slash else ""


class Platform(StrEnum):
    """What runs a workload."""

    KUBERNETES = "Kubernetes"
    COMPOSE = "Compose"


COMPOSE_GROUP = "compose-spec.io"
COMPOSE_VERSION = f"{COMPOSE_GROUP}/v1"
"""Ours: Compose files name no API. It is what reports say of their services."""
COMPOSE_SERVICE = Kind(COMPOSE_GROUP, "Service")


FILE_GROUPS = frozenset(
    {
        "apiserver.config.k8s.io",
        "apiserver.k8s.io",
        "audit.k8s.io",
        "eventratelimit.admission.k8s.io",
        "kubeadm.k8s.io",
        "kubecontrollermanager.config.k8s.io",
        "kubelet.config.k8s.io",
        "kubeproxy.config.k8s.io",
        "kubescheduler.config.k8s.io",
        "pod-security.admission.config.k8s.io",
    }
)
"""API groups of configuration files: they lie on hosts, no API server keeps them, and they have no name of their own.

Source: https://kubernetes.io/docs/reference/config-api/
"""


def is_file(kind: Kind) -> bool:
    """Tell whether this is a kind of configuration files; a kubeconfig has the core group and the kind Config."""
    return kind.group in FILE_GROUPS or kind == Kind("", "Config")


def is_cluster_scoped(kind: Kind) -> bool:
    """Tell whether objects of this kind live outside namespaces."""
    return kind in CLUSTER_SCOPED or is_file(kind)


def platform_of(kind: Kind) -> Platform:
    """What runs objects of this kind."""
    return Platform.COMPOSE if kind.group == COMPOSE_GROUP else Platform.KUBERNETES


CLUSTER_SCOPED = frozenset(
    {
        Kind("", "ComponentStatus"),
        Kind("", "Namespace"),
        Kind("", "Node"),
        Kind("", "PersistentVolume"),
        Kind("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
        Kind("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
        Kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        Kind("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        Kind("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        Kind("apiextensions.k8s.io", "CustomResourceDefinition"),
        Kind("apiregistration.k8s.io", "APIService"),
        Kind("certificates.k8s.io", "CertificateSigningRequest"),
        Kind("certificates.k8s.io", "ClusterTrustBundle"),
        Kind("flowcontrol.apiserver.k8s.io", "FlowSchema"),
        Kind("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        Kind("gateway.networking.k8s.io", "GatewayClass"),
        Kind("networking.k8s.io", "IPAddress"),
        Kind("networking.k8s.io", "IngressClass"),
        Kind("networking.k8s.io", "ServiceCIDR"),
        Kind("node.k8s.io", "RuntimeClass"),
        Kind("policy", "PodSecurityPolicy"),
        Kind("policy.networking.k8s.io", "AdminNetworkPolicy"),
        Kind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        Kind("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        Kind("rbac.authorization.k8s.io", "ClusterRole"),
        Kind("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        Kind("resource.k8s.io", "DeviceClass"),
        Kind("resource.k8s.io", "ResourceSlice"),
        Kind("scheduling.k8s.io", "PriorityClass"),
        Kind("storage.k8s.io", "CSIDriver"),
        Kind("storage.k8s.io", "CSINode"),
        Kind("storage.k8s.io", "StorageClass"),
        Kind("storage.k8s.io", "VolumeAttachment"),
        Kind("storage.k8s.io", "VolumeAttributesClass"),
        Kind("cert-manager.io", "ClusterIssuer"),
        Kind("hardstand.dev", "ComponentConfig"),
        Kind("external-secrets.io", "ClusterExternalSecret"),
        Kind("external-secrets.io", "ClusterPushSecret"),
        Kind("external-secrets.io", "ClusterSecretStore"),
        Kind("kyverno.io", "ClusterPolicy"),
        Kind("cilium.io", "CiliumCIDRGroup"),
        Kind("cilium.io", "CiliumClusterwideNetworkPolicy"),
        Kind("crd.antrea.io", "ClusterNetworkPolicy"),
        *(
            Kind(group, name)
            for group in ("crd.projectcalico.org", "projectcalico.org")
            for name in ("GlobalNetworkPolicy", "GlobalNetworkSet", "HostEndpoint", "Tier")
        ),
    }
)
"""Kinds that live outside namespaces. A kind that is not here is taken to be namespaced.

Source: `kubectl api-resources --namespaced=false` of Kubernetes 1.37 and the named projects' own definitions.
"""
