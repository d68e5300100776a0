"""A kubeconfig with which a person signs in as themselves: an exec plugin, and no secret in it.

Sources: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins and, for
the plugin and its flags, https://github.com/int128/kubelogin/blob/master/docs/usage.md.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hardstand.text.yaml_writing import document

INSTALL = "kubectl krew install oidc-login"
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\n?")
_PRIVATE = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the API server is, and whom to trust for it."""

    server: str
    authority: bytes | None = None
    """PEM; None for what the machine trusts anyway."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where people sign in, and as whose client."""

    issuer: str
    client_id: str
    scopes: Sequence[str] = ()
    """What is asked for besides `openid`."""


def kubeconfig(persona: str, cluster: Cluster, provider: Provider, namespace: str = "") -> Mapping[str, Any]:
    """The kubeconfig. ValueError, saying what is wrong, for a server or an authority that is none."""
    named = cluster.name or server_name(cluster.server)
    entry: dict[str, Any] = {"server": cluster.server}
    if cluster.authority is not None:
        entry["certificate-authority-data"] = base64.b64encode(_certificates(cluster.authority)).decode()
    user = f"{persona}@{named}"
    context = {"cluster": named, "user": user, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": named, "cluster": entry}],
        "contexts": [{"name": user, "context": context}],
        "current-context": user,
        "users": [{"name": user, "user": {"exec": _exec(provider)}}],
    }


def as_yaml(config: Mapping[str, Any]) -> str:
    """The kubeconfig as a file."""
    return document(config)


def server_name(server: str) -> str:
    """The host of an API server's address. ValueError for what is no address, or is not by TLS."""
    try:
        parts = urlsplit(server)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{server!r} is no address") from None
    if parts.scheme != "https" or not host or any(one.isspace() for one in server):
        raise ValueError(f"{server!r} is no address of an API server; write https://HOST:6443")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address of the API server must not name a user")
    if "?" in server or "#" in server:
        raise ValueError("the address of the API server must have no query and no fragment: kubeconfigs hold no secret")
    return host


def _exec(provider: Provider) -> Mapping[str, Any]:
    scopes = [f"--oidc-extra-scope={one}" for one in provider.scopes]
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "kubectl",
        "args": [
            "oidc-login",
            "get-token",
            f"--oidc-issuer-url={provider.issuer}",
            f"--oidc-client-id={provider.client_id}",
            *scopes,
        ],
        "installHint": f"The plugin `oidc-login` signs you in. Install it with: {INSTALL}",
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": False,
    }


def _certificates(data: bytes) -> bytes:
    """The certificates of a PEM file and nothing else of it."""
    if _PRIVATE.search(data):
        raise ValueError("it holds a private key; name the file with the certificate alone")
    found = _CERTIFICATE.findall(data)
    if not found:
        raise ValueError("it holds no certificate in PEM form")
    return b"".join(one if one.endswith(b"\n") else one + b"\n" for one in found)
