"""What a component of a cluster runs with, as an object: how sources hand it on, and what views read.

Kubernetes has no object that says which flags a process was started with, or what a kubelet's `/configz` answers. So
sources wrap both in one of ours, and controls judge it like any other.
"""

from collections.abc import Mapping, Sequence

from hardstand.model.kind import Kind, is_file
from hardstand.model.path import Value

COMPONENT_GROUP = "hardstand.dev"
COMPONENT_VERSION = f"{COMPONENT_GROUP}/v1"
COMPONENT_CONFIG = Kind(COMPONENT_GROUP, "ComponentConfig")

API_SERVER, CONTROLLER_MANAGER, SCHEDULER = "kube-apiserver", "kube-controller-manager", "kube-scheduler"
ETCD, KUBELET, KUBE_PROXY = "etcd", "kubelet", "kube-proxy"
PROGRAMS = (API_SERVER, CONTROLLER_MANAGER, SCHEDULER, ETCD, KUBELET, KUBE_PROXY)
"""The programs whose configuration is known here, by the names of their executables."""

CONFIG_FLAGS: Mapping[str, str] = {
    KUBELET: "config",
    SCHEDULER: "config",
    KUBE_PROXY: "config",
    ETCD: "config-file",
}
"""The flag that names a file with the rest of the configuration, for the components that have one."""


def is_served(kind: Kind) -> bool:
    """Tell whether an API server can keep objects of this kind: of files and of our own wrappings none does."""
    return kind != COMPONENT_CONFIG and not is_file(kind)


def component_object(
    component: str,
    node: str,
    *,
    version: str | None = None,
    flags: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    config: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """The object that says how one component runs on a node. What is None is not known, and is left out.

    `flags` are the words after the program's name, `environment` variables that it is configured by, and `config` is
    what its `/configz` answers, or what the file that its flags name says.
    """
    made: dict[str, Value] = {
        "apiVersion": COMPONENT_VERSION,
        "kind": COMPONENT_CONFIG.name,
        "metadata": {"name": f"{component}.{node}"},
        "component": component,
        "node": node,
    }
    if version is not None:
        made["version"] = version
    if flags is not None:
        made["flags"] = list(flags)
    if environment is not None:
        made["environment"] = dict(environment)
    if config is not None:
        made["config"] = dict(config)
    return made
