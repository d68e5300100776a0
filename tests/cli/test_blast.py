"""`hardstand blast` as a person meets it: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

CONTRACT = json.loads((Path(__file__).parents[2] / "spec/blast.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT)

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      automountServiceAccountToken: false
      containers: [{name: db, image: db, ports: [{containerPort: 5432}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: egress, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]
"""
GRANT = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: shop}
stringData: {key: correct-horse-battery}
"""
BASELINE = """\
classes:
  workloads:
  - match: {name: db}
    data: restricted
"""


def blast(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "blast", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def told(*arguments: str, cwd: Path) -> dict[str, Any]:
    done = blast(*arguments, "--format", "json", cwd=cwd)
    found: dict[str, Any] = json.loads(done.stdout)
    VALIDATOR.validate(found)
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/web.yaml").write_text(WEB, encoding="utf-8")
    (tmp_path / "deploy/grant.yaml").write_text(GRANT, encoding="utf-8")
    return tmp_path


def test_a_person_reads_the_sum_and_what_it_is_made_of(shop: Path) -> None:
    done = blast("shop/web", "deploy", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout
        == """\
Deployment shop/web: 552 points if it falls

       288  workloads, 2 with itself
        72  the data of 2 of them
        64  identities that one becomes, 1
       128  Secrets that one reads, 1
       552  in all

  internal data of 2 workloads, fallen or exposed

at once, with nothing to be done
       256  Deployment shop/web
        64  the data of Deployment shop/web (internal)
        64  ServiceAccount shop/web

after 1 hop
  from ServiceAccount shop/web: reads Secrets in shop (RoleBinding shop/readers):
         128  Secret shop/key, 256 / 2
  reaches over the network (TCP 5432):
          32  StatefulSet shop/db, 256 / 8
         8  the data of StatefulSet shop/db (internal), 64 / 8

the one change that shrinks it most, from 552 to 360:
  mount no token in Deployment shop/web (automountServiceAccountToken: false)
  a program that calls the API server cannot do so any more
else, to 424: take ServiceAccount shop/web out of RoleBinding shop/readers, which gives Role shop/reader
else, to 512: deny by default who may call StatefulSet shop/db
"""
    )
    assert "correct-horse" not in done.stdout + done.stderr


def test_the_contract_holds_and_the_parts_are_the_total(shop: Path) -> None:
    found = told("shop/web[Deployment]", "deploy", cwd=shop)
    (one,) = found["radii"]
    assert one["workload"] == "shop/web[Deployment]"
    assert one["total"] == sum(part["points"] for part in one["parts"]) == 552
    assert one["total"] == sum(each["points"] for each in one["sums"].values())
    assert all(part["points"] == part["worth"] >> part["halvings"] for part in one["parts"])
    assert one["at_least"] is False
    first = one["changes"][0]
    (shop / "deploy/web.yaml").write_text(
        WEB.replace("serviceAccountName: web", "serviceAccountName: web\n      automountServiceAccountToken: false"),
        encoding="utf-8",
    )
    assert first["takes"] == "token"
    assert told("shop/web", "deploy", cwd=shop)["radii"][0]["total"] == first["after"]


def test_all_are_ranked(shop: Path) -> None:
    found = told("--all", "deploy", cwd=shop)
    assert [(one["workload"], one["total"]) for one in found["radii"]] == [
        ("shop/web[Deployment]", 552),
        ("shop/db[StatefulSet]", 320),
    ]
    done = blast("--all", "--top", "1", "deploy", cwd=shop)
    assert "552  Deployment shop/web" in done.stdout
    assert "2 workloads; 1 more are not told (--top)" in done.stdout


def test_the_baseline_says_what_data_is_worth(shop: Path) -> None:
    (shop / "hardstand.yaml").write_text(BASELINE, encoding="utf-8")
    (one,) = told("shop/web", "deploy", cwd=shop)["radii"]
    assert one["classes"] == {"restricted": 1, "internal": 1}
    assert one["sums"]["data"] == {"points": 64 + 2048 // 8, "count": 2}


def test_hops_are_bounded_and_a_picture_is_drawn(shop: Path) -> None:
    assert told("shop/web", "deploy", "--max-hops", "1", cwd=shop)["radii"][0]["total"] == 552
    done = blast("shop/web", "deploy", "--format", "mermaid", cwd=shop)
    assert done.stdout.startswith("flowchart LR\n")
    assert '["StatefulSet shop/db<br/>32"]' in done.stdout
    assert "-. calls 1/8 .->" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("shop/wep", "deploy"), "did you mean `shop/web`?"),
        (("web", "deploy"), "write NAMESPACE/NAME"),
        ((), "no workload is named"),
        (("--all", "deploy", "--format", "mermaid"), "--all is no picture"),
        (("shop/web", "nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_said(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    done = blast(*arguments, cwd=shop)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_read_makes_the_number_a_least_one(shop: Path) -> None:
    (shop / "deploy/broken.yaml").write_text("kind: [\n", encoding="utf-8")
    done = blast("shop/web", "deploy", cwd=shop)
    assert done.returncode == 2
    assert done.stdout.startswith("Deployment shop/web: at least 552 points if it falls\n")
    assert "broken.yaml:" in done.stdout.partition("more may fall:")[2]
    assert told("shop/web", "deploy", cwd=shop)["radii"][0]["at_least"] is True


def test_a_name_that_several_have_is_asked_for_by_kind(shop: Path) -> None:
    (shop / "deploy/more.yaml").write_text(WEB.replace("StatefulSet", "DaemonSet").replace("name: web", "name: db", 1))
    done = blast("shop/db", "deploy", cwd=shop)
    assert done.returncode == 2
    assert "write one of" in done.stderr
    assert blast("shop/StatefulSet/db", "deploy", cwd=shop).returncode == 0


def hardstand(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_findings_carry_it_and_a_diff_tells_what_a_change_does(shop: Path) -> None:
    before = hardstand("scan", "deploy", "--blast", "--format", "json", "--output", "old.json", cwd=shop)
    assert before.returncode == 0, before.stderr
    run = json.loads((shop / "old.json").read_text(encoding="utf-8"))
    schema = json.loads((Path(__file__).parents[2] / "spec/run.v1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(run)
    assert run["blast"] == [
        {"workload": "shop/db[StatefulSet]", "total": 320, "at_least": False},
        {"workload": "shop/web[Deployment]", "total": 552, "at_least": False},
    ]
    carried = {(one["object"]["kind"], one["object"]["name"], one.get("blast")) for one in run["findings"]}
    assert {("Deployment", "web", 552), ("StatefulSet", "db", 320)} <= carried
    assert all(points is None for kind, _, points in carried if kind not in ("Deployment", "StatefulSet"))

    (shop / "deploy/grant.yaml").unlink()
    hardstand("scan", "deploy", "--blast", "--format", "json", "--output", "new.json", cwd=shop)
    found = json.loads(hardstand("diff", "old.json", "new.json", "--format", "json", cwd=shop).stdout)
    assert found["blast"] == [{"workload": "shop/web[Deployment]", "before": 552, "after": 424}]
    assert "- blast shop/web[Deployment]: 552 -> 424\n" in hardstand("diff", "old.json", "new.json", cwd=shop).stdout
    assert "+ blast shop/web[Deployment]: 424 -> 552\n" in hardstand("diff", "new.json", "old.json", cwd=shop).stdout


def test_without_being_asked_a_scan_says_nothing_of_it(shop: Path) -> None:
    run = json.loads(hardstand("scan", "deploy", "--format", "json", cwd=shop).stdout)
    assert "blast" not in run
    assert not any("blast" in one for one in run["findings"])


def test_a_pipe_cannot_be_read_twice(shop: Path) -> None:
    done = hardstand("scan", "-", "--blast", cwd=shop)
    assert done.returncode == 2
    assert "can be read once" in done.stderr


def test_of_changes_alike_the_one_with_the_wider_fall_comes_first(shop: Path) -> None:
    """The same fault in two files: what comes first by name is shut in, and the other one may do everything."""
    (shop / "deploy/web.yaml").unlink()
    (shop / "deploy/grant.yaml").unlink()
    shut = WEB.partition("---\n")[0].replace("name: web", "name: shut").replace("app: web", "app: shut")
    shut = shut.replace("serviceAccountName: shut", "automountServiceAccountToken: false")
    admin = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: wide}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: wide, namespace: shop}]
"""
    wide = WEB.partition("---\n")[0].replace("web", "wide") + admin
    for folder, text in (("a", shut), ("b", wide)):
        (shop / folder).mkdir()
        (shop / folder / "it.yaml").write_text(text, encoding="utf-8")
    done = hardstand("plan", "fixes", "a", "b", "--select", "seccomp-profile-missing", "--format", "json", cwd=shop)
    assert done.returncode == 0, done.stderr
    changes = json.loads(done.stdout)["changes"]
    assert [one["places"][0]["file"] for one in changes] == ["b/it.yaml", "a/it.yaml"]
    assert changes[0]["removes"]["blast"] > changes[1]["removes"]["blast"]
    plan = json.loads((Path(__file__).parents[2] / "spec/plan.v1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(plan).validate(json.loads(done.stdout))
