"""Where in files the rules of policies are written."""

from collections.abc import Mapping
from typing import TypeAlias

from hardstand.analysis.reach.estate import POLICIES
from hardstand.analysis.reach.rule import Origin
from hardstand.cli.rbac.grant_places import counted_in
from hardstand.inventory.objects import KubeObject
from hardstand.text.document import Document
from hardstand.text.positions import locate
from hardstand.text.reader import read
from hardstand.wiring.surveying import Surveyed

_Key: TypeAlias = tuple[str, str | None, str, str]


class PolicyPlaces:
    """The file, line and column of rules, each looked up when it is first asked for; a cluster's have none."""

    def __init__(self, found: Surveyed) -> None:
        self._pages = found.pages
        self._objects: Mapping[_Key, KubeObject] = {
            (one.kind.name, one.namespace, one.name, one.object.origin.file): one.object
            for view in POLICIES
            for one in found.neighbours.anywhere(view)
        }
        self._documents: dict[str, dict[int, Document]] = {}
        self._known: dict[Origin, tuple[str, int, int] | None] = {}

    def of(self, origin: Origin) -> tuple[str, int, int] | None:
        """The place of a rule; None where it is in no file."""
        if origin not in self._known:
            self._known[origin] = self._found(origin)
        return self._known[origin]

    def text(self, origin: Origin) -> str:
        """`file:line:column`, and whether that counts in rendered text; empty where it is in no file."""
        place = self.of(origin)
        if place is None:
            return ""
        return f"{place[0]}:{place[1]}:{place[2]}{counted_in(self._pages[place[0]])}"

    def _found(self, origin: Origin) -> tuple[str, int, int] | None:
        one = self._objects.get((origin.kind, origin.namespace, origin.name, origin.file))
        page = self._pages.get(origin.file)
        if one is None or page is None or page.live or page.partial:
            return None
        documents = self._documents.get(page.name)
        if documents is None:
            parts = (part for part in read(page.data) if isinstance(part, Document))
            documents = self._documents[page.name] = {part.index: part for part in parts}
        document = documents.get(one.origin.document)
        if document is None:
            return None
        (span,) = locate(page.data, document, [one.place(origin.steps)]).values()
        return page.name, span.line, span.column
