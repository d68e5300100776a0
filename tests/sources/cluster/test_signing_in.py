"""Every way to sign in, against a real API server, and what is said where it fails."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import AuthError, ClusterError, ConfigError, ConnectError
from hardstand.sources.cluster.in_cluster import in_cluster
from hardstand.sources.cluster.reviews import who
from tests.cluster.certificates import Authority
from tests.cluster.handle import Cluster
from tests.sources.cluster.asking import client_of, kubeconfig

V1 = "client.authentication.k8s.io/v1"


def authority(cluster: Cluster) -> Path:
    cluster.needs("kube-apiserver")
    return Authority(cluster.directory / "pki").pair.certificate


def pair(cluster: Cluster, ends: timedelta) -> tuple[bytes, bytes]:
    """A certificate of `anna` that the cluster's authority signed, and its key."""
    authority(cluster)
    files = Authority(cluster.directory / "pki").pair
    signer = serialization.load_pem_private_key(files.key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anna")]))
        .issuer_name(x509.load_pem_x509_certificate(files.certificate.read_bytes()).subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    )


def with_certificate(certificate: bytes, key: bytes) -> dict[str, str]:
    return {
        "client-certificate-data": base64.b64encode(certificate).decode(),
        "client-key-data": base64.b64encode(key).decode(),
    }


def token(cluster: Cluster, namespace: str) -> str:
    return cluster.kubectl("create", "token", "default", "-n", namespace).stdout


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def credential(version: str = V1, **status: Any) -> str:
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": status})


def plugin(command: str, **more: Any) -> dict[str, Any]:
    return {"exec": {"apiVersion": V1, "command": command, "interactiveMode": "Never", **more}}


def test_a_client_certificate(cluster: Cluster, tmp_path: Path) -> None:
    user = with_certificate(*pair(cluster, timedelta(days=1)))
    assert who(client_of(kubeconfig(tmp_path / "c", cluster.url, user, authority(cluster)))) == "anna"
    (tmp_path / "me.crt").write_bytes(base64.b64decode(user["client-certificate-data"]))
    (tmp_path / "me.key").write_bytes(base64.b64decode(user["client-key-data"]))
    files = {"client-certificate": "me.crt", "client-key": "me.key"}
    assert who(client_of(kubeconfig(tmp_path / "c", cluster.url, files, authority(cluster)))) == "anna"


def test_a_client_certificate_that_has_ended(cluster: Cluster, tmp_path: Path) -> None:
    user = with_certificate(*pair(cluster, -timedelta(days=1)))
    config = kubeconfig(tmp_path / "c", cluster.url, user, authority(cluster))
    day = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
    with pytest.raises(AuthError, match=f"the client certificate of the user `me` ended on {day}") as caught:
        client_of(config).version()
    assert str(config) in str(caught.value)


def test_a_certificate_and_a_key_that_do_not_belong_together(cluster: Cluster, tmp_path: Path) -> None:
    certificate, _ = pair(cluster, timedelta(days=1))
    _, other = pair(cluster, timedelta(days=1))
    for key in (other, b"no key"):
        config = kubeconfig(tmp_path / "c", cluster.url, with_certificate(certificate, key), authority(cluster))
        with pytest.raises(ConfigError, match="are none, or do not belong together"):
            client_of(config).version()


def test_a_token_and_a_wrong_one(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    good = token(cluster, namespace)
    config = kubeconfig(tmp_path / "c", cluster.url, {"token": good}, authority(cluster))
    assert who(client_of(config)) == f"system:serviceaccount:{namespace}:default"
    config = kubeconfig(tmp_path / "c", cluster.url, {"token": good[:-9]}, authority(cluster))
    with pytest.raises(AuthError, match="does not know the user `me`") as caught:
        client_of(config).version()
    assert good[:20] not in f"{caught.value} {caught.value.hint}"


def test_acting_as_somebody_else(cluster: Cluster, tmp_path: Path) -> None:
    told = json.loads(cluster.kubectl("config", "view", "--raw", "--flatten", "-o", "json").stdout)
    told["users"][0]["user"] |= {"as": "bea", "as-groups": ["one", "two"], "as-user-extra": {"team": ["x"]}}
    (tmp_path / "c").write_text(json.dumps(told))
    client = client_of(tmp_path / "c")
    assert who(client) == "bea"
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    info = client.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review)["status"]["userInfo"]
    assert {"one", "two"} <= set(info["groups"])
    assert info["extra"] == {"team": ["x"]}


def test_an_exec_plugin_that_gives_a_token(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    """It is run with what it is to know, from the kubeconfig's folder, once for many requests."""
    (tmp_path / "answer").write_text(credential(token=token(cluster, namespace)))
    script(
        tmp_path / "login.sh",
        f'echo "$1 $STAGE $KUBERNETES_EXEC_INFO" >> {tmp_path}/asked; cat {tmp_path}/answer',
    )
    user = plugin("./login.sh", args=["arg"], env=[{"name": "STAGE", "value": "dev"}], provideClusterInfo=True)
    client = client_of(kubeconfig(tmp_path / "c", cluster.url, user, authority(cluster)))
    assert who(client) == f"system:serviceaccount:{namespace}:default"
    assert who(client) == f"system:serviceaccount:{namespace}:default"
    (line,) = (tmp_path / "asked").read_text().splitlines()
    assert line.startswith("arg dev {")
    told = json.loads(line.removeprefix("arg dev "))
    assert told["spec"]["interactive"] is False
    assert told["spec"]["cluster"]["server"] == cluster.url
    assert base64.b64decode(told["spec"]["cluster"]["certificate-authority-data"]) == authority(cluster).read_bytes()


def test_an_exec_plugin_is_asked_again(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    """When what it gave is over, and when the server refuses it."""
    soon = (datetime.now(UTC) + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    good = token(cluster, namespace)
    script(tmp_path / "login.sh", f"echo asked >> {tmp_path}/asked; cat {tmp_path}/answer")
    config = kubeconfig(tmp_path / "c", cluster.url, plugin("./login.sh"), authority(cluster))
    (tmp_path / "answer").write_text(credential(token=good, expirationTimestamp=soon))
    client = client_of(config)
    assert who(client) == who(client)
    assert len((tmp_path / "asked").read_text().split()) >= 2
    (tmp_path / "answer").write_text(credential(token="wrong"))
    other = client_of(config)
    other._signer.headers()
    (tmp_path / "answer").write_text(credential(token=good))
    assert who(other) == f"system:serviceaccount:{namespace}:default"


def test_an_exec_plugin_that_gives_a_certificate(cluster: Cluster, tmp_path: Path) -> None:
    certificate, key = pair(cluster, timedelta(days=1))
    (tmp_path / "answer").write_text(credential(clientCertificateData=certificate.decode(), clientKeyData=key.decode()))
    script(tmp_path / "login.sh", f"cat {tmp_path}/answer")
    client = client_of(kubeconfig(tmp_path / "c", cluster.url, plugin("./login.sh"), authority(cluster)))
    assert who(client) == "anna"


@pytest.mark.parametrize(
    ("text", "more", "message", "hint"),
    [
        (None, {"installHint": "get it at home"}, "login.sh` of the user `me` is not there", "get it at home"),
        ('echo \'{"token": "s3cr3t"\'', {}, "answered something that is no JSON", "run it by itself"),
        ("echo s3cr3t >&2; exit 7", {}, "ended with status 7", "sign in"),
        (f"echo '{credential(V1 + 'beta1', token='s3cr3t')}'", {}, "answered with apiVersion", "says client.auth"),
        (f"echo '{credential()}'", {}, "gave neither a token nor a certificate", "run it"),
        (f"echo '{credential(token=['s3cr3t'])}'", {}, "gave a token that is no text", "update"),
        (f"echo '{credential(token='s3cr3t', expirationTimestamp='soon')}'", {}, "that is no time", "update"),
        (f"echo '{credential(token='x')}'", {"interactiveMode": "Always"}, "needs a terminal", "terminal"),
    ],
)
def test_an_exec_plugin_that_fails(
    tmp_path: Path, text: str | None, more: dict[str, Any], message: str, hint: str
) -> None:
    if text is not None:
        script(tmp_path / "login.sh", text)
    config = kubeconfig(tmp_path / "c", "https://127.0.0.1:9", plugin("./login.sh", **more))
    with pytest.raises(ConfigError) as caught:
        client_of(config).version()
    assert str(config) in str(caught.value)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


def test_the_account_of_a_pod(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(cluster, namespace))
    (tmp_path / "ca.crt").write_bytes(authority(cluster).read_bytes())
    host, _, port = cluster.url.removeprefix("https://").rpartition(":")
    found = in_cluster({"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}, tmp_path)
    assert found is not None
    assert who(Client(found)) == f"system:serviceaccount:{namespace}:default"


def test_whom_not_to_trust(cluster: Cluster, tmp_path: Path) -> None:
    ours, other = authority(cluster), Authority.made(tmp_path / "other", "somebody else").pair.certificate

    def failure(authority: Path | None, **more: Any) -> ClusterError:
        with pytest.raises((ConnectError, ConfigError)) as caught:
            client_of(kubeconfig(tmp_path / "c", cluster.url, {}, authority, **more)).version()
        return caught.value

    assert "signed by an authority that" in str(failure(other))
    assert "signed by an authority that" in str(failure(None))
    assert "is not for this name" in str(failure(ours, **{"tls-server-name": "somewhere.else"}))
    (tmp_path / "none.crt").write_text("no certificate")
    assert "none.crt is no certificate" in str(failure(tmp_path / "none.crt"))
    assert "cannot be read" in str(failure(tmp_path / "gone.crt"))
    for more in ({"insecure-skip-tls-verify": True}, {"tls-server-name": "kubernetes.default.svc"}):
        trusted = None if "insecure-skip-tls-verify" in more else ours
        # Without credentials one is anonymous, who may ask for the version.
        assert client_of(kubeconfig(tmp_path / "c", cluster.url, {}, trusted, **more)).version().startswith("v1.")


def test_who_is_not_there(tmp_path: Path) -> None:
    def failure(server: str) -> ClusterError:
        with pytest.raises(ConnectError) as caught:
            client_of(kubeconfig(tmp_path / "c", server, {})).version()
        return caught.value

    refused = failure("https://127.0.0.1:9")
    assert str(refused) == "https://127.0.0.1:9: nobody answers: connection refused"
    assert str(tmp_path / "c") in refused.hint
    assert "this name is unknown here" in str(failure("https://nowhere.invalid"))


def test_a_server_without_tls(cluster: Cluster, tmp_path: Path) -> None:
    config = kubeconfig(tmp_path / "c", cluster.url.replace("https:", "http:"), {})
    with pytest.raises(ClusterError, match="HTTP"):
        client_of(config).version()


def test_no_secret_is_left_in_a_folder_of_temporary_files(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that stands in the kubeconfig goes through no file that is left behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    user = with_certificate(*pair(cluster, timedelta(days=1)))
    assert who(client_of(kubeconfig(tmp_path / "c", cluster.url, user, authority(cluster)))) == "anna"
    assert list((tmp_path / "tmp").iterdir()) == []
