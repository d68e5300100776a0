"""What has drifted from an access review, and bundles that are no approval: real processes, files and keys."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import yaml

from hardstand.sources.snapshot.header import KindRead
from hardstand.sources.snapshot.writing import write
from tests.cli.reviewing import ESTATE, LATER, closed, folder, needs_keygen, opened, rbac
from tests.sources.clusters import spooled

__all__ = ["folder", "opened"]

JANE = "- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}\n"


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
    (opened / "now.yaml").write_text(wider)
    done = rbac("drift", "--since", "bundle.tar.gz", "now.yaml", cwd=opened, status=1)
    assert "next, widened: take the rules out of the role again" in done.stderr
    found = drift(opened, ESTATE, status=1)
    assert "still-there: user:gone has ClusterRole reader" in found
    assert "still-there: user:jane has ClusterRole all" in found


@needs_keygen
def test_a_snapshot_tells_what_dangles_and_may_be_too_old(opened: Path) -> None:
    closed(opened)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web", "namespace": "shop"}}
    gone = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "dangles", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edt"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "mary"}],
    }
    objects = [account, gone, *yaml.safe_load_all(ESTATE.replace("creationTimestamp", "x"))]
    kinds = (KindRead("rbac.authorization.k8s.io", "v1", "Role", "roles", namespaced=True),)
    since = ("drift", "--since", "bundle.tar.gz")
    for at, warned in (("2020-01-01T00:00:00Z", True), ("2999-01-01T00:00:00Z", False)):
        write(str(opened / f"{at[:4]}.zst"), spooled(objects, taken_at=at, kinds=kinds, served=None).lines())
        done = rbac(*since, f"{at[:4]}.zst", cwd=opened, status=1)
        assert "dangling: user:mary has ClusterRole edt in kubernetes namespace/shop" in done.stdout
        assert "    there is no ClusterRole edt\n" in done.stdout
        assert "added: " not in done.stdout
        assert "next, dangling: delete bindings whose role or account is not there" in done.stderr
        assert (f"the snapshot was taken at {at}, and the review was closed only at" in done.stderr) is warned


@needs_keygen
def test_a_bundle_with_something_appended_is_no_approval(opened: Path) -> None:
    bundle = closed(opened)
    whole = bundle.read_bytes()
    for more in (b"x", b"\0", whole):
        bundle.write_bytes(whole + more)
        done = rbac("drift", "--since", "bundle.tar.gz", "estate.yaml", cwd=opened, status=2)
        assert "something was appended to it" in done.stderr


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


@needs_keygen
def test_a_grant_for_a_while_that_is_for_ever_has_drifted(opened: Path) -> None:
    until = 'annotations: {hardstand.dev/expires: "2999-01-01T00:00:00Z"}, '
    short = ESTATE.replace("{name: everything, ", f"{{name: everything, {until}").replace(
        "{name: readers, ", f"{{name: readers, {until}"
    )
    (opened / "estate.yaml").write_text(short)
    rbac("review", "start", "--due", LATER, "--reviewer", "shop=ann", "--reviewer", "bob", "--signers", "signers",
         "-o", "again", "estate.yaml", cwd=opened)  # fmt: skip
    shutil.rmtree(opened / "review")
    (opened / "again").rename(opened / "review")
    with tarfile.open(closed(opened)) as tar:
        member = tar.extractfile("manifests/1-create.yaml")
        assert member is not None
        (created,) = yaml.safe_load_all(member.read())
    assert created["metadata"]["annotations"] == {"hardstand.dev/expires": "2999-01-01T00:00:00Z"}
    assert "widened" not in drift(opened, short, status=1).replace("0 widened", "")
    found = drift(opened, short.replace("2999-01", "2999-02"), status=1)
    assert "widened: serviceaccount:shop/web has ClusterRole reader" in found
    assert "it was approved until 2999-01-01T00:00:00Z, and has the end 2999-02-01T00:00:00Z" in found
    assert "it was approved until 2999-01-01T00:00:00Z, and has no end" in drift(opened, ESTATE, status=1)
