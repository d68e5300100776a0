"""`hardstand plan` as a person meets it: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hardstand.cli.plan_json import SCHEMA
from hardstand.cli.reading import progress
from hardstand.model.tier import Tier
from hardstand.model.verdict import Severity

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "spec" / "plan.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT, format_checker=Draft202012Validator.FORMAT_CHECKER)
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
  - name: app
    image: registry.example/app:1.2.3
    securityContext:
      privileged: true
      capabilities: {add: [NET_RAW]}
"""


def plan(*arguments: str, cwd: Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "plan", *arguments]
    return subprocess.run(command, input=stdin, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    for name in ("a", "b"):
        (tmp_path / "deploy" / f"{name}.yaml").write_text(POD.replace("NAME", name))
    return tmp_path


def test_alone_it_lists_what_can_be_planned(tmp_path: Path) -> None:
    done = plan(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "what can be planned:\n"
        "  hardstand plan fixes     the changes that remove the most risk for the least effort, in their order\n"
    )


def test_what_a_person_sees(estate: Path) -> None:
    done = plan(
        "fixes", "deploy", "--unsafe", "--limit", "1", "--select", "capabilities-not-dropped,pss-baseline", cwd=estate
    )
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout.splitlines()
    assert shown[:7] == [
        "change 1[privileged-container]: Take `privileged: true` away    "
        "tier high · blast 3112 · unsafe: test it afterwards",
        "  --> deploy/a.yaml:9:19  Pod shop/a, container app",
        "  also deploy/b.yaml:9:19 (2 files)",
        "  removes 2 findings: 2 privileged-container",
        "    tier high 2 · severity critical 2",
        "  make it: `hardstand fix deploy --select=capabilities-not-dropped,pss-baseline "
        "--root-cause=privileged-container@directory:deploy --unsafe --apply`",
        "  sum: 2 of 8 findings, proven",
    ]
    assert shown[-2:] == [
        "2 more root causes have a fix (--limit shows more)",
        "1 change removes 2 of 8 findings",
    ]


def test_without_leave_nothing_unsafe_is_planned_and_it_says_so(estate: Path) -> None:
    done = plan("fixes", "deploy", "--select", "privileged-container", cwd=estate)
    assert done.returncode == 0
    assert "by hand[privileged-container]: Container runs privileged" in done.stdout
    assert "would remove 2 findings, counted, not proven: tier high 2 · severity critical 2" in done.stdout
    assert "--unsafe plans it" in done.stdout
    assert done.stdout.splitlines()[-3:] == [
        "there is no change that can be made and proven here",
        "1 root cause is left to a person, 1 of them with a fix that is not safe (--unsafe)",
        "0 changes remove 0 of 2 findings",
    ]


def test_nothing_to_remove(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    done = plan("fixes", "map.yaml", "--select", "privileged-container", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "there are no findings to remove\n")


def test_what_cannot_be_read_is_said_and_the_rest_is_planned(estate: Path) -> None:
    (estate / "deploy" / "broken.yaml").write_text("kind: [\n")
    done = plan("fixes", "deploy", "--unsafe", "--format", "json", cwd=estate)
    assert done.returncode == 2
    assert "hardstand: error: deploy/broken.yaml:" in done.stderr
    found = json.loads(done.stdout)
    VALIDATOR.validate(found)
    assert found["summary"]["removed"] > 0
    assert [one["path"] for one in found["unreadable"]] == ["deploy/broken.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fixes"], "nothing to read is named"),
        (["fixes", "nowhere"], "nowhere"),
        (["fixes", "deploy", "--limit", "0"], "between 1 and 10000"),
        (["fixes", "deploy", "--limit", "many"], "between 1 and 10000"),
        (["fixes", "deploy", "--select", "privileged-contaner"], "did you mean `privileged-container`?"),
        (["fixes", "deploy", "--baseline", "nowhere.yaml"], "nowhere.yaml"),
        (["repairs", "deploy"], "invalid choice"),
    ],
)
def test_bad_usage(estate: Path, arguments: list[str], said: str) -> None:
    done = plan(*arguments, cwd=estate)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input_is_planned_and_its_command_writes_nothing(estate: Path) -> None:
    done = plan("fixes", "-", "--unsafe", "--format", "json", cwd=estate, stdin=POD)
    found = json.loads(done.stdout)
    VALIDATOR.validate(found)
    assert found["changes"]
    assert all("--apply" not in one["command"] for one in found["changes"])


def test_hostile_names_and_secrets_stay_out(tmp_path: Path) -> None:
    folder = tmp_path / "-x \x1b[31m'; rm"
    folder.mkdir()
    secret = "correct-horse-battery-9"
    text = POD.replace("NAME", "evil") + f"    env: [{{name: DB_PASSWORD, value: {secret}}}]\n"
    (folder / "pod.yaml").write_text(text)
    for form in ("text", "json"):
        done = plan("fixes", "--unsafe", "--limit", "3", "--format", form, "--", folder.name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        assert secret not in done.stdout + done.stderr
    found = json.loads(done.stdout)
    command = found["changes"][0]["command"]
    assert command[-2:] == ["--", folder.name]
    made = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110
    )
    assert made.returncode == 0, made.stderr
    assert (folder / "pod.yaml").read_text() != text


def test_the_options_of_the_plan_are_those_of_its_commands(estate: Path) -> None:
    (estate / "base.yaml").write_text("schema: hardstand.dev/baseline/v1\nname: shop\nmodes: [{mode: block}]\n")
    options = ["--baseline=base.yaml", "--exclude=supply", "--namespace=web", "--complete", "--pod-security=restricted"]
    done = plan("fixes", "deploy", "--unsafe", "--limit", "1", "--format", "json", *options, cwd=estate)
    (change,) = json.loads(done.stdout)["changes"]
    assert set(options) <= set(change["command"])
    assert change["removes"]["block"] == change["removes"]["findings"]


def test_a_root_cause_that_nothing_has(estate: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "hardstand",
        "fix",
        "deploy",
        "--root-cause",
        "privileged-container@directory:deplo",
    ]
    done = subprocess.run(command, cwd=estate, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "did you mean `privileged-container@directory:deploy`?" in done.stderr


def test_one_root_cause_alone_is_mended(estate: Path) -> None:
    command = [sys.executable, "-m", "hardstand", "fix", "deploy", "--unsafe"]
    command += ["--root-cause", "privileged-container@directory:deploy"]
    done = subprocess.run(command, cwd=estate, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0
    removed = [line for line in done.stdout.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == ["-      privileged: true"] * 2


def test_progress_is_shown_on_a_terminal_after_two_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr("hardstand.cli.reading.time.monotonic", lambda: now)
    assert progress("{done} of {total} proven") is None  # No terminal.
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    show = progress("{done} of {total} proven")
    assert show is not None
    now = 101.9
    show(1, 10)
    assert capsys.readouterr().err == ""
    now = 102.1
    show(2, 10)
    assert capsys.readouterr().err == "\rhardstand: 2 of 10 proven\x1b[K"
    show(10, 10)
    assert capsys.readouterr().err == "\r\x1b[K"


def test_the_contract(estate: Path) -> None:
    Draft202012Validator.check_schema(CONTRACT)
    assert CONTRACT["$id"] == f"https://{SCHEMA}"
    assert CONTRACT["properties"]["schema"]["const"] == SCHEMA
    numbers = CONTRACT["$defs"]["removes"]["properties"]
    assert numbers["by_tier"]["propertyNames"]["enum"] == [one.word for one in sorted(Tier, reverse=True)]
    assert numbers["by_severity"]["propertyNames"]["enum"] == [one.word for one in sorted(Severity, reverse=True)]
    found = json.loads(plan("fixes", "deploy", "--unsafe", "--format", "json", cwd=estate).stdout)
    VALIDATOR.validate(found)
    assert found["changes"]
    assert found["by_hand"]
    for node in [found, found["summary"], found["changes"][0], found["by_hand"][0], found["changes"][0]["places"][0]]:
        kept = dict(node)
        node["surprise"] = 1
        assert not VALIDATOR.is_valid(found)
        del node["surprise"]
        for key in kept:
            del node[key]
            assert not VALIDATOR.is_valid(found), key
            node[key] = kept[key]
    VALIDATOR.validate(found)
