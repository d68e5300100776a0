"""The harness that asks other people's cases: it must notice everything that is not written down."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard

from agreement.__main__ import MAPPINGS, main
from agreement.adapters import ADAPTERS
from agreement.judge import Judgement, container_at, judge
from agreement.packs import PackError, Page, read_pack
from agreement.report import totals, written
from agreement.rules import MappingError, Rule, read_rules
from agreement.score import Score, score_suite

GOOD = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec: {containers: [{name: a, image: x:1}]}\n"
BAD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, labels: {a: b}}\n"
    "spec: {hostPID: true, containers: [{name: a, image: x:1, securityContext: {privileged: true}}]}\n"
)
PRIVILEGED = '[[check]]\nname = "kubernetes/privileged"\ncontrols = ["privileged-container"]\n'


def pack(folder: Path, name: str, rows: Sequence[Mapping[str, Any]], files: Mapping[str, str] | None = None) -> None:
    held = {f"{name}/cases.jsonl": "\n".join(map(json.dumps, rows))}
    held |= {f"{name}/data/{path}": text for path, text in (files or {}).items()}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for path, text in held.items():
            member = tarfile.TarInfo(path)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    (folder / f"{name}.tar.zst").write_bytes(zstandard.ZstdCompressor().compress(plain.getvalue()))


def trivy(expect: str, text: str, check: str = "privileged", name: str = "0") -> dict[str, str]:
    return {"id": f"{check}::{name}", "check": check, "provider": "kubernetes", "expect": expect, "text": text}


def scored(tmp_path: Path, rows: Sequence[Mapping[str, Any]], mapping: str) -> Score:
    pack(tmp_path, "trivy_examples", rows)
    (tmp_path / "trivy_examples.toml").write_text(mapping)
    return score_suite("trivy_examples", ADAPTERS["trivy_examples"], tmp_path, tmp_path)


def one_case(tmp_path: Path, suite: str, row: Mapping[str, Any], files: Mapping[str, str], mapping: str) -> Score:
    pack(tmp_path, suite, [row], files)
    (tmp_path / f"{suite}.toml").write_text(mapping)
    return score_suite(suite, ADAPTERS[suite], tmp_path, tmp_path)


def said(score: Score) -> list[str]:
    return [one.said for one in score.disagreements]


@pytest.mark.parametrize("suite", ADAPTERS)
def test_mapping_names_controls_and_parameters_that_exist(suite: str) -> None:
    rules = read_rules(MAPPINGS, suite)
    assert rules.mapped
    for rule in rules.mapped.values():
        for one in (*rule.variants.values(),) or (rule,):
            assert judge(one, []) == Judgement(())


@pytest.mark.parametrize("suite", ADAPTERS)
def test_mapping_gives_a_whole_sentence_for_every_disagreement(suite: str) -> None:
    rules = read_rules(MAPPINGS, suite)
    assert all(len(why) > 20 and why.endswith(".") for why in rules.disagreements.values())
    assert not set(rules.mapped) & (set(rules.out) | set(rules.unmapped))


def test_agreeing_cases_pass(tmp_path: Path) -> None:
    score = scored(tmp_path, [trivy("clean", GOOD, name="good"), trivy("finding", BAD, name="bad")], PRIVILEGED)
    assert totals([score]) == (2, 0)
    assert list(written([score], verbose=False))[-1] == "2 passed, 0 failed"
    assert score.agreed == {"kubernetes/privileged": 2}


def test_a_disagreement_must_be_written_down(tmp_path: Path) -> None:
    rows = [trivy("finding", GOOD)]
    score = scored(tmp_path, rows, PRIVILEGED)
    assert totals([score]) == (0, 1)
    assert any("UNEXPLAINED privileged::0" in line for line in written([score], verbose=False))
    explained = PRIVILEGED + '[[disagree]]\ncases = ["privileged::0"]\nwhy = "It is not privileged."\n'
    assert totals([scored(tmp_path, rows, explained)]) == (1, 0)


def test_a_disagreement_that_is_gone_must_not_stay_written_down(tmp_path: Path) -> None:
    stale = PRIVILEGED + '[[disagree]]\ncases = ["privileged::0"]\nwhy = "It was so once."\n'
    score = scored(tmp_path, [trivy("clean", GOOD)], stale)
    assert score.faults == ["the disagreement written down for privileged::0 does not happen"]
    assert totals([score]) == (1, 1)


def test_every_check_must_be_in_the_mapping(tmp_path: Path) -> None:
    rows = [*(trivy("clean", GOOD, name=str(at)) for at in range(5)), trivy("clean", GOOD, check="strange")]
    score = scored(tmp_path, rows, PRIVILEGED)
    assert "kubernetes/strange is not in the mapping" in score.faults


def test_four_fifths_of_the_checks_in_scope_must_be_mapped(tmp_path: Path) -> None:
    unmapped = PRIVILEGED + '[[unmapped]]\nwhy = "a preference"\nchecks = ["kubernetes/other"]\n'
    rows = [trivy("clean", GOOD), trivy("clean", GOOD, check="other")]
    assert scored(tmp_path, rows, unmapped).faults == ["only 1 of 2 checks in scope are mapped: 80 % must be"]
    out = unmapped.replace("[[unmapped]]", "[[out]]")
    score = scored(tmp_path, rows, out)
    assert (totals([score]), score.in_scope) == ((1, 0), ["kubernetes/privileged"])


def test_a_mapped_control_must_exist(tmp_path: Path) -> None:
    score = scored(tmp_path, [trivy("clean", GOOD)], PRIVILEGED.replace("privileged-container", "no-such-control"))
    assert score.faults == ["kubernetes/privileged: there is no control no-such-control"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("params = { colour = 1 }", "privileged-container has no parameter colour"),
        ("colour = 1", "kubernetes/privileged: colour means nothing here"),
    ],
)
def test_a_rule_must_say_what_can_be_asked(tmp_path: Path, line: str, fault: str) -> None:
    score = scored(tmp_path, [trivy("clean", GOOD)], f"{PRIVILEGED}{line}\n")
    assert len(score.faults) == 1
    assert score.faults[0].endswith(fault)
    assert score.failed == 1


def test_a_parameter_of_the_wrong_type_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "kubernetes/privileged"\ncontrols = ["host-port"]\nparams = { allowed_ranges = "x" }\n'
    (fault,) = scored(tmp_path, [trivy("clean", GOOD)], mapping).faults
    assert "must be a list of" in fault


def test_skipped_cases_are_counted_and_must_exist(tmp_path: Path) -> None:
    skip = PRIVILEGED + '[[skip]]\ncases = "*::odd"\nwhy = "no manifest"\n'
    score = scored(tmp_path, [trivy("clean", GOOD), trivy("finding", GOOD, name="odd")], skip)
    assert (totals([score]), score.skipped) == ((1, 0), {"no manifest": 1})
    assert scored(tmp_path, [trivy("clean", GOOD)], skip).faults == ["no case is like *::odd, which is to be skipped"]


def test_pod_security_admits_no_disagreement(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "privileged"\ncontrols = ["privileged-container"]\n'
    row = {
        "id": "p",
        "level": "baseline",
        "version": "v1.25",
        "expect": "pass",
        "check": "privileged",
        "file": "p.yaml",
    }
    excused = mapping + '[[disagree]]\ncases = ["p"]\nwhy = "We say so."\n'
    score = one_case(tmp_path, "psa", row, {"psa/p.yaml": BAD}, excused)
    assert (said(score), score.failed) == (["fail"], 1)
    score = one_case(tmp_path, "psa", {**row, "expect": "fail"}, {"psa/p.yaml": BAD}, mapping)
    assert totals([score]) == (1, 0)


def test_pod_security_must_fail_by_the_check_that_is_asked(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "hostports"\ncontrols = ["host-port"]\n'
    row = {"id": "p", "level": "baseline", "version": "v1.25", "expect": "fail", "check": "hostports", "file": "p.yaml"}
    score = one_case(tmp_path, "psa", row, {"psa/p.yaml": BAD}, mapping)
    assert said(score) == ["fail, but by host-pid, privileged-container"]


def test_kyverno_asks_about_the_named_object_only(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "p/r"\ncontrols = ["privileged-container"]\n'
    row = {"id": "k", "policy": "p", "rule": "r", "resource_files": ["r.yaml"], "kind": "Pod", "resource": "good"}
    files = {"r.yaml": f"{GOOD}---\n{BAD}"}
    assert totals([one_case(tmp_path, "kyverno", {**row, "expect": "skip"}, files, mapping)]) == (1, 0)
    bad = {**row, "resource": "default/bad", "expect": "fail"}
    assert totals([one_case(tmp_path, "kyverno", bad, files, mapping)]) == (1, 0)
    absent = {**row, "resource": "other/bad", "expect": "fail"}
    assert said(one_case(tmp_path, "kyverno", absent, files, mapping)) == ["no such object"]


def test_chainsaw_asks_about_one_document(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "d"\ncontrols = ["privileged-container"]\n'
    row = {"id": "c", "policy_dir": "d", "kind": "Pod", "name": "bad", "file": "r.yaml", "doc": 1, "expect": "deny"}
    assert totals([one_case(tmp_path, "kyverno_chainsaw", row, {"r.yaml": f"{GOOD}---\n{BAD}"}, mapping)]) == (1, 0)


def test_gatekeeper_constraints_are_variants(tmp_path: Path) -> None:
    mapping = (
        '[[check]]\nname = "t"\n'
        '[check.variants."one.yaml"]\ncontrols = ["privileged-container"]\nexempt = { images = ["x:*"] }\n'
        '[check.variants."two.yaml"]\ncontrols = ["host-pid"]\n'
    )
    row = {"id": "g", "template": "lib/t/template.yaml", "object": "o.yaml", "inventory": [], "expect": "allow"}
    one = one_case(tmp_path, "gatekeeper", {**row, "constraint": "s/one.yaml"}, {"o.yaml": BAD}, mapping)
    assert totals([one]) == (1, 0)
    two = one_case(tmp_path, "gatekeeper", {**row, "constraint": "s/two.yaml"}, {"o.yaml": BAD}, mapping)
    assert said(two) == ["fault"]
    three = one_case(tmp_path, "gatekeeper", {**row, "constraint": "s/three.yaml"}, {"o.yaml": BAD}, mapping)
    assert three.faults == ["t: there is no variant for s/three.yaml"]


def test_checkov_counts_objects_by_directory(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "C"\ncontrols = ["privileged-container"]\n'
    row = {"id": "d", "dir": "d", "check": "C", "summary": {"passed": 1, "failed": 1}}
    files = {"d/1.yaml": GOOD, "d/2.yaml": BAD, "d/3.py": "", "other/4.yaml": BAD}
    assert totals([one_case(tmp_path, "checkov_k8s_dirs", row, files, mapping)]) == (1, 0)


def test_checkov_without_a_verdict_asks_for_no_fault(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "C"\ncontrols = ["privileged-container"]\n'
    row = {"id": "f", "file": "f.yaml", "expect": "UNKNOWN", "checks": [{"id": "C"}]}
    odd = "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\nspec: [1]\n"
    assert totals([one_case(tmp_path, "checkov_k8s", row, {"f.yaml": odd}, mapping)]) == (1, 0)
    assert said(one_case(tmp_path, "checkov_k8s", row, {"f.yaml": BAD}, mapping)) == ["fault"]


def test_kubescape_names_the_faulty_objects(tmp_path: Path) -> None:
    mapping = '[[check]]\nname = "r"\ncontrols = ["mutable-image-tag"]\nparams = { tags = [] }\n'
    mapping += 'case_params = { tags = "floating" }\n'
    row = {"id": "r", "rule": "r", "input": ["i.yaml"], "expected_file": "t/expected.json", "expect": "alert"}
    row |= {"objects": [["Pod", None, "good"]]}
    files = {"i.yaml": GOOD, "t/data.json": json.dumps({"postureControlInputs": {"floating": ["1"]}})}
    assert totals([one_case(tmp_path, "regolibrary", row, files, mapping)]) == (1, 0)
    del files["t/data.json"]
    assert said(one_case(tmp_path, "regolibrary", row, files, mapping)) == ["clean"]


@pytest.mark.parametrize(("reports", "count"), [("finding", 2), ("object", 1), ("container", 2)])
def test_kube_linter_counts_reports(tmp_path: Path, reports: str, count: int) -> None:
    mapping = '[[check]]\nname = "c"\ncontrols = ["privileged-container", "host-pid"]\n' + f'reports = "{reports}"\n'
    row = {"id": "c", "file": "f.yaml", "count": count, "messages": []}
    score = one_case(tmp_path, "kube_linter", row, {"f.yaml": BAD}, mapping)
    assert (score.passed, said(score)) == (1, [])


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (Rule(("privileged-container",)), "fault"),
        (Rule(("registry-not-allowed",)), "not declared"),
        (Rule(("workload-not-isolated",)), "unknown"),
        (Rule(("workload-not-isolated",), complete=True), "fault"),
        (Rule(("host-network",)), "clean"),
        (Rule(("node-port-service",)), "unseen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_silence_is_no_agreement(rule: Rule, word: str) -> None:
    assert judge(rule, [Page("p.yaml", BAD.encode())]).word == word


def test_what_cannot_be_read_is_unknown() -> None:
    judgement = judge(Rule(("host-network",)), [Page("p.yaml", b"a: [")])
    assert (judgement.word, len(judgement.unreadable)) == ("unknown", 1)


def test_only_findings_at_the_rules_field_count(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[[check]]\nname = "c"\ncontrols = ["privileged-container"]\nfield = "caps$"\n')
    assert judge(read_rules(tmp_path, "s").mapped["c"], [Page("p.yaml", BAD.encode())]).word == "clean"


@pytest.mark.parametrize("exempt", ["images = ['x:*']", "labels = { a = 'b' }", "namespaces = ['default']"])
def test_what_a_rule_exempts_does_not_count(tmp_path: Path, exempt: str) -> None:
    (tmp_path / "s.toml").write_text(
        f'[[check]]\nname = "c"\ncontrols = ["privileged-container"]\nexempt = {{{exempt}}}'
    )
    assert judge(read_rules(tmp_path, "s").mapped["c"], [Page("p.yaml", BAD.encode())]).word == "clean"


def test_the_container_of_a_path() -> None:
    data: Any = {"spec": {"containers": [{"name": "a"}], "volumes": [{"name": "v"}]}}
    assert container_at(data, ("spec", "containers", 0, "image")) == {"name": "a"}
    assert container_at(data, ("spec", "volumes", 0, "name")) == {}
    assert container_at(data, ("spec", "containers", 7)) == {}


def test_a_mapping_takes_over_that_of_a_like_suite(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PRIVILEGED + '[[disagree]]\ncases = ["x"]\nwhy = "Only here."\n')
    (tmp_path / "b.toml").write_text('like = "a"\n[[out]]\nwhy = "other"\nchecks = ["z"]\n')
    rules = read_rules(tmp_path, "b")
    assert (list(rules.mapped), rules.out, rules.disagreements) == (["kubernetes/privileged"], {"z": "other"}, {})


def test_a_missing_mapping_is_said(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="is missing"):
        read_rules(tmp_path, "nothing")


@pytest.mark.parametrize(("content", "reason"), [(None, "is missing"), (b"no pack", "cannot be read")])
def test_a_missing_or_broken_pack_is_said(tmp_path: Path, content: bytes | None, reason: str) -> None:
    if content is not None:
        (tmp_path / "psa.tar.zst").write_bytes(content)
    with pytest.raises(PackError, match=reason):
        read_pack(tmp_path, "psa")


def test_missing_suites_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"0 passed, {len(ADAPTERS)} failed"


def test_without_a_directory_of_suites_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "is not a directory of suites" in capsys.readouterr().err
    assert main([str(tmp_path), "--only", "nothing"]) == 2


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agreement", str(tmp_path / "nowhere")],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
