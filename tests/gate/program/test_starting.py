"""What people read when the gate cannot begin: one clear sentence with its remedy, exit status 2, and no traceback."""

import fcntl
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster.certificates import Authority
from tests.gate.program.running import HERE, free_port, run


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., list[str]]:
    """What the gate says, line by line, when it is started so in a folder without anything."""

    def begin(*arguments: str, **environment: str) -> list[str]:
        listen = [] if "--listen" in arguments else ["--listen", f"{HERE}:{free_port()}"]
        done = run("gate", *listen, *arguments, folder=tmp_path, **environment)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert "Traceback" not in done.stderr
        first, *hints = done.stderr.splitlines()
        assert first.startswith("hardstand: error: ")
        assert len(hints) <= 1
        return [first.removeprefix("hardstand: error: "), *(one.strip() for one in hints)]

    return begin


@pytest.fixture
def nobody(tmp_path: Path) -> str:
    """A kubeconfig of a cluster that is not there."""
    path, server = tmp_path / "kubeconfig", f"https://{HERE}:{free_port()}"
    named = {"name": "gone", "cluster": {"server": server}}
    context = {"name": "gone", "context": {"cluster": "gone", "user": "me"}}
    user = {"name": "me", "user": {"token": "not-a-token"}}
    path.write_text(
        json.dumps({"clusters": [named], "contexts": [context], "users": [user], "current-context": "gone"})
    )
    return str(path)


def test_no_kubeconfig(said: Callable[..., list[str]]) -> None:
    what, hint = said("--apply")
    assert what.startswith("no cluster is configured: ")
    assert hint.startswith("hint: ")


def test_a_cluster_that_is_not_there(said: Callable[..., list[str]], nobody: str) -> None:
    what, _ = said("--apply", "--kubeconfig", nobody)
    assert "nobody answers" in what


def test_a_port_that_is_taken(said: Callable[..., list[str]], nobody: str) -> None:
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        what, hint = said("--apply", "--kubeconfig", nobody, "--listen", f"{HERE}:{port}")
    assert what == f"cannot listen on {HERE}, port {port}: Address already in use"
    assert hint == "hint: name others with --listen HOST:PORT"


def test_a_host_that_is_not_here(said: Callable[..., list[str]], nobody: str) -> None:
    what, _ = said("--apply", "--kubeconfig", nobody, "--listen", "192.0.2.1:8443")
    assert what == "cannot listen on 192.0.2.1, port 8443: Cannot assign requested address"


def test_certificate_files_that_are_not_there(said: Callable[..., list[str]], tmp_path: Path) -> None:
    gone = str(tmp_path / "tls.crt")
    (what,) = said("--tls-cert", gone, "--tls-key", gone)
    assert what == f"{gone}: No such file or directory"


def test_certificate_files_that_are_none(said: Callable[..., list[str]], tmp_path: Path) -> None:
    none = tmp_path / "tls.pem"
    none.write_text("-----BEGIN CERTIFICATE-----\nno\n")
    (what,) = said("--tls-cert", str(none), "--tls-key", str(none))
    assert what.endswith("the certificate or the key is no PEM text that can be read, or the key is encrypted")


def test_a_key_of_another_certificate(said: Callable[..., list[str]], tmp_path: Path) -> None:
    authority = Authority.made(tmp_path / "authority", "webhooks")
    one, other = (authority.serving(name, [HERE]) for name in ("one", "other"))
    (what,) = said("--tls-cert", str(one.certificate), "--tls-key", str(other.key))
    assert what.endswith("the key is not that of the certificate")
    assert "PRIVATE" not in what


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--tls-cert", "a"], "--tls-cert and --tls-key belong together"),
        ([], "the certificates that it makes have to be kept somewhere"),
        (["--apply", "--tls-cert", "a", "--tls-key", "b"], "--apply has to tell API servers whom to trust"),
        (["--apply", "--tls-ca", "a"], "--tls-ca is told to API servers"),
        (["--apply", "--url", "http://192.0.2.7"], "'http://192.0.2.7' is not https://HOST:PORT"),
        (["--apply", "--url", "https://a:b"], "'https://a:b' is not https://HOST:PORT"),
        (["--apply", "--url", "https://me@a/x?y"], "'https://me@a/x?y' is not https://HOST:PORT"),
        (["--apply", "--listen", "8443"], "'8443' is not HOST:PORT"),
        (["--apply", "--keep", "2"], "'2' is not a number from 0 to 1"),
        (["--apply", "--baseline", "gone.yaml"], "gone.yaml:1:1: cannot be read: No such file or directory"),
    ],
)
def test_arguments_that_do_not_go_together(said: Callable[..., list[str]], arguments: list[str], says: str) -> None:
    assert says in said(*arguments)[0]


def test_a_record_that_is_no_folder(said: Callable[..., list[str]], tmp_path: Path, nobody: str) -> None:
    (tmp_path / "record").write_text("")
    what, hint = said("--apply", "--kubeconfig", nobody, "--record", "record")
    assert what == "--record record: File exists"
    assert hint == "hint: name a folder that it may write"


def test_a_record_that_another_gate_writes(said: Callable[..., list[str]], tmp_path: Path, nobody: str) -> None:
    (tmp_path / "record").mkdir()
    lock = os.open(tmp_path / "record" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    what, hint = said("--apply", "--kubeconfig", nobody, "--record", "record")
    os.close(lock)
    assert (what, hint) == ("--record record: another gate records there", "hint: name a folder for each")
