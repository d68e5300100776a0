"""The controls that one file brings with it, read before the rest of the file, which may name them."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from hardstand.baseline.custom import Code, CustomControl
from hardstand.baseline.shape import Flaw
from hardstand.baseline.vocabulary import KnownControl, Vocabulary
from hardstand.model.path import Path, Value
from hardstand.model.trees import Tree, TreeError
from hardstand.model.verdict import Maturity

CUSTOM = "custom"
"""The area of controls that a baseline brings with it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings with it."""

    controls: tuple[CustomControl, ...] = ()
    code: Code | None = None
    known: Mapping[str, KnownControl] = field(default_factory=dict)
    """The words that these controls add."""
    flaws: tuple[Flaw, ...] = ()


def customs_of(value: Value, vocabulary: Vocabulary, tree: Tree, folder: str) -> Brought:
    """The controls that a decoded file in `folder` of `tree` brings with it, and what is wrong with them."""
    if not isinstance(value, dict) or not {"controls", "code"} & value.keys():
        return Brought()
    controls, flaws = _controls(value, vocabulary)
    code = _code(value, tree, folder, flaws)
    return Brought(controls, code, {**_meant(value), **_known(controls, code)}, tuple(flaws))


def _meant(value: Mapping[str, Value]) -> Mapping[str, KnownControl]:
    """Ids of controls that may be wrong in themselves: where they are named, nothing else is wrong."""
    controls = value.get("controls")
    items = [one for one in controls if isinstance(one, dict)] if isinstance(controls, list) else []
    names = [name for one in items if isinstance(name := one.get("id"), str)]
    return {name: KnownControl(CUSTOM, Maturity.PRODUCTION, None) for name in names}


def _controls(value: Value, vocabulary: Vocabulary) -> tuple[tuple[CustomControl, ...], list[Flaw]]:
    """The controls of expressions under `controls`, and what is wrong with them."""
    # Brings the whole of CEL, which most baselines never need.
    from hardstand.baseline.custom_reader import Known, custom_control

    flaws: list[Flaw] = []
    controls = value.get("controls") if isinstance(value, dict) else None
    found: list[CustomControl] = []
    ids = set(vocabulary.controls)
    for at, item in enumerate(controls if isinstance(controls, list) else ()):

        def tell(path: Path, message: str) -> None:
            flaws.append(Flaw(path, message))

        known = Known(frozenset(ids), vocabulary.requirements, vocabulary.newest)
        one = custom_control(item, ("controls", at), tell, known)
        if one is not None:
            ids.add(one.id)
            found.append(one)
    return tuple(found), flaws


def _code(value: Value, tree: Tree, folder: str, flaws: list[Flaw]) -> Code | None:
    """The files of the folder that `code` names, seen from the file's own; a flaw is added if they cannot be read."""
    named = value.get("code") if isinstance(value, dict) else None
    if not isinstance(named, str) or not named.strip():
        return None
    path = posixpath.normpath(posixpath.join(folder, named))
    try:
        names = [one for one in tree.names(path) if one.endswith((".py", ".yaml"))]
        return Code(path, tuple((name, tree.read(posixpath.join(path, name))) for name in names))
    except (OSError, ValueError) as error:  # ValueError: a character that no path can have.
        why = error.strerror if isinstance(error, OSError) and not isinstance(error, TreeError) else str(error)
        flaws.append(Flaw(("code",), f"the folder `{named}` cannot be read: {why}", getattr(error, "hint", "")))
        return None


def _known(customs: tuple[CustomControl, ...], code: Code | None) -> Mapping[str, KnownControl]:
    """The words that these controls add; of Python controls, whose files have not been run, just the id is known."""
    known = {one.id: KnownControl(CUSTOM, one.maturity, None) for one in customs}
    for name, _ in code.modules if code else ():
        known[name.removesuffix(".py").replace("_", "-")] = KnownControl(CUSTOM, Maturity.PRODUCTION, None)
    return known
