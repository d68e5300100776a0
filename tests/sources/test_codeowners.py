"""Owners of files by CODEOWNERS."""

from pathlib import Path

from hardstand.sources.codeowners import owners_of

TEXT = """\
# comment
*            @acme/platform
/apps/pay/   @acme/pay  ops@acme.io # money
*.tf         @acme/infra
apps/free
[Section]
!negated     @nobody
"""


def repository(folder: Path, text: str = TEXT) -> Path:
    (folder / ".git").mkdir()
    (folder / ".github").mkdir()
    (folder / ".github" / "CODEOWNERS").write_text(text, encoding="utf-8")
    return folder


def test_the_last_pattern_that_fits_counts(tmp_path: Path) -> None:
    root = repository(tmp_path)
    names = [str(root / one) for one in ("a.yaml", "apps/pay/deep/a.yaml", "x/main.tf", "apps/free/a.yaml")]
    assert owners_of(names) == {names[0]: "@acme/platform", names[1]: "@acme/pay", names[2]: "@acme/infra"}


def test_relative_names_are_kept(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    repository(tmp_path)
    (tmp_path / "apps").mkdir()
    monkeypatch.chdir(tmp_path / "apps")
    assert owners_of(["pay/a.yaml"]) == {"pay/a.yaml": "@acme/pay"}


def test_files_outside_of_repositories_and_repositories_without_owners(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / ".git").mkdir()
    assert owners_of([str(tmp_path / "a.yaml"), str(tmp_path / "r" / "a.yaml"), "<stdin>"]).keys() <= {"<stdin>"}


def test_a_file_that_cannot_be_read_owns_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "CODEOWNERS").write_bytes(b"\xff\xfe* \x00\n* @a\n" * 200_000)
    assert owners_of([str(tmp_path / "a.yaml")]) == {}
