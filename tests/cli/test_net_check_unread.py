"""`hardstand net check` of policies that open pods to others of which nothing was read."""

import json
from pathlib import Path

import pytest

from tests.cli.test_net_check import VALIDATOR, net

ESTATE = """\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: registry.example/db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: other, namespace: shop}
spec: {podSelector: {}, policyTypes: [%s], %s}
"""
BASELINE = """\
network:
  dns: {to: []}
  zones: {data: {match: {namespace: shop}}}
  flows:%s
"""
TEAM = "{namespaceSelector: {matchLabels: {team: x}}}"
EVERY = "{namespaceSelector: {}}"
NOBODY = "{podSelector: {matchLabels: {app: nobody-yet}}}"
DOOR = (
    "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: door}}, podSelector: {matchLabels: {app: nginx}}}"
)
ROW = "\n  - {from: %s, to: data, ports: TCP 80, reason: x}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hardstand.yaml").write_text(BASELINE % " []")
    return tmp_path


def ingress(peer: str, ports: str = "") -> str:
    return ESTATE + POLICY % ("Ingress", f"ingress: [{{from: [{peer}]{ports}}}]")


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (TEAM, "lets in pods of namespaces that were not read (namespaces with team: x)"),
        (EVERY, "lets in pods of all namespaces, of which not all were read"),
        (NOBODY, "lets in pods of which nothing was read (pods with app: nobody-yet)"),
        (f"{NOBODY}, {{podSelector: {{}}}}", "lets in pods of which nothing was read (pods with app: nobody-yet)"),
    ],
)
def test_whom_nobody_read_is_not_taken_for_denied(folder: Path, peer: str, said: str) -> None:
    (folder / "e.yaml").write_text(ESTATE)
    assert net(folder, "check", "e.yaml").returncode == 0
    (folder / "e.yaml").write_text(ingress(peer))
    done = net(folder, "check", "e.yaml", "--format", "json")
    told = json.loads(done.stdout)
    VALIDATOR.validate(told)
    assert done.returncode == 2
    assert any(f"NetworkPolicy shop/other ingress[0] {said}; read them, too" in one for one in told["doubts"]), told
    assert said in done.stderr


def test_whom_nobody_read_is_not_taken_for_refused_either(folder: Path) -> None:
    (folder / "e.yaml").write_text(ESTATE + POLICY % ("Egress", f"egress: [{{to: [{TEAM}]}}]"))
    done = net(folder, "check", "e.yaml")
    assert (done.returncode, "shop/other egress[0] lets call pods of namespaces" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("peer", "row", "ports", "told"),
    [
        (DOOR, "{namespace: door, labels: {app: nginx}}", ", ports: [{port: 80}]", False),
        (DOOR, "{namespace: door, labels: {app: nginx}}", ", ports: [{port: 80}, {port: 81}]", True),
        (DOOR, "{namespace: door, labels: {app: nginx}}", "", True),
        (DOOR, "{namespace: door, labels: {app: other}}", ", ports: [{port: 80}]", True),
        (DOOR, "{namespace: gate, labels: {app: nginx}}", ", ports: [{port: 80}]", True),
        (DOOR, "{namespace: door, name: nginx}", ", ports: [{port: 80}]", True),
        (DOOR, "'door/*'", ", ports: [{port: 80}]", False),
        (EVERY, "'door/*'", ", ports: [{port: 80}]", True),
        (TEAM, "'door/*'", ", ports: [{port: 80}]", True),
        (EVERY, "'*/*'", ", ports: [{port: 80}]", False),
    ],
)
def test_what_a_row_means_of_whom_nobody_read_is_no_doubt(
    folder: Path, peer: str, row: str, ports: str, *, told: bool
) -> None:
    (folder / "hardstand.yaml").write_text(BASELINE % (ROW % row))
    (folder / "e.yaml").write_text(ingress(peer, ports))
    done = net(folder, "check", "e.yaml")
    assert ("lets in pods of" in done.stderr) is told, done.stderr
    assert done.returncode == 2 or not told, done.stdout


def test_policies_of_other_makes_are_asked_too(folder: Path) -> None:
    calico = """\
---
apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkPolicy
metadata: {name: open}
spec: {order: 1, selector: all(), types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: all()}}]}
"""
    (folder / "e.yaml").write_text(ESTATE + calico)
    done = net(folder, "check", "e.yaml")
    assert done.returncode == 2
    assert "GlobalNetworkPolicy (Calico) open ingress[0]" in done.stderr
    assert "lets in pods of all namespaces, of which not all were read" in done.stderr
