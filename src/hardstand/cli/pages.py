"""Control pages for reports and for `explain`."""

from hardstand.baseline.custom import Customs
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.page import sections
from hardstand.report.interface import ControlPage, Pages


class _LazyPages(dict[str, ControlPage]):
    """Pages made when asked for: most runs tell of a few controls only."""

    def __init__(self, customs: Customs) -> None:
        super().__init__()
        self._controls = {one.id: one for one in catalog.with_custom(customs)}

    def __missing__(self, control: str) -> ControlPage:
        made = self[control] = page_of(self._controls[control])
        return made


def pages(customs: Customs = Customs()) -> Pages:  # noqa: B008 - it is frozen
    """The pages of all controls by id, those of a team's own among them."""
    return _LazyPages(customs)


def page_of(one: Control) -> ControlPage:
    """What reports tell of a control."""
    return ControlPage(one.id, one.area, one.summary, one.doc, sections(one.doc), one.severity.word, one.frameworks)
