"""Control pages for reports and for `explain`."""

from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.page import sections
from hardstand.report.interface import ControlPage, Pages


class _LazyPages(dict[str, ControlPage]):
    """Pages made when asked for: most runs tell of a few controls only."""

    def __init__(self) -> None:
        super().__init__()
        self._controls = catalog.by_id()

    def __missing__(self, control: str) -> ControlPage:
        made = self[control] = page_of(self._controls[control])
        return made


def pages() -> Pages:
    """The pages of all controls by id."""
    return _LazyPages()


def page_of(one: Control) -> ControlPage:
    """What reports tell of a control."""
    return ControlPage(one.id, one.area, one.summary, one.doc, sections(one.doc), one.severity.word, one.frameworks)
