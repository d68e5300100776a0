"""What the page's script works on: findings as rows of numbers, with the texts that they share told once."""

from collections.abc import Iterable
from typing import Any

from hardstand.frameworks import load as load_frameworks
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Verdict
from hardstand.report.interface import ControlPage, Pages
from hardstand.report.safe import plain


class _Texts:
    """Texts by number, each kept once; made safe to show on the way in."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._places: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        """The number of `text`; 0 is the empty text."""
        raw = text or ""
        place = self._places.get(raw)
        if place is None:
            place = self._places[raw] = len(self.all)
            self.all.append(plain(raw))
        return place


COLUMNS = (
    "id", "control", "verdict", "why", "severity", "action", "kind", "namespace", "name", "file", "line", "column",
    "endLine", "endColumn", "rendered", "field", "caption", "excerpt", "message", "cause", "fix", "safe", "waiver",
    "tier", "confidence", "missing",
)  # fmt: skip
"""What stands where in a row. Texts are numbers into the table of texts; ids, positions, ranks and flags are plain."""


def page_data(run: Run, pages: Pages) -> dict[str, Any]:
    """Everything the script needs. Findings that the baseline switched off are left out."""
    texts = _Texts()
    texts("")
    told = [one for one in run.findings if one.action is not Action.OFF]
    rows = [_row(one, texts) for one in told]
    ids = dict.fromkeys(one.control for one in told)
    return {
        "columns": COLUMNS,
        "rows": rows,
        "texts": texts.all,
        "controls": {control: _control(pages[control]) for control in ids},
        "frameworks": _frameworks(name for one in told for name in one.frameworks),
    }


def _row(one: Finding, texts: _Texts) -> list[int | str]:
    place = one.locations[0]
    return [
        one.id,
        texts(one.control),
        int(one.verdict is Verdict.UNKNOWN),
        texts(one.why),
        int(one.severity),
        texts(one.action),
        texts(one.object.kind),
        texts(one.object.namespace),
        texts(one.object.name),
        texts(place.file),
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        int(place.rendered),
        texts(place.field),
        texts(place.caption),
        texts(place.excerpt),
        texts(one.message),
        texts(one.root_cause),
        texts(one.fix.title if one.fix else None),
        int(one.fix.safe if one.fix else False),
        texts(one.waiver),
        texts(one.tier),
        texts(one.confidence),
        texts(place.missing),
    ]


def _control(page: ControlPage) -> dict[str, Any]:
    return {
        "area": page.area,
        "summary": page.summary,
        "sections": dict(page.sections),
        "frameworks": list(page.frameworks),
    }


def _frameworks(full_ids: Iterable[str]) -> dict[str, Any]:
    """Titles of the frameworks and requirements that findings name."""
    known = load_frameworks()
    found: dict[str, Any] = {}
    for full_id in sorted(set(full_ids)):
        name, _, requirement = full_id.partition(":")
        framework = known.get(name)
        title = f"{framework.title} {framework.version}" if framework else name
        titles = found.setdefault(name, {"title": title, "requirements": {}})["requirements"]
        titles[requirement] = framework.requirements.get(requirement, "") if framework else ""
    return found
