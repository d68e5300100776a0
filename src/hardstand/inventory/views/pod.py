"""Pods: the specification that every workload shares.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.views.base import (
    Field,
    View,
    boolean,
    int_or_string,
    integer,
    nested,
    quantity,
    string,
    string_map,
    strings,
    views,
)
from hardstand.model.path import Path, Value

if TYPE_CHECKING:
    from hardstand.inventory.views.workload import Workload


class Profile(View):
    """A seccomp or AppArmor profile."""

    type = string("type")
    localhost_profile = string("localhostProfile")


class SELinuxOptions(View):
    """SELinux labels."""

    type = string("type")
    user = string("user")
    role = string("role")
    level = string("level")


class WindowsOptions(View):
    """Windows settings."""

    host_process = boolean("hostProcess")
    run_as_user_name = string("runAsUserName")


class Capabilities(View):
    """Linux capabilities added to and dropped from the container runtime's default set."""

    add = strings("add")
    drop = strings("drop")


class Sysctl(View):
    """A kernel parameter."""

    name = string("name")
    value = string("value")


class PodSecurityContext(View):
    """`spec.securityContext`."""

    run_as_non_root = boolean("runAsNonRoot")
    run_as_user = integer("runAsUser")
    run_as_group = integer("runAsGroup")
    fs_group = integer("fsGroup")
    fs_group_change_policy = string("fsGroupChangePolicy")
    sysctls = views("sysctls", Sysctl)
    seccomp_profile = nested("seccompProfile", Profile)
    app_armor_profile = nested("appArmorProfile", Profile)
    selinux_options = nested("seLinuxOptions", SELinuxOptions)
    windows_options = nested("windowsOptions", WindowsOptions)

    def _groups(self, key: str) -> Sequence[int]:
        found = self.get(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            raise self.malformed("a list", key)
        groups: list[int] = []
        for at, item in enumerate(found):
            if type(item) is not int:
                raise self.malformed("an integer", key, at)
            groups.append(item)
        return groups

    supplemental_groups: Field[Sequence[int]] = Field("supplementalGroups", _groups)  # type: ignore[arg-type]


class SecurityContext(View):
    """`containers[].securityContext`."""

    privileged = boolean("privileged")
    allow_privilege_escalation = boolean("allowPrivilegeEscalation")
    read_only_root_filesystem = boolean("readOnlyRootFilesystem")
    run_as_non_root = boolean("runAsNonRoot")
    run_as_user = integer("runAsUser")
    run_as_group = integer("runAsGroup")
    proc_mount = string("procMount")
    capabilities = nested("capabilities", Capabilities)
    seccomp_profile = nested("seccompProfile", Profile)
    app_armor_profile = nested("appArmorProfile", Profile)
    selinux_options = nested("seLinuxOptions", SELinuxOptions)
    windows_options = nested("windowsOptions", WindowsOptions)


class Amounts(View):
    """Amounts of resources; extended resources are read with `get`."""

    cpu = quantity("cpu")
    memory = quantity("memory")
    ephemeral_storage = quantity("ephemeral-storage")


class Resources(View):
    """Requests and limits."""

    requests = nested("requests", Amounts)
    limits = nested("limits", Amounts)


class KeyRef(View):
    """A key in a ConfigMap or Secret."""

    name = string("name")
    key = string("key")
    optional = boolean("optional")


class ValueFrom(View):
    """Where an environment variable's value comes from."""

    secret_key_ref = nested("secretKeyRef", KeyRef)
    config_map_key_ref = nested("configMapKeyRef", KeyRef)
    field_ref = nested("fieldRef", View)
    resource_field_ref = nested("resourceFieldRef", View)


class EnvVar(View):
    """An environment variable."""

    name = string("name")
    value = string("value")
    value_from = nested("valueFrom", ValueFrom)


class EnvFrom(View):
    """All keys of a ConfigMap or Secret as environment variables."""

    prefix = string("prefix")
    secret_ref = nested("secretRef", KeyRef)
    config_map_ref = nested("configMapRef", KeyRef)


class Port(View):
    """A port that a container declares."""

    name = string("name")
    container_port = integer("containerPort")
    host_port = integer("hostPort")
    host_ip = string("hostIP")
    any_host_port = boolean("anyHostPort")
    """Of Compose alone: the engine chooses the port of its host."""
    protocol = string("protocol")


class VolumeMount(View):
    """A volume's place in a container."""

    name = string("name")
    mount_path = string("mountPath")
    sub_path = string("subPath")
    sub_path_expr = string("subPathExpr")
    read_only = boolean("readOnly")
    mount_propagation = string("mountPropagation")


class Request(View):
    """An HTTP, TCP or gRPC target of a probe or lifecycle hook."""

    host = string("host")
    port = int_or_string("port")
    path_ = string("path")
    scheme = string("scheme")


class Handler(View):
    """What a probe or a lifecycle hook does."""

    exec = nested("exec", lambda data, path, parent: Exec(data, path, parent))
    http_get = nested("httpGet", Request)
    tcp_socket = nested("tcpSocket", Request)
    grpc = nested("grpc", Request)


class Exec(View):
    """A command run in the container."""

    command = strings("command")


class Lifecycle(View):
    """Hooks at a container's start and end."""

    post_start = nested("postStart", Handler)
    pre_stop = nested("preStop", Handler)


class Container(View):
    """An init, regular or ephemeral container of a workload."""

    name = string("name")
    image = string("image")
    image_pull_policy = string("imagePullPolicy")
    command = strings("command")
    args = strings("args")
    env = views("env", EnvVar)
    env_from = views("envFrom", EnvFrom)
    ports = views("ports", Port)
    resources = nested("resources", Resources)
    security_context = nested("securityContext", SecurityContext)
    volume_mounts = views("volumeMounts", VolumeMount)
    devices = strings("devices")
    """Of Compose alone: devices of the host, by their paths there."""
    liveness_probe = nested("livenessProbe", Handler)
    readiness_probe = nested("readinessProbe", Handler)
    startup_probe = nested("startupProbe", Handler)
    lifecycle = nested("lifecycle", Lifecycle)
    restart_policy = string("restartPolicy")

    role = "container"
    """`container`, `init container` or `ephemeral container`."""

    def __init__(self, data: Mapping[str, Value] | None, path: Path, pod: "PodSpec") -> None:
        name = (data or {}).get("name")
        self.caption = f"{self.role} {name}" if isinstance(name, str) else self.role
        super().__init__(data, path, pod)
        self.pod = pod

    @property
    def workload(self) -> "Workload":
        """The workload it is part of."""
        return self.pod.workload


class InitContainer(Container):
    """Runs before the regular containers, or beside them when its restart policy is Always."""

    role = "init container"


class EphemeralContainer(Container):
    """Put into a running pod to debug it."""

    role = "ephemeral container"


class HostPath(View):
    """A directory or file of the node."""

    path_ = string("path")
    type = string("type")


class Projection(View):
    """One source of a projected volume."""

    secret = nested("secret", KeyRef)
    config_map = nested("configMap", KeyRef)
    service_account_token = nested("serviceAccountToken", View)


class Projected(View):
    """Several sources in one volume."""

    sources = views("sources", Projection)


class SecretVolume(View):
    """A Secret as files."""

    secret_name = string("secretName")
    default_mode = integer("defaultMode")
    optional = boolean("optional")


class EmptyDir(View):
    """A directory that lives as long as the pod."""

    medium = string("medium")
    size_limit = quantity("sizeLimit")


class Claim(View):
    """A reference to a PersistentVolumeClaim."""

    claim_name = string("claimName")
    read_only = boolean("readOnly")


class FlexVolume(View):
    """A volume that a program on the node provides."""

    driver = string("driver")


class LocalRef(View):
    """A reference by name in the same namespace."""

    name = string("name")


class CsiVolume(View):
    """A volume that a driver mounts as the pod starts."""

    driver = string("driver")
    attributes = string_map("volumeAttributes")
    publish_secret = nested("nodePublishSecretRef", LocalRef)


class Volume(View):
    """A volume of a pod; `source_keys` are the keys that say what it is."""

    name = string("name")
    host_path = nested("hostPath", HostPath)
    empty_dir = nested("emptyDir", EmptyDir)
    secret = nested("secret", SecretVolume)
    config_map = nested("configMap", KeyRef)
    projected = nested("projected", Projected)
    claim = nested("persistentVolumeClaim", Claim)
    flex_volume = nested("flexVolume", FlexVolume)
    csi = nested("csi", CsiVolume)

    @property
    def source_keys(self) -> list[str]:
        """Every key with a value besides the name, in the order written."""
        return [key for key, value in self.data.items() if key != "name" and value is not None]


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
