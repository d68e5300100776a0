"""Environments that the boundary tells apart by paths are networks of their own, and one thing has one definition."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: registry.example/web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: registry.example/db, ports: [{name: sql, containerPort: 5432}]}]}
"""
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
BASELINE = """\
boundary:
  environments:
    production: {paths: ["prod/**"]}
    staging: {paths: ["staging/**"]}
network:
  zones:
    web: {match: {namespace: shop, labels: {app: web}}}
    data: {match: {namespace: shop, labels: {app: db}}}
  dns: {to: []}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("prod", "staging"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pods.yaml").write_text(PODS)
    (tmp_path / "prod" / "deny.yaml").write_text(DENY)
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    return tmp_path


def hardstand(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("net", "check"),
        ("net", "generate"),
        ("net", "reach"),
        ("net", "reach", "--format", "svg"),
        ("net", "matrix"),
        ("net", "probe", "--from", "shop/web", "--to", "shop/db", "--port", "5432"),
        ("net", "diff", "prod"),
        ("blast", "shop/web"),
        ("blast", "--all"),
    ],
)
def test_several_environments_are_no_one_network(folder: Path, words: tuple[str, ...]) -> None:
    done = hardstand(folder, *words, ".")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "several environments, each a network of its own: production, staging" in done.stderr
    assert "--environment NAME" in done.stderr


def test_the_environment_that_is_chosen_is_judged_alone(folder: Path) -> None:
    assert hardstand(folder, "net", "check", "--environment", "production", ".").returncode == 0
    staging = hardstand(folder, "net", "check", "--environment", "staging", ".")
    assert staging.returncode == 1
    assert "allowed, not intended" in staging.stdout
    assert hardstand(folder, "net", "check", "staging").returncode == 1
    assert hardstand(folder, "net", "check", "prod").returncode == 0


def test_the_written_policies_are_proven_in_the_environment_that_is_chosen(folder: Path) -> None:
    done = hardstand(folder, "net", "generate", "--environment", "staging", ".")
    assert (done.returncode, "proven" in done.stderr) == (0, True)
    assert "prod/" not in done.stderr


def test_blast_counts_what_falls_in_one_environment(folder: Path) -> None:
    production, staging = (
        hardstand(folder, "blast", "--environment", one, "shop/web", ".").stdout for one in ("production", "staging")
    )
    assert "Pod shop/web" in production
    assert "shop/db" not in production
    assert "shop/db" in staging


def test_an_environment_that_was_not_read_is_an_error_with_the_nearest(folder: Path) -> None:
    done = hardstand(folder, "net", "check", "--environment", "stagin", ".")
    assert done.returncode == 2
    assert "did you mean `staging`?" in done.stderr


def test_what_lies_in_no_environment_is_told_apart_too(folder: Path) -> None:
    (folder / "pods.yaml").write_text(PODS)
    assert "none (`--environment '')" not in hardstand(folder, "net", "check", "prod").stderr
    assert "none (`--environment ''`), production" in hardstand(folder, "net", "check", "prod", "pods.yaml").stderr
    assert hardstand(folder, "net", "check", "--environment", "", ".").returncode == 1


def test_what_is_defined_twice_and_otherwise_is_not_known(folder: Path) -> None:
    other = DENY.replace("[Ingress, Egress]", "[Ingress]")
    (folder / "prod" / "again.yaml").write_text(other)
    done = hardstand(folder, "net", "check", "--format", "json", "prod")
    said = (
        "NetworkPolicy shop/deny is defined otherwise in prod/again.yaml, document 1 and in prod/deny.yaml, document 1"
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert any(one.startswith(said) for one in json.loads(done.stdout)["doubts"])
    reach = hardstand(folder, "net", "reach", "prod")
    assert (reach.returncode, said in reach.stderr) == (0, True)
    (folder / "prod" / "again.yaml").write_text(DENY)
    same = hardstand(folder, "net", "check", "prod")
    assert (same.returncode, same.stderr) == (0, "")


def test_radii_of_a_scan_are_of_one_environment_each(folder: Path) -> None:
    done = hardstand(folder, "scan", "--blast", "--format", "json", ".")
    both = {one["workload"]: one["total"] for one in json.loads(done.stdout)["blast"]}
    alone = [
        json.loads(hardstand(folder, "scan", "--blast", "--format", "json", one).stdout)["blast"]
        for one in ("prod", "staging")
    ]
    assert both == {one["workload"]: one["total"] for one in alone[1]}
    assert {one["workload"]: one["total"] for one in alone[0]}["shop/web[Pod]"] < both["shop/web[Pod]"]
