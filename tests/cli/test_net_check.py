"""`hardstand net check` and `net generate` as a person meets them: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

SPEC = Path(__file__).parents[2] / "spec" / "net-check.v1.schema.json"
GUIDE = (Path(__file__).parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
VALIDATOR = Draft202012Validator(json.loads(SPEC.read_text(encoding="utf-8")))
MANIFESTS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: registry.example/web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: registry.example/db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: old, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
"""
BASELINE = """\
network:
  zones:
    web: {match: {namespace: shop, labels: {app: web}}}
    data: {match: {namespace: shop, labels: {app: db}}}
  flows:
  - {from: web, to: data, ports: TCP 5432, reason: orders}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(MANIFESTS)
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    return tmp_path


def net(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "net", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)


def test_both_sorts_of_differences_are_told_with_what_decides(folder: Path) -> None:
    done = net(folder, "check", "shop.yaml")
    assert done.returncode == 1
    assert (
        done.stdout
        == """\
allowed, not intended
  since Egress: NetworkPolicy shop/old egress[0] allows it
  everything in shop → 10.0.0.0/8: everything

intended, not allowed
  since Egress: NetworkPolicy shop/old isolates it and no rule allows this; \
Ingress: NetworkPolicy shop/old isolates it and no rule allows this
  shop/web[Pod] → shop/db[Pod]: TCP 5432
    by network.flows[0] (web to data on TCP 5432) at hardstand.yaml:6

2 pairs allowed and not intended · 1 intended and not allowed · 0 unknown    2 workloads in 1 namespace, 1 row and dns
"""
    )


def test_the_guide_shows_what_is_printed(folder: Path) -> None:
    printed = net(folder, "check", "shop.yaml").stdout
    assert "".join(f"    {line}\n" if line else "\n" for line in printed.splitlines()) in GUIDE


ENTRANCES = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: LoadBalancer, selector: {app: db}, ports: [{port: 5432}]}
"""


def test_an_entrance_without_a_row_is_warned_of(folder: Path) -> None:
    (folder / "shop.yaml").write_text(MANIFESTS + ENTRANCES)
    told = net(folder, "check", "shop.yaml").stderr
    assert "Ingress shop/web by Service shop/web lets requests in to shop/web[Pod] on TCP 8080" in told
    assert "Service shop/db lets requests in to shop/db[Pod] on TCP 5432, and no row is from anybody outside" in told
    rows = (
        "  - {from: {namespace: ingress-nginx, labels: {app: nginx}}, to: web, ports: TCP 8080, reason: customers}\n"
        "  - {from: internet, to: data, ports: TCP 5432, reason: the vendor}\n"
    )
    (folder / "hardstand.yaml").write_text(BASELINE + rows)
    assert "lets requests in" not in net(folder, "check", "shop.yaml").stderr


def test_json_is_what_the_schema_says(folder: Path) -> None:
    done = net(folder, "check", "shop.yaml", "--format", "json")
    told = json.loads(done.stdout)
    VALIDATOR.validate(told)
    assert [one["state"] for one in told["differences"]] == ["allowed-not-intended", "intended-not-allowed"]
    assert told["differences"][1]["rows"] == [
        {"row": "network.flows[0]", "text": "web to data on TCP 5432", "file": "hardstand.yaml", "line": 6,
         "reason": "orders", "ended": None}
    ]  # fmt: skip
    for required in VALIDATOR.schema["required"]:
        assert not VALIDATOR.is_valid({key: value for key, value in told.items() if key != required})


def test_what_is_generated_replaces_what_is_there_and_is_held(folder: Path) -> None:
    made = net(folder, "generate", "shop.yaml", "-o", "policies")
    assert made.returncode == 0, made.stderr
    assert "NetworkPolicy shop/old of shop.yaml is taken to be replaced" in made.stderr
    written = [one for one in yaml.safe_load_all((folder / "policies" / "shop.yaml").read_text()) if one]
    assert [one["metadata"]["name"] for one in written] == [
        "default-deny",
        "allow-dns",
        "allow-zone-data",
        "allow-zone-web",
    ]
    (folder / "shop.yaml").write_text(MANIFESTS.rpartition("---")[0])
    assert net(folder, "check", "shop.yaml", "policies").returncode == 0
    again = net(folder, "generate", "shop.yaml", "policies", "-o", "policies")
    assert (again.returncode, "replaced" in again.stderr) == (0, False)


def test_what_was_read_chooses_no_file_elsewhere(folder: Path) -> None:
    (folder / "shop.yaml").write_text(MANIFESTS.replace("namespace: shop", "namespace: ../shop"))
    (folder / "hardstand.yaml").write_text(BASELINE.replace("namespace: shop, ", ""))
    made = net(folder, "generate", "shop.yaml", "-o", "policies")
    assert made.returncode == 2
    assert "`../shop` can be no namespace" in made.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["hardstand.yaml", "shop.yaml"]


def test_what_is_kept_counts(folder: Path) -> None:
    made = net(folder, "generate", "shop.yaml", "--keep")
    assert made.returncode == 1
    assert "everything in shop → 10.0.0.0/8: everything" in made.stderr


def test_a_row_without_an_end_in_the_input_or_with_names_is_said(folder: Path) -> None:
    (folder / "hardstand.yaml").write_text(
        BASELINE.replace("  flows:", "  outside: {cards: {names: [api.example.com], ports: TCP 443}}\n  flows:")
        + "  - {from: web, to: cards, reason: payments}\n"
        + "  - {from: ingress/controller, to: web, ports: TCP 80, reason: a}\n"
    )
    made = net(folder, "generate", "shop.yaml")
    assert made.returncode == 1
    assert "a NetworkPolicy knows no names, so api.example.com may not be called by it" in made.stderr
    assert "nothing that was read is `ingress/controller`" in made.stderr


@pytest.mark.parametrize(
    ("baseline", "manifests", "said"),
    [
        ("name: no table\n", MANIFESTS, "the baseline declares no zones"),
        (BASELINE, MANIFESTS.replace("namespace: shop", "namespace: pohs"), "no workload that was read lies in a zone"),
        (BASELINE, MANIFESTS + "---\n: [", "shop.yaml:"),
        (BASELINE, MANIFESTS.replace("cidr: 10.0.0.0/8", "cidr: x"), "10.0.0.0/8"),
        (BASELINE.replace("labels: {app: db}", "name: '*'"), MANIFESTS, "lies in the zones `web` and `data`"),
        (BASELINE, MANIFESTS.replace("labels: {app: db}", "labels: {app: [db]}"), "the pods of shop/db[Pod]"),
    ],
)
def test_what_cannot_be_looked_at_is_no_pass(folder: Path, baseline: str, manifests: str, said: str) -> None:
    (folder / "hardstand.yaml").write_text(baseline)
    (folder / "shop.yaml").write_text(manifests)
    for verb in ("check", "generate"):
        done = net(folder, verb, "shop.yaml")
        assert "Traceback" not in done.stderr
        assert verb == "generate" or said in done.stdout + done.stderr
        assert verb == "generate" or done.returncode == 2, done.stdout
    assert net(folder, "check", "missing.yaml").returncode == 2


def test_what_is_built_in_is_told_without_a_line_of_a_file(folder: Path) -> None:
    made = net(folder, "generate", "shop.yaml").stdout
    assert "# network.dns, as is built in: " in made
    assert "at built in" not in made
    assert "# network.flows[0] at hardstand.yaml:6: orders" in made
