"""Credentials from a program that the kubeconfig names.

Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hardstand.sources.cluster.access import Exec
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.headers import NOT_ONE_WORD, is_token
from hardstand.sources.names import shown

PATIENCE = 300.0
"""Seconds for a program to answer: a person may have to sign in with a browser meanwhile."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What the program gave. Never printed."""

    token: str | None = field(repr=False)
    certificate: bytes | None = field(repr=False)
    key: bytes | None = field(repr=False)
    until: datetime | None


def ask(plugin: Exec, place: str, user: str) -> Granted:
    """Run the program and read its answer. ConfigError where it is missing, fails, or answers something else.

    What it writes to its standard error goes to the terminal, as with kubectl: it may ask a person to sign in.
    """
    called = f"{place}: the exec plugin `{shown(plugin.command)}` of the user `{user}`"
    interactive = plugin.interactive != "Never" and sys.stdin is not None and sys.stdin.isatty()
    if plugin.interactive == "Always" and not interactive:
        raise ConfigError(f"{called} needs a terminal to ask at", "run this in a terminal, or sign in another way")
    try:
        done = subprocess.run(
            [plugin.command, *plugin.args],
            env={**os.environ, **dict(plugin.env), "KUBERNETES_EXEC_INFO": _info(plugin, interactive=interactive)},
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise ConfigError(f"{called} is not there", plugin.install_hint.strip() or "install it") from None
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{called} gave no answer within {PATIENCE:g} s", "run it by itself to see why") from None
    except OSError as error:
        raise ConfigError(f"{called} cannot be run: {error.strerror}", "make it executable") from None
    if done.returncode != 0:
        raise ConfigError(f"{called} ended with status {done.returncode}", "sign in with it; its own words are above")
    return _granted(done.stdout, plugin, called)


def _info(plugin: Exec, *, interactive: bool) -> str:
    spec: dict[str, object] = {"interactive": interactive}
    if plugin.cluster_info is not None:
        spec["cluster"] = plugin.cluster_info
    return json.dumps({"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec})


def _granted(output: bytes, plugin: Exec, called: str) -> Granted:
    """The answer, read. Its text is in no message: it is a secret."""
    try:
        answer = json.loads(output)
    except ValueError:
        raise ConfigError(f"{called} answered something that is no JSON", "run it by itself to see what") from None
    version = answer.get("apiVersion") if isinstance(answer, dict) else None
    if version != plugin.api_version:
        hint = f"the kubeconfig says {plugin.api_version}: update the plugin, or that line"
        raise ConfigError(f"{called} answered with apiVersion {shown(str(version))[:80]}", hint)
    status = answer.get("status")
    status = status if isinstance(status, dict) else {}
    token, certificate, key = (
        _text(status, name, called) for name in ("token", "clientCertificateData", "clientKeyData")
    )
    if token and not is_token(token):
        raise ConfigError(f"{called} gave a token that {NOT_ONE_WORD}", "run it by itself to see why")
    if not token and not (certificate and key):
        raise ConfigError(
            f"{called} gave neither a token nor a certificate with its key", "run it by itself to see why"
        )
    return Granted(
        token,
        certificate.encode() if certificate else None,
        key.encode() if key else None,
        _time(_text(status, "expirationTimestamp", called), called),
    )


def _text(status: Mapping[str, object], name: str, called: str) -> str | None:
    value = status.get(name)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{called} gave a {name} that is no text", "update the plugin")
    return value


def _time(text: str | None, called: str) -> datetime | None:
    """RFC 3339, as all times of Kubernetes."""
    if not text:
        return None
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{called} gave an expirationTimestamp that is no time", "update the plugin") from None
    return made if made.tzinfo else made.replace(tzinfo=UTC)
