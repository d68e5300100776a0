"""Edits of one document: each is turned into splices of its text, as many at once as do not meet."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.model.finding import Edit
from hardstand.model.path import Path, Value
from hardstand.text.editing.adding import add
from hardstand.text.editing.removing import remove
from hardstand.text.editing.replacing import replace
from hardstand.text.editing.sharing import no_use_outside, own
from hardstand.text.editing.sheet import Sheet, Splice
from hardstand.text.editing.tree import Kind
from hardstand.text.editing.way import Way, misfit, way_to
from hardstand.text.patching import ordered


@dataclass(frozen=True, slots=True)
class Planned:
    """What one edit does to the text; `touched` is the path of the deepest value that it changes inside of."""

    splices: list[Splice]
    touched: Path


def planned(sheet: Sheet, edit: Edit, first: int) -> Planned:
    """The splices of one edit. CannotEdit when it does not fit, or would change what others share."""
    if edit.op == "remove":
        return _removal(sheet, edit, first)
    way = way_to(sheet, edit.path, first, may_override=True)
    own(sheet, way.branches, first)
    touched = edit.path[: len(way.entries)]
    here = way.end
    if not way.rest:
        no_use_outside(sheet, here, first)
        return Planned(replace(sheet, way, edit.value), touched)
    step, value = way.rest[0], _wrapped(way, edit)
    if here.null and isinstance(step, str):
        return Planned(replace(sheet, way, {step: value}), touched)
    if not _takes(way, step):
        raise misfit(way, edit.path)
    if not here.entries:
        return Planned(_filled(sheet, way, step, value), touched)
    return Planned(add(sheet, here, step if isinstance(step, str) else None, value), touched)


def edited_text(text: str, edits: Sequence[Edit], first: int) -> str:
    """The text of a document with the edits made, all of which name places in the document as it is.

    CannotEdit when one of them cannot be written. What comes out has still to be held against `patched`.
    """
    waiting = ordered(edits)
    while waiting:
        sheet = Sheet(text)
        splices, waiting = _round(sheet, waiting, first)
        text = sheet.spliced(splices)
    return text


def _round(sheet: Sheet, edits: Sequence[Edit], first: int) -> tuple[list[Splice], list[Edit]]:
    """The splices of those edits that lie apart from one another, and the edits that have to wait for them."""
    splices: list[Splice] = []
    waiting: list[Edit] = []
    touched: set[Path] = set()
    above: set[Path] = set()
    for edit in edits:
        if _meets(edit.path, touched, set()):
            # The tree may have changed there: it is looked at anew in the next round.
            waiting.append(edit)
            continue
        plan = planned(sheet, edit, first)
        if _meets(plan.touched, touched, above):
            waiting.append(edit)
        else:
            splices += plan.splices
        # Those that wait count as well: nothing may overtake them.
        touched.add(plan.touched)
        above.update(plan.touched[:length] for length in range(len(plan.touched)))
    return splices, waiting


def _meets(path: Path, touched: set[Path], above: set[Path]) -> bool:
    return path in above or any(path[:length] in touched for length in range(len(path) + 1))


def _removal(sheet: Sheet, edit: Edit, first: int) -> Planned:
    way = way_to(sheet, edit.path, first, may_override=False)
    if way.rest:
        raise misfit(way, edit.path)
    own(sheet, way.branches, first)
    no_use_outside(sheet, way.end, first)
    return Planned(remove(sheet, way), edit.path[:-1])


def _wrapped(way: Way, edit: Edit) -> Value:
    """The value with the mappings around it that are missing on the way."""
    value = edit.value
    for step in reversed(way.rest[1:]):
        if not isinstance(step, str):
            raise misfit(way, edit.path)
        value = {step: value}
    return value


def _takes(way: Way, step: str | int) -> bool:
    if way.end.kind is Kind.MAPPING:
        return isinstance(step, str)
    return way.end.kind is Kind.SEQUENCE and len(way.rest) == 1 and step == len(way.end.entries)


def _filled(sheet: Sheet, way: Way, step: str | int, value: Value) -> list[Splice]:
    """`{}` or `[]` with its first entry, in block style where its neighbours are."""
    inside: Value = {step: value} if isinstance(step, str) else [value]
    if way.holder is None:
        raise misfit(way, way.rest)
    return replace(sheet, way, inside)
