"""`hardstand net reach`, `matrix` and `diff` as a person meets them: real files, real output, and the exit status."""

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main

ESTATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: x}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: ops, labels: {app: lone}}
spec: {containers: [{name: c, image: x}]}
status: {podIP: 10.1.2.3, phase: Running}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{ipBlock: {cidr: 10.0.0.0/8}}]
    ports: [{port: 22}]
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}, {port: 53, protocol: UDP}]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    for name in ("old", "new"):
        (tmp_path / name / "estate.yaml").write_text(ESTATE, encoding="utf-8")
    (tmp_path / "new" / "policy.yaml").write_text(POLICY, encoding="utf-8")
    baseline = "schema: hardstand.dev/baseline/v1\nname: ops\nnetwork: {cni: cilium}\n"
    (tmp_path / "hardstand.yaml").write_text(baseline, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["net", *words])
    found = capsys.readouterr()
    return status, found.out, found.err


def edges(capsys: pytest.CaptureFixture[str], *words: str) -> set[tuple[str, str, str]]:
    _, out, _ = said(capsys, "reach", "new", "--format", "json", *words)
    return {(one["from"], one["to"], one["connections"]) for one in json.loads(out)["edges"]}


def test_json_has_the_names_that_were_agreed(home: Path, capsys: Any) -> None:
    found = edges(capsys, "--to", "shop/db")
    assert found == {
        ("shop/web[Deployment]", "shop/db[StatefulSet]", "TCP 5432,UDP 53"),
        ("10.0.0.0-10.255.255.255", "shop/db[StatefulSet]", "TCP 22"),
    }
    assert ("shop/web[Deployment]", "ops/lone[Pod]", "All Connections") in edges(capsys)
    assert ("{ingress-controller}", "shop/web[Deployment]", "TCP 8080") in edges(capsys)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--from", "10.200.0.1", "--to", "db"], {("10.200.0.1-10.200.0.1", "TCP 22")}),
        (["--from", "10.0.0.0/9", "--to", "db"], {("10.0.0.0-10.127.255.255", "TCP 22")}),
        (["--from", "10.0.0.0-10.0.0.7", "--to", "db"], {("10.0.0.0-10.0.0.7", "TCP 22")}),
        (["--from", "192.0.2.0/24", "--to", "db"], set()),
        (["--from", "internet", "--to", "db"], {("10.0.0.0-10.255.255.255", "TCP 22")}),
        (["--from", "{ingress-controller}"], {("{ingress-controller}", "TCP 8080")}),
        (["--to", "shop/db", "--port", "UDP 50-60"], {("shop/web[Deployment]", "UDP 53")}),
        (["--to", "shop/db", "--port", "SCTP 1"], set()),
    ],
)
def test_ends_and_ports_are_chosen(words: list[str], found: set[tuple[str, str]], home: Path, capsys: Any) -> None:
    assert {(source, by) for source, _, by in edges(capsys, *words)} == found


def test_the_address_of_a_pod_is_that_pod(home: Path, capsys: Any) -> None:
    assert {one[0] for one in edges(capsys, "--from", "10.1.2.3")} == {"ops/lone[Pod]", "10.1.2.3-10.1.2.3"}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--from", "web", "--to", "db"], 0),
        (["--from", "web", "--to", "db", "--port", "TCP 80"], 1),
        (["--from", "lone", "--to", "db"], 1),
        (["--from", "lone"], 0),
        (["--to", "db", "--port", "TCP 80"], 0),
    ],
)
def test_the_exit_status_answers_a_pair(words: list[str], status: int, home: Path, capsys: Any) -> None:
    assert said(capsys, "reach", "new", *words)[0] == status


def test_why_not_is_told_with_its_place(home: Path, capsys: Any) -> None:
    status, out, _ = said(capsys, "reach", "new", "--from", "lone", "--to", "db")
    assert (status, out) == (1, """\
ops/lone[Pod] → shop/db[StatefulSet]
  everything: denied
    Ingress: NetworkPolicy shop/db isolates it and no rule allows this
      --> new/policy.yaml:7:3

1 pair explained
""")  # fmt: skip


def test_the_rule_that_decides_is_told_with_its_place(home: Path, capsys: Any) -> None:
    _, out, _ = said(capsys, "reach", "new", "--explain", "--from", "web", "--to", "db")
    assert (
        out
        == """\
shop/web[Deployment] → shop/db[StatefulSet]
  TCP 5432,UDP 53: allowed
    Egress: no policy denies it
    Ingress: NetworkPolicy shop/db ingress[1] allows it
      --> new/policy.yaml:11:5
  everything else: denied
    Ingress: NetworkPolicy shop/db isolates it and no rule allows this
      --> new/policy.yaml:7:3

1 pair explained
"""
    )


def test_json_explains_too(home: Path, capsys: Any) -> None:
    words = ["reach", "new", "--explain", "--format", "json", "--from", "web", "--to", "db"]
    (edge,) = json.loads(said(capsys, *words)[1])["edges"]
    allowed, denied = edge["because"]
    assert (allowed["connections"], allowed["allowed"], denied["allowed"]) == ("TCP 5432,UDP 53", True, False)
    assert allowed["decisions"][1] == {
        "direction": "Ingress",
        "allowed": True,
        "text": "Ingress: NetworkPolicy shop/db ingress[1] allows it",
        "policy": "NetworkPolicy shop/db",
        "place": {"file": "new/policy.yaml", "line": 11, "column": 5},
    }
    assert allowed["decisions"][0]["place"] is None


@pytest.mark.parametrize(
    ("words", "fault", "hint"),
    [
        (["--from", "shop/wbe"], "nothing that was read is called `shop/wbe`", "did you mean `shop/web`?"),
        (["--to", "shp/"], "nothing that was read is called `shp/`", "did you mean `shop/`?"),
        (["--from", "interne"], "nothing that was read is called `interne`", "did you mean `internet`?"),
        (["--port", "TCP 99999"], "--port: `99999` is no port", "such as --port"),
        (["--port", "80/TPC"], "--port: `TPC` is no protocol", "such as --port 80"),
        (["--explain", "--format", "csv"], "--explain does not go with csv", "say --format text"),
    ],
)
def test_a_wrong_question_is_an_error_with_what_to_do(
    words: list[str], fault: str, hint: str, home: Path, capsys: Any
) -> None:
    status, out, err = said(capsys, "reach", "new", *words)
    assert (status, out) == (2, "")
    assert fault in err
    assert hint in err


@pytest.mark.skipif(
    shutil.which("kustomize") is None and shutil.which("kubectl") is None, reason="nothing here builds kustomizations"
)
def test_a_place_in_rendered_text_is_told_as_such(home: Path, capsys: Any) -> None:
    resources = "resources: [estate.yaml, policy.yaml]\n"
    (home / "new" / "kustomization.yaml").write_text(resources, encoding="utf-8")
    status, out, err = said(capsys, "reach", "new", "--to", "shop/db", "--from", "shop/web", "--explain")
    assert (status, err) == (0, "")
    assert re.search(r"--> new/kustomization.yaml:\d+:\d+ \(line of the rendered text\)\n", out)
    _, out, _ = said(capsys, "reach", "new/policy.yaml", "new/estate.yaml", "--to", "shop/db", "--explain")
    assert "new/policy.yaml:11:5\n" in out
    assert "rendered" not in out


def test_what_cannot_be_read_is_told_and_ends_in_two(home: Path, capsys: Any) -> None:
    (home / "new" / "broken.yaml").write_text("kind: [", encoding="utf-8")
    status, out, err = said(capsys, "reach", "new", "--format", "json")
    assert status == 2
    assert json.loads(out)["unreadable"][0]["path"] == "new/broken.yaml"
    assert json.loads(out)["edges"]
    assert "new/broken.yaml:1:" in err
    assert said(capsys, "matrix", "new")[0] == 2
    assert said(capsys, "diff", "old", "new")[0] == 2
    assert said(capsys, "reach", "new", "--format", "svg")[0] == 2


@pytest.mark.parametrize("form", ["text", "np-guard", "np-guard-text", "csv", "markdown", "mermaid", "graphviz", "svg"])
def test_every_format_is_told_from_the_command_line(form: str, home: Path, capsys: Any) -> None:
    status, out, err = said(capsys, "reach", "new", "--format", form)
    assert (status, err) == (0, "")
    assert "lone" in out


def test_a_change_that_takes_away_passes(home: Path, capsys: Any) -> None:
    status, out, _ = said(capsys, "diff", "old", "new")
    assert status == 0
    assert "newly allowed" not in out.splitlines()
    assert "  shop/web[Deployment] → shop/db[StatefulSet]: All Connections before, TCP 5432,UDP 53 now\n" in out
    assert out.endswith("nothing newly allowed, 4 may not any more, or not in every way; 0 new and 0 gone workloads\n")


def test_a_change_that_allows_something_blocks(home: Path, capsys: Any) -> None:
    status, out, _ = said(capsys, "diff", "new", "old")
    assert status == 1
    assert out.startswith("newly allowed\n")
    assert "  ops/lone[Pod], internet except 10.0.0.0/8 → shop/db[StatefulSet]: All Connections\n" in out


def test_no_change_is_told_as_none(home: Path, capsys: Any) -> None:
    assert said(capsys, "diff", "new", "new") == (0, "nothing changed\n", "")


def test_a_wider_block_is_told_by_what_it_adds(home: Path, capsys: Any) -> None:
    (home / "old" / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (home / "new" / "policy.yaml").write_text(POLICY.replace("10.0.0.0/8", "10.0.0.0/7"), encoding="utf-8")
    status, out, _ = said(capsys, "diff", "old", "new", "--format", "json")
    found = json.loads(out)
    assert status == 1
    assert [(one["from"], one["change"], one["opened"]) for one in found["changes"]] == [
        ("11.0.0.0/8", "gained", "TCP 22")
    ]


def test_a_new_workload_and_one_that_is_gone_are_told(home: Path, capsys: Any) -> None:
    text = ESTATE.replace("name: lone", "name: other")
    (home / "new" / "estate.yaml").write_text(text, encoding="utf-8")
    status, out, _ = said(capsys, "diff", "old", "new", "--format", "json")
    found = json.loads(out)
    assert (status, found["new"], found["gone"]) == (1, ["ops/other[Pod]"], ["ops/lone[Pod]"])
    told = said(capsys, "diff", "old", "new", "--format", "markdown")[1]
    assert told.startswith("**Network: ")
    assert "New workloads: ops/other\\[Pod\\]" in told


def test_a_matrix_by_namespace(home: Path, capsys: Any) -> None:
    status, out, _ = said(capsys, "matrix", "new", "--by", "namespace", "--format", "csv")
    assert (status, out) == (0, """\
from,ops,shop,internet\r
ops,,some,all\r
shop,all,some,all\r
internet,all,some,\r
{ingress-controller},none,some,none\r
""")  # fmt: skip


NAMED = """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  egress:
  - toEndpoints: [{matchLabels: {app: db}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}], rules: {http: [{method: GET}]}}]
  - toFQDNs: [{matchName: api.example.com}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
"""


def test_what_hangs_on_more_than_addresses_is_told_as_a_condition(home: Path, capsys: Any) -> None:
    (home / "new" / "estate.yaml").write_text(ESTATE + NAMED, encoding="utf-8")
    status, out, _ = said(capsys, "reach", "new", "--from", "shop/web")
    assert status == 0
    assert "  shop/db[StatefulSet]  perhaps TCP 5432\n      if the HTTP request is GET\n" in out
    assert "  api.example.com       TCP 443\n" in out
    assert "api.example.com" not in {source for source, _, _ in edges(capsys)}
    assert said(capsys, "reach", "new", "--from", "web", "--to", "db")[0] == 2
    assert said(capsys, "probe", "new", "--from", "shop/web", "--to", "shop/db", "--port", "5432")[0] == 2
    status, out, _ = said(capsys, "diff", "old", "new")
    assert (status, "shop/db[StatefulSet]: All Connections before, perhaps TCP 5432 now" in out) == (0, True)


def test_a_picture_has_the_zones_of_the_baseline(home: Path, capsys: Any) -> None:
    (home / "hardstand.yaml").write_text(
        "network:\n  zones: {data: {match: {name: db}}, app: {match: {name: web}}}\n"
        "  flows: [{from: app, to: data, ports: TCP 5432, reason: orders}]\n",
        encoding="utf-8",
    )
    status, out, _ = said(capsys, "reach", "new", "--format", "svg")
    assert status == 0
    assert ">data</text>" in out
    titles = re.findall('<g class="line odd"><title>([^<]*)', out)
    assert "10.0.0.0/8 → shop/db[StatefulSet]: TCP 22" in titles
    assert "shop/web[Deployment] → shop/db[StatefulSet]: TCP 5432,UDP 53" in titles


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m hardstand net reach new --format csv 2>err.txt | head -n 1 > first.txt"
    assert os.system(command) == 0
    assert (home / "first.txt").read_text(
        encoding="utf-8"
    ) == "from,to,connections,possible\n"  # Read with any line end.
    assert (home / "err.txt").read_text(encoding="utf-8") == ""
