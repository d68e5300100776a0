"""Where the files of a baseline are read: the working directory, or a commit in a git repository on this machine.

A commit is read from git's objects alone: nothing is checked out, nothing is fetched, and what the working tree holds
has no say.
"""

import os
import posixpath
import re
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hardstand.model.trees import TreeError

_LONGEST = 4_000_000
"""Bytes of a file of a baseline; a longer one is none."""
_SECONDS = 30
_SURE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""A repository's own settings must not run programs."""


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """The files as they are, by path from the working directory."""

    def read(self, path: str) -> bytes:
        """The bytes of a regular file; OSError where there is none."""
        if not stat.S_ISREG(Path(path).stat().st_mode):  # Before it is opened: a pipe would wait for its writer.
            raise TreeError(f"{path} is no regular file")
        with Path(path).open("rb") as stream:
            data = stream.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise TreeError(f"{path} is longer than {_LONGEST} bytes")
        return data

    def names(self, folder: str) -> Sequence[str]:
        """The names of the regular files in a folder, sorted."""
        return sorted(one.name for one in Path(folder).iterdir() if one.is_file())

    def called(self, path: str) -> str:
        """The path as it is."""
        return path

    def at(self, commit: str, repository: str | None, beside: str) -> "GitTree":
        """The files of a commit of the repository in the folder `repository`, or of the one that `beside` is in."""
        folder = Path(beside).parent
        return GitTree.of(str(folder / repository if repository else folder), commit)


@dataclass(frozen=True, slots=True)
class GitTree:
    """The files of one commit, by path from the top of the repository (or from `prefix` below it)."""

    top: str
    commit: str
    prefix: str = ""
    ref: str = field(default="", compare=False)
    """What the commit was named by."""

    @classmethod
    def of(cls, folder: str, ref: str) -> "GitTree":
        """The commit that `ref` names in the repository that `folder` is in; TreeError where it names none."""
        if ref.startswith("-") or not ref.strip():
            raise TreeError(f"`{ref}` is no name of a commit", "name a branch, a tag or a whole commit")
        name = re.split(r"[\^~:@]", ref)[0]  # What follows is the way from it to another commit.
        if re.fullmatch(r"[0-9a-f]{4,39}", name):  # A tag can be called so, and would be taken for it.
            raise TreeError(f"`{name}` is short for a commit", "`git rev-parse REF` prints its 40 hexadecimal digits")
        top = _top(folder)
        _sure_of(top, name)
        try:
            found = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except TreeError as error:
            raise TreeError(f"git knows no commit `{ref}` here", "fetch it first: `git fetch origin`") from error
        return cls(top, found.decode().split()[-1], ref=ref)

    def below(self, folder: str) -> "GitTree":
        """The same commit, with paths from a folder of the repository, as the working directory is.

        TreeError where the folder was reached through a link: what the link stands for is not the commit's to say.
        """
        prefix = os.path.relpath(os.path.realpath(folder), os.path.realpath(self.top)).replace(os.sep, "/")
        walked = _walked(folder)
        if walked is not None and _has_link(walked, self.top):
            raise TreeError(f"{walked} is reached through a symbolic link", "change to the folder itself")
        return GitTree(self.top, self.commit, "" if prefix == "." else prefix, self.ref)

    def called(self, path: str) -> str:
        """The file as git names it: `main:deploy/hardstand.yaml`."""
        ref = self.commit[:12] if self.ref in ("", self.commit) else self.ref
        return f"{ref}:{posixpath.normpath(posixpath.join(self.prefix, path))}"

    def read(self, path: str) -> bytes:
        """The bytes of a regular file of the commit; TreeError where there is none, or a link."""
        inside = self._inside(path)
        listed = _git(self.top, "ls-tree", "-z", "--full-tree", self.commit, "--", inside)
        mode, _, rest = listed.partition(b" ")
        kind, _, rest = rest.partition(b" ")
        if kind != b"blob" or mode not in (b"100644", b"100755"):
            what = "no regular file" if listed else "not in it"
            raise TreeError(f"{path} is {what} (commit {self.commit[:12]})")
        blob = rest.partition(b"\t")[0].decode()
        if int(_git(self.top, "cat-file", "-s", blob)) > _LONGEST:
            raise TreeError(f"{path} is longer than {_LONGEST} bytes")
        return _git(self.top, "cat-file", "blob", blob)

    def names(self, folder: str) -> Sequence[str]:
        """The names of the regular files in a folder of the commit, sorted."""
        inside = self._inside(folder)
        listed = _git(self.top, "ls-tree", "-z", "--full-tree", self.commit, "--", f"{inside}/" if inside else "")
        entries = [one.partition("\t") for one in listed.decode("utf-8", "replace").split("\0") if one]
        return sorted(posixpath.basename(path) for facts, _, path in entries if facts.startswith("100"))

    def at(self, commit: str, repository: str | None, beside: str) -> "GitTree":
        """The files of another commit of the same repository; others are not reached from a commit."""
        if repository:
            message = f"a baseline that was read from commit {self.commit[:12]} cannot lead to another repository"
            raise TreeError(message, f"leave `repository` out, or keep a copy of {beside}'s parent in this one")
        return GitTree.of(self.top, commit)

    def _inside(self, path: str) -> str:
        inside = posixpath.normpath(posixpath.join(self.prefix, path))
        if inside.startswith(("../", "/")) or inside == "..":
            hint = "of another repository, name a copy by `commit` and `sha256`, or keep one in this repository"
            raise TreeError(f"{path} leads out of the repository", hint)
        return "" if inside == "." else inside


def _sure_of(top: str, ref: str) -> None:
    """TreeError where a name stands for several commits: of a branch and a tag, git would take the tag, and whoever may
    push tags could choose the baseline."""
    listed = _git(top, "for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")
    ends = {f"refs/{ref}", f"refs/tags/{ref}", f"refs/heads/{ref}", f"refs/remotes/{ref}", f"refs/remotes/{ref}/HEAD"}
    found = [line.split() for line in listed.decode("utf-8", "replace").splitlines() if line.split(" ")[0] in ends]
    if len({words[-1] for words in found}) > 1:
        names = [words[0] for words in found]
        raise TreeError(f"`{ref}` is ambiguous: {' and '.join(names)} differ", f"name one in full: `{names[0]}`")


def _top(folder: str) -> str:
    """The top of the repository that a folder is in: the nearest one above that has a `.git`, which none can commit.

    git itself would also take a folder with the inside of a repository in it for one, and those files can be committed.
    What a submodule is of is chosen by a commit too, so a submodule is no repository to read a baseline from.
    """
    start = Path(folder).resolve()
    for top in (start, *start.parents):
        inside = top / ".git"
        if inside.is_dir():
            return str(top)
        if inside.is_file():
            if b"/.git/modules/" in inside.read_bytes()[:4096]:
                raise TreeError(f"{top} is a submodule", "run it in the repository that holds it")
            return str(top)  # A further work tree of a repository.
    raise TreeError("not a git repository", "run it in the repository that holds the baseline")


def _walked(folder: str) -> Path | None:
    """The way on which the shell came to the working directory, as far as it says so and the folder is that one."""
    way = os.environ.get("PWD", "")
    if folder != "." or not Path(way).is_absolute():
        return None
    try:
        return Path(way) if Path(way).samefile(".") else None
    except OSError:
        return None


def _has_link(way: Path, top: str) -> bool:
    """Tell whether a step of the way below the top of the repository is a link."""
    for at in (way, *way.parents):
        if at.samefile(top):
            return False
        if at.is_symlink():
            return True
    return True  # It never came by the top: a link led into the repository.


def _git(top: str, *arguments: str) -> bytes:
    command = ["git", "-C", top, f"--git-dir={top}/.git", *_SURE, "--no-pager", "--literal-pathspecs", *arguments]
    # Whoever calls may have git's own variables set, as hooks do; they would choose another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    environment["GIT_NO_REPLACE_OBJECTS"] = "1"  # A commit is what its name says.
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False, env=environment
        )
    except FileNotFoundError as error:
        raise TreeError("git is not installed", "install git") from error
    except subprocess.TimeoutExpired as error:
        raise TreeError(f"git took longer than {_SECONDS} s") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise TreeError(lines[-1].removeprefix("fatal: ") if lines else f"git ended with status {done.returncode}")
    return done.stdout
