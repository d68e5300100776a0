"""Why an edit is refused, told by the files as they are: what a person opens has none of the planned changes in it."""

from collections.abc import Sequence

from hardstand.model.finding import Finding
from hardstand.plan.choosing import change_of, edits_of
from hardstand.plan.interface import Editor
from hardstand.plan.live_changes import LiveEditor
from hardstand.plan.live_patches import CLUSTER
from hardstand.plan.rendered import RenderedEditor
from hardstand.plan.source import Source
from hardstand.text.editing import PageEditor, Refusal


def editor_of(source: Source, data: bytes) -> Editor:
    """What changes `data`, which is of the page `source`."""
    if source.rendered_from is None:
        return PageEditor(data)
    return LiveEditor(data) if source.rendered_by == CLUSTER else RenderedEditor(data)


class Refusals:
    """Refusals in the pages as they were read."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._editors: dict[int, Editor] = {}

    def reason(self, one: Finding) -> str | None:
        """Why the fix of `one`, as judged in the pages as they were read, cannot be made there; None if it can."""
        change = change_of(one)
        if change.page not in self._editors:
            source = self._sources[change.page]
            self._editors[change.page] = editor_of(source, source.data)
        refusal = self._editors[change.page].objection(change.document, edits_of(one))
        return None if refusal is None else told(self._sources[change.page], refusal)


def told(source: Source, refusal: Refusal) -> str:
    """The refusal with its place; in an object of a cluster nobody counts lines."""
    if source.rendered_by == CLUSTER:
        return refusal.reason
    return f"{source.name}:{refusal.line}:{refusal.column}: {refusal.reason}"
