"""A folder of a campaign, and a bundle, in which somebody has put what is none of theirs: real processes and files."""

import os
import tarfile
from pathlib import Path

import pytest

from tests.cli.reviewing import answered, closed, folder, needs_keygen, opened, rbac

__all__ = ["folder", "opened"]
pytestmark = needs_keygen
KEPT = "kept elsewhere, and nobody's answer"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere"
    path.write_text(KEPT)
    return path


def names(bundle: Path) -> set[str]:
    with tarfile.open(bundle) as tar:
        return set(tar.getnames())


def test_the_bundle_has_the_files_of_reviewers_alone(opened: Path, elsewhere: Path) -> None:
    answered(opened)
    (opened / "review/answers/more.yaml").symlink_to(elsewhere)
    (opened / "review/answers/more.yaml.sig").write_text(KEPT)
    rbac("review", "close", "review", "-o", "bundle.tar.gz", cwd=opened)
    found = names(opened / "bundle.tar.gz")
    assert {"answers/ann.yaml", "answers/bob.yaml.sig"} <= found
    assert not [name for name in found if "more" in name]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("answers/ann.yaml", "link"), ("answers/ann.yaml", "pipe"), ("answers/bob.yaml.sig", "dangling"),
        ("campaign.json", "link"), ("allowed_signers", "link"), ("answers/ann.yaml", "folder"),
    ],
)  # fmt: skip
def test_what_is_no_file_is_neither_followed_nor_waited_for(opened: Path, elsewhere: Path, name: str, how: str) -> None:
    answered(opened)
    path = opened / "review" / name
    kept = path.read_bytes()
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "folder":
        path.mkdir()
    else:
        elsewhere.write_bytes(kept)
        path.symlink_to(elsewhere if how == "link" else opened / "nowhere")
    for verb in ("status", "close"):
        done = rbac("review", verb, "review", cwd=opened, status=2)
        assert f"review/{name} " in done.stderr
        assert "Traceback" not in done.stderr
    assert not list((opened / "review").glob("*.tar.gz"))


def test_a_folder_of_answers_that_is_a_link(opened: Path) -> None:
    answered(opened)
    (opened / "review/answers").rename(opened / "moved")
    (opened / "review/answers").symlink_to(opened / "moved")
    for words in (("status", "review"), ("close", "review"), ("sign", "review/answers/ann.yaml", "--key", "ann")):
        assert "answers is a link" in rbac("review", *words, cwd=opened, status=2).stderr


def test_nothing_is_written_through_a_link(opened: Path, elsewhere: Path) -> None:
    answered(opened)
    signature = opened / "review/answers/ann.yaml.sig"
    signature.unlink()
    signature.symlink_to(elsewhere)
    rbac("review", "sign", "review/answers/ann.yaml", "--key", "ann", cwd=opened)
    assert not signature.is_symlink()
    (campaign,) = (opened / "review").glob("campaign.json")
    usual = opened / "review" / f"review-{_id(campaign)}.tar.gz"
    usual.symlink_to(elsewhere)
    rbac("review", "close", "review", cwd=opened)
    assert not usual.is_symlink()
    assert "campaign.json" in names(usual)
    assert elsewhere.read_text() == KEPT
    assert usual.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _id(campaign: Path) -> str:
    import json

    return str(json.loads(campaign.read_text())["id"])


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_answers_that_are_a_link_are_not_signed(opened: Path, elsewhere: Path) -> None:
    path = opened / "review/answers/ann.yaml"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    assert "is a link" in rbac("review", "sign", str(path), "--key", "ann", cwd=opened, status=2).stderr
    assert not path.with_name("ann.yaml.sig").exists()


def test_a_bundle_whose_digests_fit_is_not_taken_for_what_was_signed(opened: Path) -> None:
    from hardstand.access.review.bundle import SUMS, packed, sums, unpacked

    bundle = closed(opened)
    rbac("review", "verify", "bundle.tar.gz", "--signers", "signers", cwd=opened)
    done = rbac("drift", "--since", "bundle.tar.gz", "estate.yaml", cwd=opened, status=1)
    assert "the bundle's own list of signers counts, which proves nothing" in done.stderr
    files = unpacked(bundle.read_bytes())
    files["manifests/3-delete.yaml"] = b"apiVersion: v1\nkind: Namespace\nmetadata: {name: production}\n"
    bundle.write_bytes(packed({**files, SUMS: sums(files)}, "2026-01-01T00:00:00Z"))
    for words, status in (
        (("review", "verify", "bundle.tar.gz", "--signers", "signers"), 1),
        (("drift", "--since", "bundle.tar.gz", "--signers", "signers", "estate.yaml"), 2),
    ):
        done = rbac(*words, cwd=opened, status=status)
        assert "manifests/3-delete.yaml is not what the signed answers come to" in done.stderr
        assert "proves nothing" not in done.stderr
