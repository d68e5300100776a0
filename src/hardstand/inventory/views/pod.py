"""Pods: the specification that every workload shares.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.views.base import Field, View, boolean, nested, string, string_map, strings, views
from hardstand.inventory.views.container import Container, EphemeralContainer, InitContainer, Resources
from hardstand.inventory.views.references import LocalRef
from hardstand.inventory.views.security_context import PodSecurityContext
from hardstand.inventory.views.volume import Volume
from hardstand.model.path import Path, Value

if TYPE_CHECKING:
    from hardstand.inventory.views.workload import Workload


class Toleration(View):
    """A taint that the pod puts up with."""

    key = string("key")
    operator = string("operator")
    value = string("value")
    effect = string("effect")


class HostAlias(View):
    """An entry in the pod's hosts file."""

    ip = string("ip")
    hostnames = strings("hostnames")


class DnsOption(View):
    """A resolver option."""

    name = string("name")
    value = string("value")


class DnsConfig(View):
    """The pod's resolver settings."""

    nameservers = strings("nameservers")
    options = views("options", DnsOption)


class Os(View):
    """The operating system that the pod is for."""

    name = string("name")


class PodSpec(View):
    """What a pod runs. Containers of all three sorts are in `containers`, in the order init, regular, ephemeral."""

    host_network = boolean("hostNetwork")
    host_pid = boolean("hostPID")
    host_ipc = boolean("hostIPC")
    host_users = boolean("hostUsers")
    userns_mode = string("usernsMode")
    """Of Compose alone; `host` takes a container out of the user namespace that the engine gives all others."""
    share_process_namespace = boolean("shareProcessNamespace")
    automount_token = boolean("automountServiceAccountToken")
    service_account_name = string("serviceAccountName")
    deprecated_service_account = string("serviceAccount")
    priority_class_name = string("priorityClassName")
    restart_policy = string("restartPolicy")
    node_name = string("nodeName")
    node_selector = string_map("nodeSelector")
    dns_policy = string("dnsPolicy")
    dns_config = nested("dnsConfig", DnsConfig)
    host_aliases = views("hostAliases", HostAlias)
    image_pull_secrets = views("imagePullSecrets", LocalRef)
    tolerations = views("tolerations", Toleration)
    affinity = nested("affinity", View)
    topology_spread = views("topologySpreadConstraints", View)
    security_context = nested("securityContext", PodSecurityContext)
    resources = nested("resources", Resources)
    volumes = views("volumes", Volume)
    init_containers = views("initContainers", InitContainer)
    regular_containers = views("containers", Container)
    ephemeral_containers = views("ephemeralContainers", EphemeralContainer)
    os = nested("os", Os)

    def __init__(self, data: Mapping[str, Value] | None, path: Path, parent: View) -> None:
        super().__init__(data, path, parent)
        self.workload: Workload = parent  # type: ignore[assignment]

    def _all(self, _key: str) -> Sequence[Container]:
        return [*self.init_containers, *self.regular_containers, *self.ephemeral_containers]

    containers: Field[Sequence[Container]] = Field("containers", _all)  # type: ignore[arg-type]
