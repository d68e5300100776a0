"""Where in files grants are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.analysis.rbac.grants import Grant
from hardstand.engine.findings import Page
from hardstand.model.path import Path
from hardstand.text.document import Document
from hardstand.text.positions import locate
from hardstand.text.reader import read
from hardstand.wiring.surveying import Surveyed


def places(found: Surveyed, grants: Iterable[Grant]) -> Mapping[Grant, dict[str, Any]]:
    """The file, line and column of each grant's subject; what a cluster holds has none."""
    by_page: dict[str, list[Grant]] = defaultdict(list)
    for one in dict.fromkeys(grants):
        page = found.pages.get(one.binding.origin.file)
        if page is not None and not page.live and not page.partial:
            by_page[page.name].append(one)
    return {grant: place for name, here in by_page.items() for grant, place in _placed(found.pages[name], here)}


def place_texts(found: Surveyed, where: Mapping[Grant, Mapping[str, Any]]) -> Mapping[Grant, str]:
    """Places for a person: `file:line:column`, and whether that counts in rendered text."""
    return {
        grant: "{file}:{line}:{column}".format(**place) + counted_in(found.pages[place["file"]])
        for grant, place in where.items()
    }


def counted_in(page: Page) -> str:
    """What is said behind a place of a page: a line of rendered text is none of the file that made it."""
    return " (line of the rendered text)" if page.rendered_from is not None else ""


def _placed(page: Page, grants: Sequence[Grant]) -> Iterator[tuple[Grant, dict[str, Any]]]:
    """All places of a document are looked up at once: each look-up reads the document anew."""
    wanted: dict[int, dict[Path, Grant]] = defaultdict(dict)
    for one in grants:
        wanted[one.binding.origin.document][one.binding.place(("subjects", one.index))] = one
    for part in read(page.data):
        if isinstance(part, Document) and part.index in wanted:
            here = wanted[part.index]
            for path, span in locate(page.data, part, list(here)).items():
                yield here[path], {"file": page.name, "line": span.line, "column": span.column}
