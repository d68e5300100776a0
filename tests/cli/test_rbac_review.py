"""An access review from its opening to drift from it, as people meet it: real processes, files, keys and ssh-keygen."""

import json
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

ESTATE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods, configmaps], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules:
- {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everything, creationTimestamp: "2025-01-02T03:04:05Z", resourceVersion: "7", labels: {app: x}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects:
- {kind: Group, apiGroup: rbac.authorization.k8s.io, name: ops}
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: old, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: gone}]
"""
LATER = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
SPEC = Path(__file__).parents[2] / "spec"

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def rbac(*arguments: str, cwd: Path, status: int | None = 0) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done


def key_of(folder: Path, name: str) -> str:
    """Make a key for somebody, and give the line of the allowed signers."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
    subprocess.run(command, check=True)
    return f'{name} namespaces="hardstand-review" {(folder / f"{name}.pub").read_text()}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "estate.yaml").write_text(ESTATE)
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Path:
    """A campaign that two people are asked in."""
    (folder / "signers").write_text(key_of(folder, "ann") + key_of(folder, "bob"))
    rbac(
        "review", "start", "--due", LATER, "--reviewer", "shop=ann", "--reviewer", "bob", "--signers", "signers",
        "-o", "review", "estate.yaml", cwd=folder,
    )  # fmt: skip
    return folder


def grants(folder: Path) -> dict[str, dict[str, object]]:
    found = json.loads((folder / "review/campaign.json").read_text())["grants"]
    return {one["subject"]: one for one in found}


def answer(folder: Path, who: str, **answers: dict[str, str]) -> None:
    """Fill in the file of somebody, by the names of subjects with an underscore for the colon."""
    path = folder / f"review/answers/{who}.yaml"
    told = yaml.safe_load(path.read_text())
    by_id = {one["id"]: subject for subject, one in grants(folder).items()}
    told["answers"] = [
        {"grant": one["grant"], **answers.get(by_id[one["grant"]].replace(":", "_").replace("/", "_"), {})}
        for one in told["answers"]
    ]
    path.write_text(yaml.safe_dump(told))


def answered(folder: Path) -> None:
    """Answer everything, and sign it: once by ourselves, once by ssh-keygen."""
    answer(folder, "ann", serviceaccount_shop_web={"answer": "keep"}, user_gone={"answer": "remove", "comment": "left"})
    answer(
        folder, "bob", group_ops={"answer": "keep"},
        user_jane={"answer": "narrow", "to": "ClusterRole/reader", "in": "shop"},
    )  # fmt: skip
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=folder)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", "bob", "-n", "hardstand-review", "review/answers/bob.yaml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def closed(folder: Path) -> Path:
    answered(folder)
    rbac("review", "close", "review", "-o", "bundle.tar.gz", cwd=folder)
    return folder / "bundle.tar.gz"


@needs_keygen
def test_a_campaign_says_what_is_known_of_each_grant(opened: Path) -> None:
    campaign = json.loads((opened / "review/campaign.json").read_text())
    Draft202012Validator(json.loads((SPEC / "review.v1.schema.json").read_text())).validate(campaign)
    found = grants(opened)
    assert sorted(found) == ["group:ops", "serviceaccount:shop/web", "user:gone", "user:jane"]
    jane = found["user:jane"]
    assert (jane["right"], jane["scope"], jane["reviewer"]) == ("ClusterRole all", "cluster", "bob")
    assert (jane["since"], jane["last_used"]) == ("2025-01-02T03:04:05Z", None)
    assert jane["suggestion"]["decision"] == "narrow"
    assert jane["path_to_power"]["told"] == "yes"
    assert jane["path_to_power"]["steps"][0].startswith("User jane ")
    assert found["user:gone"]["path_to_power"] == {"told": "no", "steps": []}
    assert jane["comes_to"] == ["* * (*)"]
    assert found["user:gone"]["reviewer"] == "ann"
    assert found["user:gone"]["suggestion"]["decision"] == "keep"
    asked = (opened / "review/answers/bob.yaml").read_text()
    assert "# user:jane has ClusterRole all in cluster\n" in asked
    assert "#   last used: unknown\n" in asked


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
    done = rbac("review", "status", "review", cwd=opened, status=1)
    assert "answers/ann.yaml is not signed" in done.stdout
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


@needs_keygen
def test_wrong_answers_are_told_with_their_lines(opened: Path) -> None:
    answer(opened, "bob", group_ops={"answer": "perhaps"}, user_jane={"answer": "keep", "to": "ClusterRole/reader"})
    done = rbac("review", "sign", "review/answers/bob.yaml", "--key", "bob", cwd=opened, status=1)
    assert "'perhaps' is none of keep, narrow, remove" in done.stderr
    assert "`to` and `in` go with `answer: narrow` alone" in done.stderr
    lines = (opened / "review/answers/bob.yaml").read_text().splitlines()
    at = next(at for at, line in enumerate(lines, 1) if "perhaps" in line)
    assert f"answers/bob.yaml: line {at}: 'perhaps'" in done.stderr


def event(user: str, day: int, **reference: str) -> str:
    at = (datetime.now(UTC) - timedelta(days=day)).isoformat(timespec="seconds")
    told = {
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": f"{user}-{day}",
        "stage": "ResponseComplete", "requestURI": "/", "verb": "list", "user": {"username": user, "groups": ["x"]},
        "objectRef": {"apiVersion": "v1", **reference}, "responseStatus": {"code": 200},
        "requestReceivedTimestamp": at, "stageTimestamp": at,
        "annotations": {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "RBAC: allowed"},
    }  # fmt: skip
    return json.dumps(told) + "\n"


def test_audit_logs_tell_when_a_grant_was_last_used(folder: Path) -> None:
    log = folder / "audit.log"
    pods = {"resource": "pods", "namespace": "shop"}
    log.write_text(event("gone", 120, **pods) + event("jane", 100, **pods) + event("jane", 2, **pods))
    words = ("review", "start", "--due", LATER, "--reviewer", "ops", "--audit", "audit.log", "estate.yaml", "-o")
    rbac(*words, "review", cwd=folder)
    found = grants(folder)
    advice = {subject: one["suggestion"]["decision"] for subject, one in found.items()}  # type: ignore[index]
    assert found["user:jane"]["last_used"][:10] == (datetime.now(UTC) - timedelta(days=2)).date().isoformat()  # type: ignore[index]
    assert (found["group:ops"]["last_used"], advice["group:ops"]) == (None, "remove")
    assert "not used in the 118 days of the logs" in found["group:ops"]["suggestion"]["reason"]  # type: ignore[index]
    assert "not used for 120 days" in found["user:gone"]["suggestion"]["reason"]  # type: ignore[index]
    assert advice["user:jane"] == "narrow"
    log.write_text(log.read_text() + "cut off")
    rbac(*words, "again", cwd=folder, status=2)
    told = json.loads((folder / "again/campaign.json").read_text())
    assert "audit.log:4" in told["unknown"][0]
    assert {one["subject"]: one["suggestion"]["decision"] for one in told["grants"]}["group:ops"] == "narrow"


def test_grants_from_elsewhere_are_reviewed_as_well(folder: Path) -> None:
    exported = [{"login": "jane", "type": "User", "role_name": "admin"}, {"login": "bob", "role_name": "push"}]
    (folder / "hub.json").write_text(json.dumps(exported))
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    (folder / "signers").write_text(key_of(folder, "ann"))
    source = ("--from-elsewhere", "github:repo/acme/shop=hub.json")
    rbac("review", "start", "--due", LATER, "--reviewer", "github:*=ann", "--signers", "signers", *source,
         "-o", "review", cwd=folder)  # fmt: skip
    assert sorted(grants(folder)) == ["user:bob", "user:jane"]
    answer(folder, "ann", user_jane={"answer": "keep"}, user_bob={"answer": "remove"})
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=folder)
    rbac("review", "close", "review", "-o", "bundle.tar.gz", cwd=folder)
    with tarfile.open(folder / "bundle.tar.gz") as tar:
        member = tar.extractfile("by-hand.txt")
        assert member is not None
        assert member.read().startswith(b"remove: user:bob has push in github repo/acme/shop")
    since = ("drift", "--since", "bundle.tar.gz", *source)
    assert "still-there: user:bob" in rbac(*since, cwd=folder, status=1).stdout
    (folder / "hub.json").write_text(json.dumps([exported[0]]))
    rbac(*since, cwd=folder)
    (folder / "hub.json").write_text(json.dumps([exported[0], {"login": "eve", "role_name": "pull"}]))
    done = rbac(*since, "--format", "json", cwd=folder, status=1)
    told = json.loads(done.stdout)
    Draft202012Validator(json.loads((SPEC / "rbac-drift.v1.schema.json").read_text())).validate(told)
    assert [(one["drift"], one["right"]["subject"]) for one in told["drift"]] == [("added", "user:eve")]
    (folder / "hub.json").write_text("{")
    rbac(*since, cwd=folder, status=2)
    done = rbac("drift", "--since", "bundle.tar.gz", "estate.yaml", cwd=folder, status=2)
    assert "the review asked about github, and nothing of it was read now" in done.stderr


def test_somebody_must_review_everything(folder: Path) -> None:
    done = rbac(
        "review", "start", "--due", LATER, "--reviewer", "shop=ann", "-o", "review", "estate.yaml", cwd=folder, status=2
    )
    assert "nobody reviews 2 of the grants" in done.stderr
    assert not (folder / "review").exists()


def test_owners_of_the_baseline_review_what_is_theirs(folder: Path) -> None:
    baseline = """\
schema: hardstand.dev/baseline/v1
classes:
  workloads:
  - {match: {namespace: shop}, owner: team shop/web}
"""
    (folder / "hardstand.yaml").write_text(baseline)
    rbac("review", "start", "--due", LATER, "--reviewer", "ops", "-o", "review", "estate.yaml", cwd=folder)
    assert grants(folder)["user:gone"]["reviewer"] == "team shop/web"
    assert (folder / "review/answers/team shop%2Fweb.yaml").exists()


def drift(folder: Path, estate: str, *arguments: str, status: int) -> str:
    (folder / "now.yaml").write_text(estate)
    return rbac("drift", "--since", "bundle.tar.gz", "now.yaml", *arguments, cwd=folder, status=status).stdout


@needs_keygen
def test_drift(opened: Path) -> None:
    closed(opened)
    documents = ESTATE.split("---\n")
    carried_out = "---\n".join([*documents[:2], documents[2].replace(JANE, ""), documents[3]])
    assert drift(opened, carried_out, status=0).startswith("0 added")
    narrowed = f"---\n{documents[3]}".replace("readers", "jane").replace(
        "ServiceAccount, name: web", "User, name: jane"
    )
    assert drift(opened, carried_out + narrowed, status=0).startswith("0 added")
    rewritten = carried_out.replace(
        '- {apiGroups: [""], resources: [pods, configmaps], verbs: [get, list]}',
        '- {apiGroups: [""], resources: [configmaps, pods], verbs: [list]}\n'
        '- {apiGroups: [""], resources: [pods], verbs: [get]}',
    )
    assert drift(opened, rewritten, status=0).startswith("0 added")
    wider = carried_out.replace("pods, configmaps", "pods, configmaps, secrets")
    found = drift(opened, wider, status=1)
    assert found.startswith("widened: serviceaccount:shop/web has ClusterRole reader")
    assert "    get, list secrets (core)\n" in found
    assert "added: user:mary" in drift(opened, carried_out + narrowed.replace("jane", "mary"), status=1)
    found = drift(opened, ESTATE, status=1)
    assert "still-there: user:gone has ClusterRole reader" in found
    assert "still-there: user:jane has ClusterRole all" in found


JANE = "- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}\n"


@needs_keygen
def test_a_bundle_that_was_changed_is_no_approval(opened: Path) -> None:
    bundle = closed(opened)
    with tarfile.open(bundle) as tar:
        tar.extractall(opened / "out", filter="data")
    answers = opened / "out/answers/ann.yaml"
    answers.write_text(answers.read_text().replace("answer: remove", "answer: keep"))
    packed(opened / "out", bundle)
    done = rbac("drift", "--since", "bundle.tar.gz", "estate.yaml", cwd=opened, status=2)
    assert "it was changed" in done.stderr
    sums = subprocess.run(
        "sha256sum README.md allowed_signers answers/* bundle.json campaign.json decisions.json manifests/*",
        shell=True, cwd=opened / "out", capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    (opened / "out/SHA256SUMS").write_text(sums)
    packed(opened / "out", bundle)
    done = rbac("drift", "--since", "bundle.tar.gz", "estate.yaml", cwd=opened, status=2)
    assert "does not count: it is not of this file" in done.stderr


def packed(folder: Path, bundle: Path) -> None:
    with tarfile.open(bundle, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, str(path.relative_to(folder)))
