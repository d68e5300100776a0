"""Certificates in a Secret, which gates share, and the rights that it takes: what lacks is named."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.gate.server import certificates
from hardstand.wiring.gating.installing import ROLES
from tests.cluster.handle import Cluster
from tests.gate.program.asking import PRIVILEGED, Became, Client, pod
from tests.gate.program.balancing import Balancer
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import HERE, Gate, declare, free_port, gates, run

BASELINE = {
    "modes": [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}],
    "gate": {"timeout": "30s"},
}
SECRET = "hardstand-gate-certificates"


@pytest.fixture
def home(gated_cluster: Cluster) -> Iterator[str]:
    """The namespace that the gate runs in."""
    yield gated_cluster.namespace("hardstand")
    gated_cluster.kubectl("delete", "namespace", "hardstand")


def test_two_gates_share_one_certificate(gated_cluster: Cluster, space: Spaces, home: str, tmp_path: Path) -> None:
    """Both begin at the same time, and neither is before the other: whoever writes first wins."""
    namespace = space()
    declare(tmp_path, BASELINE)
    with Balancer() as balancer:
        url = f"https://{HERE}:{balancer.port}"
        both = [Gate(tmp_path, gated_cluster.kubeconfig, url=url, certificates=False) for _ in range(2)]
        balancer.backends = [one.port for one in both]
        with gates(gated_cluster, *both):
            first, second = both
            assert first.certificate() == second.certificate()
            secret = gated_cluster.get("secret", SECRET, "-n", home)
            (kept,) = certificates.read(base64.b64decode(secret["data"]["certificates.json"]))
            assert kept.certificate.decode() == first.certificate()
            client = Client(gated_cluster)
            assert client.create(namespace, pod("agent", PRIVILEGED)).became is Became.REFUSED
            first.kill()
            assert client.create(namespace, pod("agent", PRIVILEGED)).became in (Became.REFUSED, Became.UNREACHED)
            first.restart()
            assert first.certificate() == second.certificate()
            client.close()
            for one in both:
                assert not one.heard("PRIVATE KEY")


def test_each_right_that_lacks_is_named_with_its_remedy(gated_cluster: Cluster, tmp_path: Path) -> None:
    """From no right at all on, each remedy that is told is followed, until it serves."""
    declare(tmp_path, BASELINE)
    kubeconfig = gated_cluster.kubeconfig_for("gate-account")

    def refused() -> str:
        listen = ["--listen", f"{HERE}:{free_port()}", "--url", f"https://{HERE}:1"]
        done = run("gate", "--apply", "--kubeconfig", str(kubeconfig), *listen, folder=tmp_path)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.count("hardstand: error: ") == 1
        return done.stderr.partition("hardstand: error: ")[2]

    told = refused()
    assert told.startswith("nothing of test can be read: ")
    assert "may not be listed; `hardstand doctor --verb gate" in told
    assert f"hint: {ROLES}" in told
    reading, writing, secrets = printed(gated_cluster, tmp_path)
    gated_cluster.apply(cluster_role("hardstand-gate", reading))
    allow(gated_cluster, "hardstand-gate")
    told = refused()
    assert 'User "gate-account" cannot get resource "secrets" in API group "" in the namespace "hardstand"' in told
    assert f"; {ROLES}; or --certificates DIR keeps them in a folder" in told
    gated_cluster.apply(cluster_role("test-secrets", secrets))  # Not in the namespace, which is yet to be.
    allow(gated_cluster, "test-secrets")
    told = refused()
    assert "`kubectl create namespace hardstand`" in told
    gated_cluster.namespace("hardstand")
    told = refused()
    assert 'cannot get resource "validatingwebhookconfigurations"' in told
    assert f"; {ROLES}; or start it without --apply, and apply what `hardstand gate plan` prints yourself" in told
    gated_cluster.apply(cluster_role("hardstand-gate", [*reading, *writing]))
    gate = Gate(tmp_path, kubeconfig, certificates=False)
    with gates(gated_cluster, gate):
        assert not gate.heard("cannot")
        gated_cluster.apply(cluster_role("hardstand-gate", reading))
        gate.hear("API servers cannot be told whom to trust: .* the certificate that is served is valid until")
        client = Client(gated_cluster)
        assert client.create("default", pod("agent", PRIVILEGED)).became is Became.REFUSED
        client.close()
    gated_cluster.kubectl("delete", "namespace", "hardstand", "--timeout=90s")


def printed(cluster: Cluster, folder: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """The rules that the doctor prints for the gate: to read, to write the webhooks, and for its Secret."""
    asked = ["doctor", "--verb", "gate", "--format", "role", "--kubeconfig", str(cluster.kubeconfig)]
    whole, home = yaml.safe_load_all(run(*asked, folder=folder).stdout)
    assert (whole["kind"], home["kind"], home["metadata"]["namespace"]) == ("ClusterRole", "Role", "hardstand")
    writing = [one for one in whole["rules"] if "patch" in one["verbs"]]
    return [one for one in whole["rules"] if one not in writing], writing, home["rules"]


def cluster_role(name: str, rules: list[Any]) -> dict[str, Any]:
    metadata = {"name": name}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata, "rules": rules}


def allow(cluster: Cluster, role: str) -> None:
    cluster.kubectl("create", "clusterrolebinding", f"test-{role}", f"--clusterrole={role}", "--user=gate-account")
