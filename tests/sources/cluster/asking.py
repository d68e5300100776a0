"""Clients and kubeconfig files for tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.kubeconfig import access
from hardstand.sources.cluster.resource import Resource

NAMESPACES = Resource(Kind("", "Namespace"), "v1", "namespaces", namespaced=False)
CONFIG_MAPS = Resource(Kind("", "ConfigMap"), "v1", "configmaps", namespaced=True)
SECRETS = Resource(Kind("", "Secret"), "v1", "secrets", namespaced=True)
DEPLOYMENTS = Resource(Kind("apps", "Deployment"), "v1", "deployments", namespaced=True)


def client_of(kubeconfig: Path) -> Client:
    """A client that does not wait long between tries."""
    return Client(access(str(kubeconfig)))


def kubeconfig(path: Path, server: str, user: Mapping[str, Any], authority: Path | None = None, **more: Any) -> Path:
    """A kubeconfig for one user of one server."""
    cluster = {"server": server, **({"certificate-authority": str(authority)} if authority else {}), **more}
    told = {
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}],
        "clusters": [{"name": "it", "cluster": cluster}],
        "users": [{"name": "me", "user": dict(user)}],
    }
    path.write_text(json.dumps(told))
    return path


def config_map(name: str, **data: str) -> dict[str, Any]:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
