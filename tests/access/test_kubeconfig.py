"""`hardstand rbac kubeconfig`: no secret in it, read by our reader and by kubectl, and let in by a real API server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from hardstand.sources.cluster.kubeconfig import access
from tests.cluster.answering import answering
from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.test_options import Issuer

Start = Callable[[Options], Cluster]
BASELINE = """\
identity: {issuer: https://login.example.com, client_id: kubernetes, username_claim: email, groups_claim: groups}
personas:
  developer: {groups: [developers], namespaces: [shop]}
  break-glass: {groups: [emergency]}
"""
SERVER = "https://10.0.0.1:6443"


def written(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "kubeconfig", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_our_own_reader_takes_it_and_no_control_objects(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    done = written("--persona", "developer", "--server", SERVER, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "kubectl krew install oidc-login" in done.stderr
    path = tmp_path / "dev.kubeconfig.yaml"
    path.write_text(done.stdout)
    found = access(str(path))
    plugin = found.credentials.exec
    assert (found.server, found.namespace, found.context) == (SERVER, "shop", "developer@10.0.0.1")
    assert plugin is not None
    assert (plugin.api_version, plugin.interactive) == ("client.authentication.k8s.io/v1", "IfAvailable")
    assert plugin.args[2:] == (
        "--oidc-issuer-url=https://login.example.com",
        "--oidc-client-id=kubernetes",
        "--oidc-extra-scope=email",
        "--oidc-extra-scope=groups",
    )
    assert found.credentials.token is None
    assert found.credentials.certificate is None
    scan = [sys.executable, "-m", "hardstand", "scan", str(path), "--format", "json"]
    told = json.loads(subprocess.run(scan, cwd=tmp_path, capture_output=True, text=True, check=False).stdout)
    assert told["findings"] == []
    assert told["summary"]["pass"] >= 4


def test_what_is_missing_or_wrong(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    good = {"--persona": "developer", "--server": SERVER}
    for changed, words in (
        ({"--persona": "develper"}, "did you mean `developer`?"),
        ({"--server": "http://10.0.0.1"}, "is no address of an API server"),
        ({"--server": "https://jane:hunter2@10.0.0.1"}, "must not name a user"),
        ({"--server": "https://10.0.0.1:6443/?token=abc"}, "must have no query and no fragment"),
        ({"--issuer": "http://login.example.com"}, "must begin with https://"),
        ({"--issuer": "https://elsewhere.example.com"}, "is not what the baseline declares"),
        ({"--ca": "none.pem"}, "none.pem cannot be read"),
        ({"--ca": "key.pem"}, "key.pem: it holds a private key"),
        ({"--ca": "hardstand.yaml"}, "it holds no certificate in PEM form"),
    ):
        done = written(*(word for pair in {**good, **changed}.items() for word in pair), cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), changed
        assert words in done.stderr
        assert "hunter2" not in done.stderr
    (tmp_path / "hardstand.yaml").write_text("personas: {developer: {groups: [developers], namespaces: [shop]}}\n")
    assert "--issuer is missing" in written("--persona", "developer", "--server", SERVER, cwd=tmp_path).stderr


def test_a_person_signs_in_and_is_what_their_groups_are(own_cluster: Start, tmp_path: Path) -> None:
    """The API server trusts an issuer; a program stands in for kubelogin; the rest is as people have it."""
    issuer = Issuer()
    with answering(tmp_path / "pki", lambda path, _: issuer.published(path)) as server:
        issuer.url = server.url
        cluster = own_cluster(Options(nodes=0, controllers=False, scheduler=False, authentication=_trusting(server)))
        cluster.kubectl("create", "namespace", "shop")
        (tmp_path / "hardstand.yaml").write_text(
            f"identity: {{issuer: '{server.url}', client_id: hardstand, groups_prefix: 'oidc:'}}\n"
            "personas: {developer: {groups: [developers], namespaces: [shop]}}\n"
        )
        personas = [sys.executable, "-m", "hardstand", "rbac", "personas"]
        roles = subprocess.run(personas, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        cluster.kubectl("apply", "-f", "-", input=roles)
        check = [*personas, "--check", "--cluster", "--kubeconfig", str(cluster.kubeconfig)]
        told_all = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        assert (told_all.returncode, told_all.stdout.splitlines()[-1][:30]) == (0, "0 hold more than their persona"), (
            told_all.stdout + told_all.stderr
        )
        authority = cluster.directory / "pki" / "ca.crt"
        done = written("--persona", "developer", "--server", cluster.url, "--ca", str(authority), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        path = tmp_path / "developer.kubeconfig"
        path.write_text(done.stdout)
        token = issuer.token(aud="hardstand", sub="1", email="mary@shop.example", groups=["developers"])
        kubectl = _with_plugin(cluster, tmp_path, token)

        told = json.loads(kubectl("auth", "whoami", "-o", "json", path).stdout)["status"]["userInfo"]
        assert told["username"] == "oidc:mary@shop.example"
        assert "oidc:developers" in told["groups"]
        assert kubectl("get", "pods", path).returncode == 0
        refused = kubectl("get", "secrets", path)
        assert refused.returncode == 1
        assert "secrets is forbidden" in refused.stderr
        asked = (tmp_path / "asked").read_text()
        assert f"oidc-login get-token --oidc-issuer-url={server.url} --oidc-client-id=hardstand" in asked


def _trusting(server: object) -> dict[str, object]:
    url, authority = server.url, server.authority  # type: ignore[attr-defined]
    claims = {"username": {"claim": "email", "prefix": "oidc:"}, "groups": {"claim": "groups", "prefix": "oidc:"}}
    trusted = {"url": url, "audiences": ["hardstand"], "certificateAuthority": authority.read_text()}
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "jwt": [{"issuer": trusted, "claimMappings": claims}],
    }


def _with_plugin(cluster: Cluster, home: Path, token: str) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """kubectl with a program in the place of the plugin that would open a browser. On PATH it is called as that is."""
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}}
    (home / "answer.json").write_text(json.dumps(answer))
    folder = home / "bin"
    folder.mkdir()
    plugin = folder / "kubectl"
    plugin.write_text(f'#!/bin/sh\necho "$@" >> {home}/asked\ncat {home}/answer.json\n')
    plugin.chmod(0o755)

    def run(*words: object) -> "subprocess.CompletedProcess[str]":
        *arguments, path = words
        command = [*cluster.kubectl_command, f"--kubeconfig={path}", *map(str, arguments)]
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(home)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)

    return run


def test_it_is_yaml_with_nothing_but_what_is_public(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    done = written("--persona", "break-glass", "--server", SERVER, "--cluster-name", "shop", cwd=tmp_path)
    user = yaml.safe_load(done.stdout)["users"][0]
    assert user["name"] == "break-glass@shop"
    assert list(user["user"]) == ["exec"]
    assert "it is for emergencies" in done.stderr
