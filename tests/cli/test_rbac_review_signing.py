"""Answers of an access review, signed or not, and the bundle that they become: real processes, keys and ssh-keygen."""

import json
import shlex
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.cli.reviewing import (
    ESTATE,
    LATER,
    SPEC,
    answer,
    answered,
    closed,
    folder,
    grants,
    key_of,
    needs_keygen,
    opened,
    rbac,
)

__all__ = ["folder", "opened"]


@needs_keygen
def test_signed_answers_make_a_bundle_that_anybody_can_check(opened: Path, tmp_path: Path) -> None:
    bundle = closed(opened)
    with tarfile.open(bundle) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    out = tmp_path / "out"
    readme = (out / "README.md").read_text()
    commands = [line.strip() for line in readme.splitlines() if line.startswith("    ")]
    assert len(commands) == 3
    for command in commands:
        assert subprocess.run(command, shell=True, cwd=out, check=False, capture_output=True).returncode == 0, command
    replaced, created, deleted = (
        list(yaml.safe_load_all((out / f"manifests/{name}.yaml").read_text()))
        for name in ("2-replace", "1-create", "3-delete")
    )
    assert [one["name"] for one in replaced[0]["subjects"]] == ["ops"]
    assert replaced[0]["metadata"] == {"name": "everything", "resourceVersion": "7", "labels": {"app": "x"}}
    assert (created[0]["kind"], created[0]["metadata"]["namespace"]) == ("RoleBinding", "shop")
    assert created[0]["roleRef"]["name"] == "reader"
    assert created[0]["subjects"] == [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jane"}]
    script = (out / "manifests/3-delete.sh").read_text()
    (command,) = (shlex.split(line) for line in script.splitlines() if not line.startswith("#"))
    assert command[:4] == ["kubectl", "--namespace=shop", "patch", "rolebinding.rbac.authorization.k8s.io/old"]
    tested, removed = json.loads(command[-1].removeprefix("--patch="))
    assert (tested["op"], tested["value"][0]["name"]) == ("test", "gone")
    assert removed == {"op": "remove", "path": "/subjects"}
    assert deleted == [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "old", "namespace": "shop"},
        }
    ]
    told = json.loads((out / "decisions.json").read_text())
    for name, found in (
        ("review-decisions", told),
        ("review-bundle", json.loads((out / "bundle.json").read_text())),
        ("review-answers", yaml.safe_load((out / "answers/ann.yaml").read_text())),
    ):
        Draft202012Validator(json.loads((SPEC / f"{name}.v1.schema.json").read_text())).validate(found)
    decisions = told["decisions"]
    assert sorted(one["decision"] for one in decisions) == ["keep", "keep", "narrow", "remove"]


@needs_keygen
def test_what_is_not_signed_is_not_answered(opened: Path) -> None:
    answer(opened, "ann", serviceaccount_shop_web={"answer": "keep"}, user_gone={"answer": "keep"})
    done = rbac("review", "status", "review", cwd=opened)  # Until the last day has passed that is nobody's fault.
    assert "answers/ann.yaml is not signed yet" in done.stdout
    assert "bob: 0 of 2 answered and signed" in done.stdout
    rbac("review", "close", "review", cwd=opened, status=1)
    assert not list((opened / "review").glob("*.tar.gz"))


@needs_keygen
def test_an_answer_that_is_changed_after_it_was_signed_does_not_count(opened: Path) -> None:
    answered(opened)
    rbac("review", "status", "review", cwd=opened)
    path = opened / "review/answers/ann.yaml"
    path.write_text(path.read_text().replace("answer: remove", "answer: keep"))
    done = rbac("review", "status", "review", cwd=opened, status=1)
    assert "answers/ann.yaml.sig does not count: it is not of this file" in done.stdout
    assert rbac("review", "close", "review", cwd=opened, status=1).stdout == ""


@needs_keygen
def test_nobody_signs_for_somebody_else(opened: Path) -> None:
    answered(opened)
    (opened / "review/answers/ann.yaml.sig").unlink()
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "bob", cwd=opened)
    done = rbac("review", "status", "review", cwd=opened, status=1)
    assert "is not one of ann's" in done.stdout


@needs_keygen
def test_a_signature_for_something_else_does_not_count(opened: Path) -> None:
    answered(opened)
    (opened / "review/answers/bob.yaml.sig").unlink()
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", "bob", "-n", "git", "review/answers/bob.yaml"]
    subprocess.run(command, cwd=opened, check=True, capture_output=True)
    done = rbac("review", "status", "review", cwd=opened, status=1)
    assert "it was made for 'git'" in done.stdout


@needs_keygen
def test_a_campaign_that_is_changed_is_not_what_was_signed(opened: Path) -> None:
    answered(opened)
    path = opened / "review/campaign.json"
    path.write_text(path.read_text().replace('"due": "', '"due": "9').replace('"9', '"', 1) + "\n")
    done = rbac("review", "status", "review", cwd=opened, status=1)
    assert "`digest` is not" in done.stdout


@needs_keygen
def test_what_is_late_is_a_finding(opened: Path) -> None:
    path = opened / "review/campaign.json"
    rbac("review", "status", "review", cwd=opened)
    path.write_text(path.read_text().replace(f'"due": "{LATER}"', '"due": "2020-01-01"'))
    from hardstand.access.review.campaign import digest

    for one in (opened / "review/answers").glob("*.yaml"):
        told = yaml.safe_load(one.read_text())
        one.write_text(yaml.safe_dump({**told, "digest": digest(path.read_bytes())}))
    done = rbac("review", "status", "review", "--format", "json", cwd=opened, status=1)
    told = json.loads(done.stdout)
    Draft202012Validator(json.loads((SPEC / "review-status.v1.schema.json").read_text())).validate(told)
    assert told["overdue"]
    assert [len(one["unanswered"]) for one in told["reviewers"]] == [2, 2]


@needs_keygen
def test_narrow_may_not_mean_more(opened: Path) -> None:
    answered(opened)
    answer(
        opened, "ann", user_gone={"answer": "narrow", "to": "ClusterRole/all"},
        serviceaccount_shop_web={"answer": "keep"},
    )  # fmt: skip
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=opened)
    done = rbac("review", "close", "review", cwd=opened, status=1)
    assert "ClusterRole/all allows more than ClusterRole reader" in done.stderr
    lines = (opened / "review/answers/ann.yaml").read_text().splitlines()
    name = next(one["id"] for one in grants(opened).values() if one["subject"] == "user:gone")
    at = next(at for at, line in enumerate(lines, 1) if f"grant: {name}" in line)
    assert f"review/answers/ann.yaml:{at}: {name} (user:gone has ClusterRole reader" in done.stderr
    assert "1 answer says narrow and names more, so it is not closed\n  hint: name a role" in done.stderr


@needs_keygen
def test_every_answer_that_means_more_is_told(opened: Path) -> None:
    more = {"answer": "narrow", "to": "ClusterRole/all"}
    answered(opened)
    answer(opened, "ann", user_gone=more, serviceaccount_shop_web=more)
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=opened)
    done = rbac("review", "close", "review", cwd=opened, status=1)
    assert done.stderr.count("ClusterRole/all allows more") == 2
    assert "2 answers say narrow" in done.stderr


@needs_keygen
def test_what_is_not_answered_is_not_signed_unless_that_is_meant(opened: Path) -> None:
    sign = ("review", "sign", "review/answers/ann.yaml", "--key", "ann")
    done = rbac(*sign, cwd=opened, status=1)
    assert "2 of 2 grants are not answered, so it is not signed\n  hint: --partial" in done.stderr
    assert not (opened / "review/answers/ann.yaml.sig").exists()
    answer(opened, "ann", user_gone={"answer": "keep"})
    rbac(*sign, cwd=opened, status=1)
    done = rbac(*sign, "--partial", cwd=opened)
    assert "1 of 2 grants are not answered yet" in done.stderr
    assert "ann: 1 of 2 answered and signed" in rbac("review", "status", "review", cwd=opened).stdout


@needs_keygen
def test_wrong_answers_are_told_with_their_lines(opened: Path) -> None:
    answer(opened, "bob", group_ops={"answer": "perhaps"}, user_jane={"answer": "keep", "to": "ClusterRole/reader"})
    done = rbac("review", "sign", "review/answers/bob.yaml", "--key", "bob", cwd=opened, status=1)
    assert "'perhaps' is none of keep, narrow, remove" in done.stderr
    assert "`to` and `in` go with `answer: narrow` alone" in done.stderr
    lines = (opened / "review/answers/bob.yaml").read_text().splitlines()
    at = next(at for at, line in enumerate(lines, 1) if "perhaps" in line)
    assert f"answers/bob.yaml: line {at}: 'perhaps'" in done.stderr


@needs_keygen
@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("ClusterRole/cluster-admin", "ClusterRole/cluster-admin allows more than ClusterRole reader"),
        ("ClusterRole/admin", "ClusterRole/admin allows more than ClusterRole reader"),
        ("ClusterRole/made-up", "what ClusterRole/made-up allows is not known"),
        ("Role/secrets", "what Role/secrets allows is not known"),
        ("ClusterRole/pods", ""),
        ("ClusterRole/system:public-info-viewer", ""),
    ],
)
def test_narrow_is_seen_to_be_narrow(folder: Path, to: str, said: str) -> None:
    """By the rules of any role that there is, held or not, and of Kubernetes' own; a role that is not known is none."""
    (folder / "signers").write_text(key_of(folder, "ann"))
    unheld = ESTATE.split("---\n")[0].replace("reader", "pods").replace("pods, configmaps", "pods")
    (folder / "estate.yaml").write_text(f"{ESTATE}---\n{unheld}")
    rbac("review", "start", "--due", LATER, "--reviewer", "ann", "--signers", "signers", "-o", "review", "estate.yaml",
         cwd=folder)  # fmt: skip
    keep = {"answer": "keep"}
    answer(folder, "ann", user_gone={"answer": "narrow", "to": to}, serviceaccount_shop_web=keep, group_ops=keep,
           user_jane=keep)  # fmt: skip
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=folder)
    done = rbac("review", "close", "review", cwd=folder, status=1 if said else 0)
    assert said in done.stderr
    assert bool(list((folder / "review").glob("*.tar.gz"))) is (not said)
