"""From a file, and the files that it extends, to the baseline that a run is held to."""

import hashlib
import posixpath
from datetime import date
from functools import cache
from importlib import resources

from hardstand.baseline.baseline import Baseline, Layer
from hardstand.baseline.below import Parents, Read
from hardstand.baseline.checking import flaws_of
from hardstand.baseline.customizing import customs_of
from hardstand.baseline.declared import Extends
from hardstand.baseline.joining import joined
from hardstand.baseline.loosening import loosenings
from hardstand.baseline.reading import BaselineError, Mistake, Text, declared_in, text_of
from hardstand.baseline.shape import Flaw, Reader, brief
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.trees import NoTree, Tree, TreeError

_DEEPEST = 8
"""Files that may build on one another; nobody needs as many, and a circle never ends."""

_LONGEST_REASON = 300
"""Characters of a reason, which can name a path of any length."""

_Seen = tuple[tuple[Tree, str], ...]
"""The files that lead to one, each in its tree."""


def load(
    data: bytes, vocabulary: Vocabulary, *, today: date, file: str = "hardstand.yaml", tree: Tree | None = None
) -> Baseline:
    """The baseline in `data`, the bytes of `file`, on top of what it extends in `tree` and of what is built in.

    `today` (UTC) is the day from which the longest exception is counted. BaselineError with every mistake of the first
    file that has any, those that it extends coming first.
    """
    found = tree or NoTree()
    layers, _ = _layers(data, file, found, vocabulary, today, ((found, file),))
    return joined([built_in_layer(), *(one.layer for one in layers)])


def load_file(file: str, tree: Tree, vocabulary: Vocabulary, *, today: date) -> Baseline:
    """The baseline in a file of `tree`; otherwise as `load`."""
    try:
        data = tree.read(file)
    except OSError as error:
        raise BaselineError(
            [Mistake(tree.called(file), 1, 1, f"cannot be read: {_why(error)}", getattr(error, "hint", ""))]
        ) from error
    return load(data, vocabulary, today=today, file=file, tree=tree)


@cache
def built_in() -> Baseline:
    """What holds where nothing is declared."""
    return joined([built_in_layer()])


def built_in_text() -> str:
    """The built-in baseline as its file."""
    return resources.files("hardstand.baseline").joinpath("default.yaml").read_text(encoding="utf-8")


@cache
def built_in_layer() -> Layer:
    """The built-in baseline as a layer."""
    return _built_in().layer


@cache
def _built_in() -> Read:
    data = built_in_text().encode()
    text = text_of("built in", data)
    declared, flaws = declared_in(text, Vocabulary({}))
    if declared is None or flaws:
        raise BaselineError(text.place(flaws))
    return Read(text, Layer("built in", hashlib.sha256(data).hexdigest(), declared, text, built_in=True))


def _layers(
    data: bytes, path: str, tree: Tree, vocabulary: Vocabulary, today: date, seen: _Seen
) -> tuple[list[Read], Vocabulary]:
    """The file's layer after those that it extends, and the words known by then."""
    text = text_of(tree.called(path), data)
    below: list[Read] = []
    extends = _extends(text, vocabulary)
    if extends is not None:
        below, vocabulary = _extended(text, path, extends, tree, vocabulary, today, seen)
    brought = customs_of(text.value, vocabulary, tree, posixpath.dirname(path))
    vocabulary = vocabulary.with_controls(brought.known)
    declared, flaws = declared_in(text, vocabulary)
    flaws += brought.flaws
    if declared is not None and not flaws:
        layer = Layer(text.file, hashlib.sha256(data).hexdigest(), declared, text, brought.controls, brought.code)
        parents = Parents(_built_in(), *below)
        flaws = list(flaws_of(layer, parents.layers, vocabulary, today))
        if not flaws and below:
            flaws = list(loosenings(layer, parents, vocabulary, today))
        if not flaws:
            return [*below, Read(text, layer)], vocabulary
    raise BaselineError(text.place(flaws))


def _extends(text: Text, vocabulary: Vocabulary) -> Extends | None:
    """What the file extends, read before everything else: it brings words that the file may use."""
    value = text.value.get("extends") if isinstance(text.value, dict) else None
    if value is None:
        return None
    reader = Reader(vocabulary)
    found: Extends | None = reader.read(Extends, value, ("extends",))
    if reader.flaws:
        raise BaselineError(text.place(reader.flaws))
    return found


def _extended(
    text: Text, beside: str, extends: Extends, tree: Tree, vocabulary: Vocabulary, today: date, seen: _Seen
) -> tuple[list[Read], Vocabulary]:
    path = posixpath.normpath(extends.path)
    try:
        if extends.commit is None:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), extends.path))
        else:
            tree = tree.at(extends.commit, extends.repository, beside)
        data = tree.read(path)
    except (OSError, ValueError) as error:  # ValueError: a character that no path can have.
        hint = getattr(error, "hint", "") or "paths are from the folder of this file"
        flaw = Flaw(("extends", "path"), f"cannot read `{brief(path)}`: {_why(error)}", hint)
        raise BaselineError(text.place([flaw])) from error
    digest = hashlib.sha256(data).hexdigest()
    if extends.sha256 is not None and digest != extends.sha256:
        message = f"`{path}` is not the file whose checksum is given: its SHA-256 is {digest}"
        raise BaselineError(text.place([Flaw(("extends", "sha256"), message, "look at what changed, then renew it")]))
    if (tree, path) in seen or len(seen) >= _DEEPEST:
        circle = (tree, path) in seen
        message = f"`{path}` extends itself" if circle else f"more than {_DEEPEST} files build on one another"
        chain = " > ".join(each.called(name) for each, name in (*seen, (tree, path)))
        raise BaselineError(text.place([Flaw(("extends", "path"), message, f"they are {chain}")]))
    return _layers(data, path, tree, vocabulary, today, (*seen, (tree, path)))


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, TreeError):
        return str(error)[:_LONGEST_REASON]
    return error.strerror or str(error) if isinstance(error, OSError) else "no path has such a character"
