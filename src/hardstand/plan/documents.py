"""What the documents of pages say, read once for as long as the pages stay as they are."""

from collections.abc import Mapping, Sequence

from hardstand.model.path import Value
from hardstand.plan.source import Source
from hardstand.text.document import Document
from hardstand.text.reader import read


class Documents:
    """The values of documents in one picture: the sources, with other bytes for the pages that were changed."""

    def __init__(self, sources: Sequence[Source], pages: Mapping[int, bytes]) -> None:
        self._sources = sources
        self._pages = dict(pages)
        self._values: dict[int, dict[int, Value]] = {}

    def __call__(self, page: int, document: int) -> Value:
        """The value of a document, by the number of its page and its own; KeyError where it could not be read."""
        if page not in self._values:
            data = self._pages.get(page, self._sources[page].data)
            self._values[page] = {part.index: part.value for part in read(data) if isinstance(part, Document)}
        return self._values[page][document]
