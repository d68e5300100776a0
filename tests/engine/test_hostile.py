"""Input made to break the scan: it ends, it tells, and it does not take the rest down."""

import json
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.pages import pages
from hardstand.engine.settings import Settings
from hardstand.report import render
from hardstand.wiring import ScanRequest, scan

DEEP = "[" * 9000 + "]" * 9000
PLAIN = "apiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec: {containers: [{name: c, image: x}]}\n"
POLICY = '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"n"},"spec":%s}'
HOSTILE = {
    "a deep list where a join reads": POLICY % ('{"podSelector":{},"ingress":' + DEEP + "}"),
    "deep labels": POLICY % ('{"podSelector":{"matchLabels":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}}"),
    "a deep item among twins": '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":'
    '{"containers":[{"name":"c","image":"x","ports":[{"containerPort":22,"x":' + DEEP + '},{"containerPort":22}]}]}}',
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("jobs", [1, 2])
def test_deep_input_hurts_nobody(tmp_path: Path, name: str, jobs: int) -> None:
    (tmp_path / "deep.json").write_text(HOSTILE[name], encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(PLAIN, encoding="utf-8")
    run = scan(ScanRequest([str(tmp_path)], jobs=jobs))
    assert run.objects == 2
    assert any(one.object.name == "other" for one in run.findings)
    assert not [one for one in run.findings if one.why == "crashed"]


def test_names_steer_no_terminal_and_no_runner(tmp_path: Path) -> None:
    name = "x\n::stop-commands::zz\n\x1b]0;pwn\x07"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "d"}, "spec": {"containers": []}}
    path = tmp_path / "pod.json"
    path.write_text(json.dumps(pod), encoding="utf-8")
    run = scan(ScanRequest([str(path)]))
    text = render("text", run, pages())
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("::")]


def test_json_escapes_what_steers(tmp_path: Path) -> None:
    pod: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a\u009bb\u202ec"},
        "spec": {"hostPID": True},
    }
    path = tmp_path / "pod.json"
    path.write_text(json.dumps(pod), encoding="utf-8")
    told = render("json", scan(ScanRequest([str(path)])), pages())
    assert "\u009b" not in told
    assert "\u202e" not in told
    assert json.loads(told)["findings"][0]["object"]["name"] == "a\u009bb\u202ec"


TWIN = """\
apiVersion: batch/v1
kind: Job
metadata: {generateName: run-}
spec: {template: {spec: {containers: [{name: c, image: x}]}}}
"""


def test_twins_in_a_file_have_ids_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "jobs.yaml"
    path.write_text("---\n".join([TWIN] * 3), encoding="utf-8")
    run = scan(ScanRequest([str(path)], settings=Settings()))
    ids = [one.id for one in run.findings]
    assert len(ids) == len(set(ids)) > 20
    wrapped = "apiVersion: v1\nkind: List\nitems:\n" + "".join(
        "- " + TWIN.replace("\n", "\n  ").rstrip() + "\n" for _ in range(3)
    )
    path.write_text(wrapped, encoding="utf-8")
    assert sorted(one.id for one in scan(ScanRequest([str(path)])).findings) == sorted(ids)
