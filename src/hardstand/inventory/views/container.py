"""Containers: what each runs, with what, and how it is asked whether it lives.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hardstand.inventory.views.base import (
    View,
    boolean,
    int_or_string,
    integer,
    nested,
    quantity,
    string,
    strings,
    views,
)
from hardstand.inventory.views.references import KeyRef
from hardstand.inventory.views.security_context import SecurityContext
from hardstand.model.path import Path, Value

if TYPE_CHECKING:
    from hardstand.inventory.views.pod import PodSpec
    from hardstand.inventory.views.workload import Workload


class Amounts(View):
    """Amounts of resources; extended resources are read with `get`."""

    cpu = quantity("cpu")
    memory = quantity("memory")
    ephemeral_storage = quantity("ephemeral-storage")


class Resources(View):
    """Requests and limits."""

    requests = nested("requests", Amounts)
    limits = nested("limits", Amounts)


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


class Header(View):
    """A header that an HTTP request is sent with."""

    name = string("name")
    value = string("value")


class Request(View):
    """An HTTP, TCP or gRPC target of a probe or lifecycle hook."""

    host = string("host")
    port = int_or_string("port")
    path_ = string("path")
    scheme = string("scheme")
    headers = views("httpHeaders", Header)


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
