"""`hardstand net check` of nodes and pods on their network."""

from pathlib import Path

import pytest

from tests.cli.test_net_check import net

ESTATE = """\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: registry.example/db}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: ops}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: c, image: registry.example/agent}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
CILIUM = """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nodes, namespace: shop}
spec: {endpointSelector: {}, ingress: [{fromEntities: [host, remote-node]}]}
"""
BASELINE = """\
network:
  dns: {to: []}
  zones: {data: {match: {namespace: shop}}}
  outside: {office: {cidrs: [10.0.0.0/8]}}
  flows: []
"""
ROWS = {
    "{namespace: ops, name: agent}": 0,
    "internet": 0,
    "{namespace: ops, name: other}": 1,
    "office": 2,  # Nobody can tell whether the nodes are in it.
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    return tmp_path


def test_what_lets_nodes_in_is_told_where_no_row_means_it(folder: Path) -> None:
    (folder / "e.yaml").write_text(ESTATE)
    assert net(folder, "check", "e.yaml").returncode == 0  # A pod's own node always reaches it, and is no difference.
    (folder / "e.yaml").write_text(ESTATE + CILIUM)
    done = net(folder, "check", "e.yaml")
    assert done.returncode == 1
    assert (
        "since Ingress: CiliumNetworkPolicy shop/nodes ingress[0] allows it\n  a node → shop/db[Pod]: everything"
        in done.stdout
    )


@pytest.mark.parametrize("caller", ROWS)
def test_a_row_from_nodes_means_them(folder: Path, caller: str) -> None:
    (folder / "e.yaml").write_text(ESTATE + CILIUM)
    row = f"  flows:\n  - {{from: {caller}, to: data, ports: any, reason: x}}\n"
    (folder / "hardstand.yaml").write_text(BASELINE.replace("  flows: []\n", row))
    told = net(folder, "check", "e.yaml").stdout
    entries = [one for one in told.split("\n\n") if "a node →" in one]
    heads = [one.splitlines()[0] for one in entries]
    assert heads == {0: [], 1: ["allowed, not intended"], 2: ["perhaps allowed, not intended"]}[ROWS[caller]], told


def test_only_the_connections_that_no_row_means_are_told(folder: Path) -> None:
    (folder / "e.yaml").write_text(ESTATE + CILIUM)
    row = "  flows:\n  - {from: {namespace: ops, name: agent}, to: data, ports: TCP 80, reason: x}\n"
    (folder / "hardstand.yaml").write_text(BASELINE.replace("  flows: []\n", row))
    assert "a node → shop/db[Pod]: all but TCP 80" in net(folder, "check", "e.yaml").stdout


def test_what_is_generated_for_the_internet_is_proven_beside_nodes(folder: Path) -> None:
    (folder / "e.yaml").write_text(ESTATE)
    row = "  flows:\n  - {from: internet, to: data, ports: TCP 80, reason: x}\n"
    (folder / "hardstand.yaml").write_text(BASELINE.replace("  flows: []\n", row))
    made = net(folder, "generate", "e.yaml")
    assert (made.returncode, "proven" in made.stderr) == (0, True), made.stderr


def test_pods_on_their_nodes_network_in_the_tables_namespaces_are_said(folder: Path) -> None:
    (folder / "e.yaml").write_text(ESTATE)
    assert "which no policy governs" not in net(folder, "check", "e.yaml").stderr
    (folder / "e.yaml").write_text(ESTATE.replace("namespace: ops", "namespace: shop"))
    assert (
        "shop/agent[DaemonSet] is on its node's network, which no policy governs"
        in net(folder, "check", "e.yaml").stderr
    )
