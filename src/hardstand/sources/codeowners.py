"""Owners of files, by the CODEOWNERS file of the git repository that they are in.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners;
GitLab's sections (https://docs.gitlab.com/user/project/codeowners/reference/) are read as far as they are the same.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from hardstand.sources.ignore import Rules, ignored, parse

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_LARGEST = 1_000_000

Line = tuple[Rules, str]


def owners_of(files: Collection[str]) -> Mapping[str, str]:
    """The first owner of each file that has one. A CODEOWNERS file that cannot be read owns nothing."""
    found: dict[str, str] = {}
    roots: dict[Path, Path | None] = {}
    lines: dict[Path, list[Line]] = {}
    for name in files:
        path = Path(name).resolve()
        root = _root(path.parent, roots)
        if root is None:
            continue
        if root not in lines:
            lines[root] = _lines(root)
        owner = _owner(path.relative_to(root).as_posix(), lines[root])
        if owner:
            found[name] = owner
    return found


def _root(folder: Path, known: dict[Path, Path | None]) -> Path | None:
    if folder not in known:
        if (folder / ".git").exists():
            known[folder] = folder
        else:
            known[folder] = _root(folder.parent, known) if folder.parent != folder else None
    return known[folder]


def _lines(root: Path) -> list[Line]:
    """The lines of the repository's file, the last first: of several that fit, the last counts."""
    for place in _PLACES:
        path = root / place
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        made: list[Line] = []
        for line in text.splitlines():
            words = line.partition(" #")[0].replace("\t", " ").split()
            if words and not words[0].startswith(("#", "[", "^[", "!")):
                made.append(((("", parse(words[0])),), words[1] if len(words) > 1 else ""))
        return made[::-1]
    return []


def _owner(path: str, lines: list[Line]) -> str:
    steps = path.split("/")
    ways = [("/".join(steps[:at]), at < len(steps)) for at in range(1, len(steps) + 1)]
    for rules, owner in lines:
        if any(ignored(way, is_folder, rules) for way, is_folder in ways):
            return owner
    return ""
