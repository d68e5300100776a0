"""Where objects were read, as paths that a baseline can name, and the environments that the paths speak of."""

import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from hardstand.baseline.globs import PathGlob
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.draft.words import environment_called, environment_in
from hardstand.inventory.objects import Origin

_HOLDERS = frozenset({"overlays", "overlay", "envs", "env", "environments", "clusters", "stages", "deploy", "values"})
"""Folders in which each folder is mostly one environment: there, a part of the name is heard as well."""

_MANY = 3
"""Places that end alike and are more than this are written as one pattern."""


@dataclass(frozen=True, slots=True)
class Told:
    """An environment that a path speaks of: the path up to the part that does, and that part."""

    environment: str
    path: str
    part: str


@dataclass(frozen=True, slots=True)
class Places:
    """Names of files as a person would write them in a baseline."""

    here: str
    inputs: Sequence[str]

    def of(self, origin: Origin) -> str:
        """The place of an object: the chart or kustomization that rendered it, else its file."""
        return self.named(origin.rendered_from or origin.file)

    def named(self, path: str) -> str:
        """A path from the working directory, else from the parent of the input that it was met in."""
        if not path.startswith("/"):
            return posixpath.normpath(path)
        here = self.here.rstrip("/") + "/"
        if path.startswith(here):
            return path.removeprefix(here)
        for one in self.inputs:
            base = posixpath.normpath(one)
            if path == base or path.startswith(base.rstrip("/") + "/"):
                return path.removeprefix(posixpath.dirname(base)).lstrip("/")
        return path.lstrip("/")


def told_by(path: str) -> Told | None:
    """The environment that a path speaks of, by the deepest part that does."""
    parts = path.split("/")
    for at in range(len(parts) - 1, -1, -1):
        word = parts[at]
        is_file = at == len(parts) - 1 and word.endswith((".yaml", ".yml", ".json"))
        if is_file:
            found = _in_file_name(word.rpartition(".")[0])
        elif at and parts[at - 1].lower() in _HOLDERS:
            found = environment_in(word)
        else:
            found = environment_called(word)
        if found:
            return Told(found, "/".join(parts[: at + 1]), word)
    return None


def _in_file_name(stem: str) -> str | None:
    """`prod`, `values-prod`, `ingress.prod`; `test` and `dev` in the middle of a name mostly are something else."""
    last = stem.replace(".", "-").replace("_", "-").rpartition("-")
    return environment_called(stem) or (environment_called(last[2]) if last[1] else None)


def patterns(mine: Collection[str], others: Collection[str]) -> list[str]:
    """Patterns for the places in `mine` that fit, as far as possible, none of `others`."""
    pairs = {path: _folder(path) for path in mine}
    whole = {folder for folder, ending in pairs.values() if folder and not (ending and _holds(folder, others))}
    kept = {literal(one) for one in whole if not any(one.startswith(f"{other}/") for other in whole)}
    for path, (folder, ending) in pairs.items():
        if folder not in whole and not any(f"{folder}/".startswith(f"{one}/") for one in whole):
            beside = any(posixpath.dirname(other) == folder and other.endswith(ending) for other in others)
            few = not folder and sum("/" not in one for one in mine) <= _MANY  # `*.yaml` would be wherever one looks.
            kept.add(literal(path) if beside or few else f"{literal(folder)}/*{ending}" if folder else f"*{ending}")
    return sorted({_from_here(one) for one in _joined(kept, others)})


def exactly_here(path: str) -> str:
    """The pattern for one place."""
    return _from_here(literal(path))


def fits(pattern: str, path: str) -> bool:
    """Tell whether a place is one of those that a pattern stands for."""
    return PathGlob.parse(pattern, Vocabulary({})).fits(path)


def _folder(path: str) -> tuple[str, str]:
    """What is written for a place: up to what speaks of an environment, else its folder and the file's ending."""
    told = told_by(path)
    if told is not None:
        return told.path, ""
    stem, ending = posixpath.splitext(path)
    return (posixpath.dirname(stem), ending) if ending in (".yaml", ".yml", ".json") else (path, "")


def _holds(folder: str, others: Collection[str]) -> bool:
    return any(other.startswith(folder + "/") for other in others)


def _from_here(pattern: str) -> str:
    """No pattern leads out of the working directory; what lies beside it is told by its end."""
    return "**/" + pattern.rpartition("../")[2] if pattern.startswith("../") else pattern


def literal(path: str) -> str:
    """A path as a pattern that fits it: patterns for paths know no escape, so `?` stands for what is one otherwise."""
    return "".join("?" if mark in "*?" or not mark.isprintable() else mark for mark in path)


def _joined(kept: Collection[str], others: Collection[str]) -> Iterator[str]:
    """`a/overlays/prod`, `b/overlays/prod` … as `**/overlays/prod`, where there are many and no other place is hit."""
    by_end: dict[str, list[str]] = {}
    for one in kept:
        by_end.setdefault("/".join(one.split("/")[-2:]), []).append(one)
    for end, several in by_end.items():
        hit = any(f"/{end}/" in f"/{other}/" for other in others)
        if len(several) > _MANY and not hit and "*" not in end:
            yield f"**/{end}"
        else:
            yield from several
