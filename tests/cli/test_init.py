"""`hardstand init` as a person meets it."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.test_main import ROOT, hardstand
from tests.draft.drafts import workload, written

WEB = {"deploy/web.yaml": workload("web", "shop")}


@pytest.mark.parametrize("name", ["realistic-microservices-demo", "realistic-kube-prometheus"])
def test_init_then_scan_of_a_real_estate(suite, tmp_path: Path, name: str) -> None:  # type: ignore[no-untyped-def]
    estate = str(suite(name))
    made = hardstand("init", estate, cwd=tmp_path)
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    text = (tmp_path / "hardstand.yaml").read_text(encoding="utf-8")
    assert text.count("\n") <= 60
    assert max(map(len, text.splitlines())) <= 120
    done = hardstand("scan", estate, "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["baseline"]["path"] == "hardstand.yaml"
    assert found["summary"]["block"] == 0
    assert found["summary"]["warn"] > 40
    before = json.loads(hardstand("scan", estate, "--format", "json", cwd=tmp_path.parent).stdout)
    assert {one["id"] for one in before["findings"]} <= {one["id"] for one in found["findings"]}
    if name == "realistic-microservices-demo":
        tiers = {(one["object"]["name"], one["tier"]) for one in found["findings"]}
        assert {("paymentservice", "high"), ("redis-cart", "medium"), ("adservice", "low")} <= tiers


def test_it_is_written_where_scan_finds_it_and_says_what_comes_next(tmp_path: Path) -> None:
    written(tmp_path, WEB)
    made = hardstand("init", "deploy", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (0, "")
    assert made.stderr.splitlines() == [
        "hardstand: wrote hardstand.yaml: 1 environment, 1 namespace, 0 classes; 1 to check",
        "hardstand: next: read it, then `hardstand scan deploy`",
    ]
    assert sorted(os.listdir(tmp_path)) == ["deploy", "hardstand.yaml"]  # noqa: PTH208


def test_a_baseline_that_is_there_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, {**WEB, "hardstand.yaml": "mine: true\n"})
    made = hardstand("init", "deploy", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (2, "")
    assert "hardstand: error: hardstand.yaml is there already" in made.stderr
    assert "`--force` replaces it" in made.stderr
    assert (tmp_path / "hardstand.yaml").read_text(encoding="utf-8") == "mine: true\n"
    assert hardstand("init", "deploy", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "hardstand.yaml").read_text(encoding="utf-8").startswith("# What is production")


def test_a_second_draft_is_refused_and_the_same(tmp_path: Path) -> None:
    written(tmp_path, WEB)
    assert hardstand("init", "deploy", cwd=tmp_path).returncode == 0
    first = (tmp_path / "hardstand.yaml").read_bytes()
    assert hardstand("init", "deploy", cwd=tmp_path).returncode == 2
    printed = hardstand("init", "deploy", "--stdout", cwd=tmp_path)
    assert printed.returncode == 0
    assert printed.stdout.encode() == first


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    written(tmp_path, WEB)
    target = tmp_path / "outside.yaml"
    (tmp_path / "hardstand.yaml").symlink_to(target)
    assert hardstand("init", "deploy", cwd=tmp_path).returncode == 2
    assert not target.exists()
    assert hardstand("init", "deploy", "--force", cwd=tmp_path).returncode == 0
    assert not target.exists()
    assert not (tmp_path / "hardstand.yaml").is_symlink()


def test_another_place(tmp_path: Path) -> None:
    written(tmp_path, WEB)
    made = hardstand("init", "deploy", "--output", "team.yaml", cwd=tmp_path)
    assert made.returncode == 0
    assert "`hardstand scan deploy --baseline team.yaml`" in made.stderr
    assert hardstand("scan", "deploy", "--baseline", "team.yaml", cwd=tmp_path).returncode == 0
    missing = hardstand("init", "deploy", "--output", "no/such/team.yaml", cwd=tmp_path)
    assert missing.returncode == 2
    assert "--output no/such/team.yaml: No such file or directory" in missing.stderr


@pytest.mark.parametrize("files", [{}, {"notes.yaml": "just: text\n"}])
def test_nothing_to_draft_from(tmp_path: Path, files: dict[str, str]) -> None:
    written(tmp_path / "empty", files).mkdir(exist_ok=True)
    made = hardstand("init", "empty", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (2, "")
    assert "empty: no objects to draft a baseline from; nothing was written" in made.stderr
    assert not (tmp_path / "hardstand.yaml").exists()


def test_what_cannot_be_read_is_told_and_the_rest_is_drafted(tmp_path: Path) -> None:
    written(tmp_path, {**WEB, "deploy/broken.yaml": "kind: [\n"})
    made = hardstand("init", "deploy", "missing", cwd=tmp_path)
    assert made.returncode == 2
    assert "hardstand: error: deploy/broken.yaml:" in made.stderr
    assert "hardstand: error: missing" in made.stderr
    assert "wrote hardstand.yaml from what could be read" in made.stderr
    text = (tmp_path / "hardstand.yaml").read_text(encoding="utf-8")
    assert "shop" in text
    assert "- mode: block" not in text  # With something unread, nobody knows that nothing would break.


def test_standard_input_and_namespaces(tmp_path: Path) -> None:
    made = hardstand("init", "-", "--stdout", "-n", "acme-dev", stdin=workload("web"), cwd=tmp_path)
    assert made.returncode == 0
    assert re.search(r"- acme-dev +# its name\n", made.stdout)
    assert "development:" in made.stdout


def test_the_next_command_can_be_pasted(tmp_path: Path) -> None:
    written(tmp_path, {"my dir/web.yaml": workload("web", "shop")})
    assert "`hardstand scan 'my dir'`" in hardstand("init", "my dir", cwd=tmp_path).stderr


def test_stdout_and_output_do_not_go_together(tmp_path: Path) -> None:
    assert hardstand("init", "x", "--stdout", "--output", "y", cwd=tmp_path).returncode == 2


def test_the_example_estate_then_scan(tmp_path: Path) -> None:
    estate = str(ROOT / "examples" / "shop")
    assert hardstand("init", estate, cwd=tmp_path).returncode == 0
    done = hardstand("scan", estate, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 block" in done.stdout
