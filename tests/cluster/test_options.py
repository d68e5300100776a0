"""A cluster of one's own: what was chosen holds, and its API server may be stopped, killed and started."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.cluster import kubeconfigs
from tests.cluster.answering import answering
from tests.cluster.handle import Cluster
from tests.cluster.options import ImagePolicy, Options
from tests.cluster.waiting import eventually

Start = Callable[[Options], Cluster]
WORD = "the-word-that-lies-encrypted"


def packed(told: bytes) -> str:
    return urlsafe_b64encode(told).decode().rstrip("=")


def number(value: int) -> str:
    return packed(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    """An OpenID Connect issuer: what it publishes, and the tokens that it signs (RFC 7519, RFC 7517)."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.url = ""

    def published(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        public = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": number(public.n), "e": number(public.e)}
        return {"keys": [key]}

    def token(self, **claims: Any) -> str:
        told = {"iss": self.url, "exp": int(time.time()) + 600, **claims}
        parts = [packed(json.dumps(one).encode()) for one in ({"alg": "RS256", "kid": "one"}, told)]
        signature = self.key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, packed(signature)])


def answer(issuer: Issuer, path: str, body: Any) -> Any:
    """What the servers beside the API server say: images of `registry.example` may run, others may not."""
    if path == "/images":
        allowed = all(one["image"].startswith("registry.example/") for one in body["spec"]["containers"])
        return {**body, "status": {"allowed": allowed, "reason": "" if allowed else "not of our registry"}}
    return issuer.published(path)


def test_all_that_can_be_chosen_holds_at_once(own_cluster: Start, tmp_path: Path) -> None:
    issuer = Issuer()
    with answering(tmp_path / "pki", lambda path, body: answer(issuer, path, body)) as server:
        issuer.url = server.url
        cluster = own_cluster(everything(server.url, server.authority))
        cluster.namespace("shop")
        images_are_asked_for(cluster)
        secrets_lie_encrypted(cluster)
        tokens_are_known(cluster, issuer)
        eventually(lambda: any(heard(body) for path, body in server.asked if path == "/audit"), "the audit webhook")


def everything(url: str, authority: Path) -> Options:
    keys = [{"name": "one", "secret": "aGFyZHN0YW5kLXRlc3Qta2V5LW9mLTMyLWJ5dGVzISE="}]
    providers = [{"aescbc": {"keys": keys}}, {"identity": {}}]
    claims = {"username": {"claim": "email", "prefix": "oidc:"}, "groups": {"claim": "teams", "prefix": ""}}
    trusted = {"url": url, "audiences": ["hardstand"], "certificateAuthority": authority.read_text()}
    return Options(
        image_policy=ImagePolicy(f"{url}/images", str(authority)),
        audit_webhook=f"{url}/audit",
        audit_webhook_ca=str(authority),
        encryption={
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration",
            "resources": [{"resources": ["secrets"], "providers": providers}],
        },
        authentication={
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthenticationConfiguration",
            "jwt": [{"issuer": trusted, "claimMappings": claims}],
        },
        pod_security={
            "apiVersion": "pod-security.admission.config.k8s.io/v1",
            "kind": "PodSecurityConfiguration",
            "defaults": {"warn": "restricted", "warn-version": "latest"},
        },
        flags={"event-ttl": "10m"},
    )


def images_are_asked_for(cluster: Cluster) -> None:
    ours = cluster.kubectl("run", "ours", "--image=registry.example/app:1", "-n", "shop")
    assert 'would violate PodSecurity "restricted:latest"' in ours.stderr
    strange = cluster.kubectl("run", "strange", "--image=elsewhere.example/app:1", "-n", "shop", check=False)
    assert strange.returncode == 1
    assert "not of our registry" in strange.stderr


def secrets_lie_encrypted(cluster: Cluster) -> None:
    cluster.kubectl("create", "secret", "generic", "key", f"--from-literal=word={WORD}", "-n", "shop")
    cluster.kubectl("create", "configmap", "plain", "--from-literal=word=this-lies-open", "-n", "shop")
    stored = b"".join(path.read_bytes() for path in (cluster.directory / "etcd").rglob("*") if path.is_file())
    assert b"this-lies-open" in stored
    assert b"k8s:enc:aescbc:v1:one" in stored
    assert WORD.encode() not in stored


def tokens_are_known(cluster: Cluster, issuer: Issuer) -> None:
    token = issuer.token(aud="hardstand", sub="1", email="mary@shop.example", teams=["shop-team"])
    authority = cluster.directory / "pki" / "ca.crt"
    path = cluster.directory / "mary.kubeconfig"
    kubeconfigs.write(path, kubeconfigs.kubeconfig(cluster.url, authority, {"token": token}))
    user = json.loads(cluster.kubectl("auth", "whoami", "-o", "json", kubeconfig=path).stdout)["status"]["userInfo"]
    assert user["username"] == "oidc:mary@shop.example"
    assert "shop-team" in user["groups"]


def heard(events: Any) -> bool:
    return any(one.get("objectRef", {}).get("name") == "ours" for one in events["items"])


def test_the_api_server_comes_back_with_all_that_it_knew(own_cluster: Start) -> None:
    cluster = own_cluster(Options(nodes=0))
    cluster.namespace("shop")
    for kill in (False, True):
        cluster.stop_apiserver(kill=kill)
        assert cluster.memory()["kube-apiserver"] == 0
        assert "refused" in cluster.kubectl("get", "namespace", "shop", check=False).stderr
        cluster.start_apiserver()
        assert cluster.get("namespace", "shop")["status"]["phase"] == "Active"
    cluster.restart_apiserver()
    cluster.namespace("after")  # Its account is made by a controller that has outlived three ends of its server.
