"""`hardstand net probe` as a person and a program meet it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main

ESTATE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: x, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: shop, labels: {app: lone}}
spec: {containers: [{name: c, image: x}]}
status: {podIP: 10.1.2.3, phase: Running}
---
apiVersion: v1
kind: Service
metadata: {name: sql, namespace: shop}
spec: {clusterIP: 10.9.9.9, selector: {app: db}, ports: [{port: 15432, targetPort: sql}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: shop}
spec: {selector: {app: gone}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: direct, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 1}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
  - from: [{ipBlock: {cidr: 192.0.2.0/24}}]
    ports: [{port: 22}]
"""
BY_RULE = "Ingress: NetworkPolicy shop/db ingress[0] allows it"


def pod(name: str, namespace: str = "shop") -> dict[str, str]:
    return {"pod": name, "namespace": namespace}


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "estate.yaml").write_text(ESTATE, encoding="utf-8")
    return tmp_path / "estate.yaml"


def asked(probes: list[Any], estate: Path) -> tuple[int, list[dict[str, Any]], str]:
    lines = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in probes)
    command = [sys.executable, "-m", "hardstand", "net", "probe", "--batch", "-", str(estate)]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, timeout=110)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines() if line], done.stderr


def test_the_conformance_probes_of_the_policy_api_agree(
    suite: Callable[[str], Path], tmp_path: Path, capsys: Any
) -> None:
    root = suite("network_policy_api")
    cases = [json.loads(line) for line in (root / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    said: dict[str, bool] = {}
    for number, case in enumerate(cases):
        probe = {
            "from": pod(case["client"][1], case["client"][0]),
            "to": pod(case["server"][1], case["server"][0]),
            "protocol": case["protocol"],
            "port": case["port"],
        }
        file = tmp_path / f"{number}.jsonl"
        file.write_text(json.dumps(probe), encoding="utf-8")
        manifests = [str(root / "data" / "network-policy-api" / path) for path in case["manifests"]]
        # One document of the suite's manifests holds a template in place of a value, and cannot be read.
        assert main(["net", "probe", "--batch", str(file), *manifests]) == 2
        said[case["id"]] = json.loads(capsys.readouterr().out)["allowed"]
    assert said == {case["id"]: case["expect"] for case in cases}
    assert (len(said), set(said.values())) == (12, {True, False})


@pytest.mark.parametrize(
    ("source", "destination", "port", "allowed", "because"),
    [
        (pod("web"), pod("db"), 5432, True, BY_RULE),
        (pod("web-6f7d9c-x2x4z"), pod("db-0"), "5432", True, BY_RULE),
        (pod("web"), pod("db-0"), 80, False, "NetworkPolicy shop/db isolates it"),
        (pod("lone"), pod("db-0"), 5432, False, "NetworkPolicy shop/db isolates it"),
        ({"ip": "10.1.2.3"}, pod("db-0"), 5432, False, "NetworkPolicy shop/db isolates it"),
        ({"ip": "192.0.2.9"}, pod("db-0"), 22, True, "ingress[1] allows it"),
        ({"ip": "192.0.3.9"}, pod("db-0"), 22, False, "isolates it"),
        ({"ip": "2001:db8::1"}, pod("db-0"), 22, False, "isolates it"),
        (pod("db-0"), pod("db-0"), 80, True, "a pod cannot be kept from itself"),
        (pod("db-0"), pod("db-1"), 80, False, "isolates it"),
        (pod("web"), {"service": "sql", "namespace": "shop"}, 15432, True, BY_RULE),
        (pod("lone"), {"service": "sql", "namespace": "shop"}, 15432, False, "isolates it"),
        (pod("web"), {"service": "sql", "namespace": "shop"}, 5432, False, "has no port TCP 5432"),
        (pod("web"), {"ip": "10.9.9.9"}, 15432, True, BY_RULE),
        (pod("web"), {"service": "direct", "namespace": "shop"}, 5432, True, BY_RULE),
        (pod("web"), {"service": "nobody", "namespace": "shop"}, 80, False, "selects no pod"),
        ({"ip": "192.0.2.9"}, {"ip": "192.0.2.10"}, 80, None, "both ends are outside"),
    ],
)
def test_a_probe_is_answered(
    source: Any, destination: Any, port: Any, allowed: bool | None, because: str, estate: Path
) -> None:
    status, (answer,), _ = asked([{"from": source, "to": destination, "protocol": "tcp", "port": port}], estate)
    assert status == 0
    assert answer["allowed"] is allowed
    assert because in answer["because"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "no JSON"),
        ("[]", "a probe is a JSON object"),
        ({"to": pod("db"), "port": 1}, "`from` is missing"),
        ({"from": pod("web"), "to": {"pod": "db"}, "port": 1}, "`to.namespace` is missing"),
        ({"from": pod("web"), "to": {"pod": "db", "ip": "1.1.1.1"}, "port": 1}, "`to` names one of"),
        ({"from": pod("web"), "to": {"ip": "1.1.1"}, "port": 1}, "`to.ip` is no address"),
        ({"from": pod("web"), "to": pod("db")}, "`port` is missing"),
        ({"from": pod("web"), "to": pod("db"), "port": True}, "`port` is missing, or no number"),
        ({"from": pod("web"), "to": pod("db"), "port": 70000}, "ports go from 1 to 65535"),
        ({"from": pod("web"), "to": pod("db"), "port": 1, "protocol": "TPC"}, "`TPC` is no protocol"),
        ({"from": pod("web"), "to": pod("db"), "port": 1, "via": "x"}, "`via` is no field"),
        ({"from": pod("wep"), "to": pod("db"), "port": 1}, "did you mean shop/web?"),
        ({"from": pod("web", "shopp"), "to": pod("db"), "port": 1}, "did you mean shop/web?"),
        ({"from": pod("weg", "shopp"), "to": pod("db"), "port": 1}, "did you mean shop?"),
        ({"from": pod("shop", "default"), "to": pod("db"), "port": 1}, "shop is a namespace: name a pod"),
        ({"from": "shop/web", "to": pod("db"), "port": 1}, '`from` is text, and must be an object such as {"ip": '),
        ({"from": pod("db-x"), "to": pod("db"), "port": 1}, "there is no pod shop/db-x"),
        ({"from": pod("web"), "to": {"service": "x", "namespace": "shop"}, "port": 1}, "there is no Service shop/x"),
    ],
)
def test_a_line_that_is_no_probe_is_told_and_the_others_are_answered(line: Any, fault: str, estate: Path) -> None:
    fine = {"from": pod("web"), "to": pod("db"), "port": 5432}
    status, answers, said = asked([fine, line, fine], estate)
    assert status == 2
    assert [one["allowed"] for one in answers] == [True, None, True]
    assert fault in answers[1]["error"]
    assert fault in said
    assert "-:2:" in said


def test_what_cannot_be_read_goes_with_every_answer(estate: Path) -> None:
    (estate.parent / "broken.yaml").write_text("kind: [", encoding="utf-8")
    status, (answer,), _ = asked([{"from": pod("web"), "to": pod("db"), "port": 5432}], estate.parent)
    assert status == 2
    assert answer["allowed"] is True
    assert answer["unknown"] is True
    assert len(answer["doubts"]) == 1
    assert "broken.yaml:1:9 could not be read" in answer["doubts"][0]


@pytest.mark.parametrize(
    ("to", "port", "status", "said"),
    [
        ("shop/db", "TCP 5432", 0, "yes: shop/web may reach shop/db by TCP 5432\n"),
        ("shop/db[StatefulSet]", "5432", 0, "yes: "),
        ("shop/db", "TCP/5432", 0, "yes: shop/web may reach shop/db by TCP 5432\n"),
        ("shop/db", "5432/UDP", 1, "no: shop/web may not reach shop/db by UDP 5432\n"),
        ("shop/db", "80", 1, "no: shop/web may not reach shop/db by TCP 80\n"),
        ("service:shop/sql", "15432", 0, "yes: shop/web may reach Service shop/sql by TCP 15432\n"),
    ],
)
def test_one_probe_in_words(to: str, port: str, status: int, said: str, estate: Path, capsys: Any) -> None:
    words = ["net", "probe", "--from", "shop/web", "--to", to, "--port", port, str(estate)]
    assert main(words) == status
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--from", "shop/web"], "a probe needs --from, --to and --port"),
        (["--from", "shop/web", "--to", "shop/db", "--port", "TCP 1-9"], "is not one port"),
        (["--from", "service:shop/sql", "--to", "shop/db", "--port", "1"], "a Service calls nobody"),
        (["--from", "shop/wep", "--to", "shop/db", "--port", "1"], "did you mean shop/web?"),
        (["--from", "internet", "--to", "shop/db", "--port", "1"], "name an address, such as 203.0.113.7"),
        (["--from", "10.0.0.0/8", "--to", "shop/db", "--port", "1"], "`10.0.0.0/8` is many addresses"),
        (["--from", "shop", "--to", "shop/db", "--port", "1"], "such as shop/db"),
        (["--batch", "x", "--port", "1"], "--batch has probes of its own"),
        (["--batch", "/nowhere"], "/nowhere cannot be read"),
    ],
)
def test_a_wrong_question_is_an_error(words: list[str], fault: str, estate: Path, capsys: Any) -> None:
    assert main(["net", "probe", *words, str(estate)]) == 2
    found = capsys.readouterr()
    assert fault in found.err
    assert not found.out
