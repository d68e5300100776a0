"""What is sent in headers: tokens and names that cannot be are told without being shown, wherever they are from."""

import json
import stat
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.headers import as_name, in_utf8, is_token, is_value
from hardstand.sources.cluster.kubeconfig import access
from hardstand.sources.cluster.signing import Signer
from tests.sources.cluster.asking import kubeconfig

SERVER = "https://127.0.0.1:6443"
BAD = ("s3cr3t\nsecond", "s3cr3t second", "s3cr3t\r", "s3cr3t-\u20ac", "s3cr3t\0")


@pytest.mark.parametrize("token", BAD, ids=range(len(BAD)))
def test_a_token_file_that_holds_no_token(tmp_path: Path, token: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"good")
    signer = Signer(access(str(kubeconfig(tmp_path / "config", SERVER, {"tokenFile": str(file)}))))
    assert signer.headers() == [("Authorization", "Bearer good")]
    signer.refused()
    file.write_bytes(f"{token}x\n".encode())
    with pytest.raises(ConfigError) as caught:
        signer.headers()
    assert f"{file}: the file holds more than one word" in str(caught.value)
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"
    file.write_bytes(b"better\n")
    assert signer.headers() == [("Authorization", "Bearer better")]


@pytest.mark.parametrize("token", BAD, ids=range(len(BAD)))
def test_an_exec_plugin_that_gives_no_token(tmp_path: Path, token: str) -> None:
    version, program = "client.authentication.k8s.io/v1", tmp_path / "plugin"
    answer = json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": {"token": token}})
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    user = {"exec": {"apiVersion": version, "command": str(program), "interactiveMode": "Never"}}
    signer = Signer(access(str(kubeconfig(tmp_path / "config", SERVER, user))))
    with pytest.raises(ConfigError, match="gave a token that holds more than one word") as caught:
        signer.headers()
    assert "s3cr3t" not in str(caught.value)


@given(st.text())
def test_what_is_let_through_can_be_sent(text: str) -> None:
    connection = HTTPConnection("127.0.0.1")
    connection.putrequest("GET", "/")
    lines = []
    if is_value(text):
        connection.putheader("Impersonate-User", in_utf8(text))
        lines.append(b"Impersonate-User: " + text.encode("utf-8", "surrogatepass"))
    if is_token(text):
        connection.putheader("Authorization", f"Bearer {text}")
        lines.append(f"Authorization: Bearer {text}".encode("ascii"))
    if text:
        connection.putheader(f"Impersonate-Extra-{as_name(text)}", "x")
        lines.append(f"Impersonate-Extra-{as_name(text)}: x".encode("ascii"))
    assert connection._buffer[-len(lines) :] == lines or not lines  # type: ignore[attr-defined]


def test_names_go_out_as_kubernetes_reads_them(tmp_path: Path) -> None:
    """Kubernetes decodes what stands for other characters in a name, and takes values as UTF-8."""
    user = {"as": "Zo\u00eb", "as-user-extra": {"acme.com/project": ["a\u00df"], "50%": ["b"]}}
    signer = Signer(access(str(kubeconfig(tmp_path / "config", SERVER, user))))
    sent = [(name, value.encode("latin-1").decode()) for name, value in signer.headers()]
    assert sent == [
        ("Impersonate-User", "Zo\u00eb"),
        ("Impersonate-Extra-acme.com%2Fproject", "a\u00df"),
        ("Impersonate-Extra-50%25", "b"),
    ]
