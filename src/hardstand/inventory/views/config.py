"""Configuration, identity and cluster objects.

Source: https://kubernetes.io/docs/reference/kubernetes-api/
"""

from hardstand.inventory.views.base import (
    Subject,
    View,
    boolean,
    int_or_string,
    integer,
    nested,
    string,
    string_map,
    strings,
    views,
)
from hardstand.inventory.views.references import LocalRef
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.volume import HostPath
from hardstand.model.kind import Kind


class Namespace(Subject):
    """A Namespace."""

    kinds = frozenset({Kind("", "Namespace")})


class ConfigMap(Subject):
    """A ConfigMap."""

    kinds = frozenset({Kind("", "ConfigMap")})
    values = string_map("data")
    binary = string_map("binaryData")
    immutable = boolean("immutable")


class Secret(Subject):
    """A Secret. Its values are read by nothing that reports."""

    kinds = frozenset({Kind("", "Secret")})
    type = string("type")
    immutable = boolean("immutable")
    values = string_map("data")
    plain_values = string_map("stringData")


class ServiceAccount(Subject):
    """A ServiceAccount."""

    kinds = frozenset({Kind("", "ServiceAccount")})
    automount_token = boolean("automountServiceAccountToken")
    secrets = views("secrets", LocalRef)
    image_pull_secrets = views("imagePullSecrets", LocalRef)


class TokenHolder(Subject):
    """A Secret or a ServiceAccount: the two ends of a service account's token that is kept in a Secret."""

    kinds = frozenset({Kind("", "Secret"), Kind("", "ServiceAccount")})
    type = string("type")
    secrets = views("secrets", LocalRef)


class PodDisruptionBudgetSpec(View):
    """How many pods must stay, or may go."""

    selector = nested("selector", LabelSelector)
    min_available = int_or_string("minAvailable")
    max_unavailable = int_or_string("maxUnavailable")
    unhealthy_pod_eviction_policy = string("unhealthyPodEvictionPolicy")


class PodDisruptionBudget(Subject):
    """A PodDisruptionBudget."""

    kinds = frozenset({Kind("policy", "PodDisruptionBudget")})
    spec = nested("spec", PodDisruptionBudgetSpec)


class ScaleTarget(View):
    """What an autoscaler scales."""

    api_version = string("apiVersion")
    kind_ = string("kind")
    name = string("name")


class HorizontalPodAutoscalerSpec(View):
    """Between how many replicas, of what."""

    min_replicas = integer("minReplicas")
    max_replicas = integer("maxReplicas")
    target = nested("scaleTargetRef", ScaleTarget)


class HorizontalPodAutoscaler(Subject):
    """A HorizontalPodAutoscaler."""

    kinds = frozenset({Kind("autoscaling", "HorizontalPodAutoscaler")})
    spec = nested("spec", HorizontalPodAutoscalerSpec)


class ClaimRef(View):
    """The claim that a volume is bound to."""

    namespace = string("namespace")
    name = string("name")


class PersistentVolumeSpec(View):
    """What a volume is."""

    host_path = nested("hostPath", HostPath)
    storage_class_name = string("storageClassName")
    claim = nested("claimRef", ClaimRef)


class PersistentVolume(Subject):
    """A PersistentVolume."""

    kinds = frozenset({Kind("", "PersistentVolume")})
    spec = nested("spec", PersistentVolumeSpec)


class NamespaceSelector(View):
    """Which namespaces a monitor looks in; its own when neither is set."""

    any = boolean("any")
    match_names = strings("matchNames")


class ServiceMonitorSpec(View):
    """Which Services Prometheus scrapes."""

    selector = nested("selector", LabelSelector)
    namespace_selector = nested("namespaceSelector", NamespaceSelector)


class ServiceMonitor(Subject):
    """A ServiceMonitor of the Prometheus operator."""

    kinds = frozenset({Kind("monitoring.coreos.com", "ServiceMonitor")})
    spec = nested("spec", ServiceMonitorSpec)
