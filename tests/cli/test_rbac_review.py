"""What an access review asks about and of whom, by real processes and files."""

import json
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.reviewing import (
    ESTATE,
    LATER,
    SPEC,
    answer,
    folder,
    grants,
    key_of,
    needs_keygen,
    opened,
    rbac,
)

__all__ = ["folder", "opened"]


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
    assert found["user:gone"]["path_to_power"] == {"told": "no", "steps": [], "secrets": []}
    assert jane["comes_to"] == ["* * (*)"]
    assert found["user:gone"]["reviewer"] == "ann"
    assert found["user:gone"]["suggestion"]["decision"] == "keep"
    asked = (opened / "review/answers/bob.yaml").read_text()
    assert "# user:jane has ClusterRole all in cluster\n" in asked
    assert "#   last used: unknown\n" in asked


WATCHER = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: kube-state-metrics}
rules:
- {apiGroups: [""], resources: [secrets, pods], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: kube-state-metrics}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kube-state-metrics}
subjects: [{kind: ServiceAccount, name: kube-state-metrics, namespace: monitoring}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: secrets, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kube-state-metrics}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: eve}]
"""


@pytest.mark.parametrize("how", [(), ("--without-paths",)])
def test_who_reads_secrets_is_to_be_narrowed_and_what_is_risky_comes_first(how: tuple[str, ...], folder: Path) -> None:
    (folder / "estate.yaml").write_text(ESTATE + WATCHER)
    words = ("review", "start", "--due", LATER, "--reviewer", "ops", "-o", "review", "estate.yaml")
    done = rbac(*words, *how, cwd=folder)
    assert "next, until" in done.stderr
    assert "`hardstand rbac review sign review/answers/ops.yaml --key KEY`" in done.stderr
    found = grants(folder)
    watcher = found["serviceaccount:monitoring/kube-state-metrics"]["suggestion"]
    assert watcher["decision"] == "narrow"  # type: ignore[index]
    assert watcher["reason"].startswith("it reads the Secrets of all namespaces, whatever is in them")  # type: ignore[index]
    assert "Secrets of namespace shop" in found["user:eve"]["suggestion"]["reason"]  # type: ignore[index]
    order = list(found)
    if not how:
        assert set(order[:2]) == {"group:ops", "user:jane"}
    assert set(order[:4]) == {"group:ops", "user:jane", "user:eve", "serviceaccount:monitoring/kube-state-metrics"}
    asked = (folder / "review/answers/ops.yaml").read_text()
    places = [asked.index(f"# {subject} has") for subject in order]
    assert places == sorted(places)
    assert not [line for line in asked.splitlines() if line != line.rstrip()]


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
    asked = (folder / "review/answers/ops.yaml").read_text()
    assert f"last used: not in these logs ({(datetime.now(UTC) - timedelta(days=120)).date()} to " in asked
    assert "last used: unknown" not in asked
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
