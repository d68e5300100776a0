"""What rows and policies name and nothing that was read is, and policies that cannot be read: never a quiet pass."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MANIFESTS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: registry.example/web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: emailservice, namespace: shop, labels: {app: mail}}
spec: {containers: [{name: c, image: registry.example/mail, ports: [{name: grpc, containerPort: 5000}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
ZONES = """\
network:
  zones:
    web: {match: {namespace: shop, labels: {app: web}}}
    mail: {match: {namespace: shop, labels: {app: mail}}}
  dns: {to: []}
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: more, namespace: shop}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(MANIFESTS)
    (tmp_path / "hardstand.yaml").write_text(ZONES)
    return tmp_path


def net(folder: Path, *words: str, more: str = "", rows: str = "") -> "subprocess.CompletedProcess[str]":
    (folder / "shop.yaml").write_text(MANIFESTS + (POLICY + more if more else ""))
    (folder / "hardstand.yaml").write_text(ZONES + rows)
    command = [sys.executable, "-m", "hardstand", "net", *words, "shop.yaml"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "{from: web, to: shop/emialservice, ports: TCP 5000, reason: mail}",
            "nothing that was read is `shop/emialservice` of network.flows[0]: did you mean `shop/emailservice`?",
        ),
        (
            "{from: web, to: mail, ports: TCP grcp, reason: mail}",
            "nothing that network.flows[0] calls has a port named `grcp` for TCP",
        ),
    ],
)
def test_a_row_that_names_nobody_is_no_pass(folder: Path, row: str, said: str) -> None:
    done = net(folder, "check", "--format", "json", rows=f"  flows:\n  - {row}\n")
    assert done.returncode == 2
    assert said in done.stderr
    assert said in json.loads(done.stdout)["doubts"]
    assert net(folder, "check").returncode == 0


BROKEN = "spec: {podSelector: {matchLabels: {app: web}}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}\n"


@pytest.mark.parametrize("words", [("reach",), ("reach", "--format", "json"), ("matrix",), ("check",)])
def test_a_policy_that_cannot_be_read_is_told_by_every_verb(folder: Path, words: tuple[str, ...]) -> None:
    done = net(folder, *words, more=BROKEN)
    assert done.returncode == 2
    assert "NetworkPolicy shop/more cannot be read: spec.egress[0].to[0].ipBlock.cidr must be addresses" in done.stderr
    assert "(shop.yaml)" in done.stderr
    if "json" in words:
        assert "NetworkPolicy shop/more cannot be read" in json.loads(done.stdout)["doubts"][0]


def test_a_policy_that_cannot_be_read_and_is_replaced_does_not_spoil_the_proof(folder: Path) -> None:
    assert net(folder, "generate", more=BROKEN).returncode == 0
    assert net(folder, "generate", "--keep", more=BROKEN).returncode == 2


IDLE = """\
spec: {podSelector: {matchLabels: {app: alertmanager}}, ingress: [{}]}
"""


def test_a_policy_of_pods_that_were_not_read_is_not_to_be_removed(folder: Path) -> None:
    done = net(folder, "generate", more=IDLE)
    assert done.returncode == 1
    assert "shop/more of shop.yaml selects no pod that was read\n  hint: keep it" in done.stderr
    removed = [line for line in done.stderr.splitlines() if "is taken to be replaced" in line]
    assert len(removed) == 1
    assert "deny" in removed[0]
    assert net(folder, "generate", "--keep", more=IDLE).returncode == 0


@pytest.mark.parametrize("verb", ["check", "reach"])
def test_what_selects_nothing_is_counted_in_one_line(folder: Path, verb: str) -> None:
    done = net(folder, verb, more=IDLE)
    assert "of what was read, 1 policy selects no pod (NetworkPolicy shop/more)" in done.stderr
    assert done.returncode == 0
    peers = "[{podSelector: {matchLabels: {app: nobody}}}, {podSelector: {matchLabels: {app: web}}}]"
    rule = f"spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: {peers}, ports: [{{port: 1}}]}}]}}\n"
    told = net(folder, verb, more=rule).stderr
    assert "of what was read, 1 peer of a rule is nobody (NetworkPolicy shop/more ingress[0].from[0])" in told
    assert "of what was read" not in net(folder, verb).stderr


@pytest.mark.parametrize("words", [("check",), ("reach", "--explain")])
@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("podSelector: {matchLabels: {app: mail}}, ingress: [{ports: [{port: grcp}]}]", "ingress[0]"),
        (
            "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], "
            "egress: [{to: [{podSelector: {matchLabels: {app: mail}}}], ports: [{port: grcp}]}]",
            "egress[0]",
        ),
    ],
)
def test_a_named_port_that_nobody_has_is_told(folder: Path, words: tuple[str, ...], rule: str, where: str) -> None:
    said = f"nothing that NetworkPolicy shop/more {where} lets be called has a TCP port named `grcp`"
    assert f"{said}: did you mean `grpc`?" in net(folder, *words, more=f"spec: {{{rule}}}\n").stderr
    right = rule.replace("grcp", "grpc")
    assert "port named" not in net(folder, *words, more=f"spec: {{{right}}}\n").stderr


@pytest.mark.parametrize(("old", "new"), [("nosuch", "shop.yaml"), ("shop.yaml", "nosuch")])
def test_nothing_is_compared_with_what_cannot_be_read(folder: Path, old: str, new: str) -> None:
    command = [sys.executable, "-m", "hardstand", "net", "diff", old, new]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing of nosuch could be read, so there is nothing to compare" in done.stderr


@pytest.mark.parametrize("log", ["nosuch.log", "hubble:nosuch.log"])
def test_nothing_is_told_as_never_seen_by_a_log_that_cannot_be_read(folder: Path, log: str) -> None:
    (folder / "hardstand.yaml").write_text(ZONES + "  flows: [{from: web, to: mail, ports: TCP 5000, reason: mail}]\n")
    command = [sys.executable, "-m", "hardstand", "net", "observe", log, "--with", "shop.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing of nosuch.log could be read, so what was seen is not known" in done.stderr
