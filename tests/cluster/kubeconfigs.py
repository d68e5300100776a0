"""Kubeconfigs: who one is to which server."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cluster.certificates import Pair


def kubeconfig(server: str, authority: Path | None, user: Mapping[str, Any]) -> dict[str, Any]:
    """The kubeconfig of `user` for a server; everything is within, so that it may be moved."""
    cluster: dict[str, Any] = {"server": server}
    if authority is not None:
        cluster["certificate-authority-data"] = _packed(authority)
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": dict(user)}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "current-context": "test",
    }


def by_certificate(pair: Pair) -> dict[str, str]:
    """A user who shows a client certificate."""
    return {"client-certificate-data": _packed(pair.certificate), "client-key-data": _packed(pair.key)}


def acting_as(told: Mapping[str, Any], user: str, groups: Sequence[str]) -> dict[str, Any]:
    """The kubeconfig `told` (as `kubectl config view --raw --minify -o json` prints it), acting as somebody else."""
    users = [{**one, "user": {**one["user"], "as": user, "as-groups": list(groups)}} for one in told["users"]]
    return {**told, "users": users}


def write(path: Path, told: Mapping[str, Any]) -> Path:
    path.touch(mode=0o600)
    path.write_text(json.dumps(told, indent=1))
    return path


def _packed(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()
