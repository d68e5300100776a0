"""kube-linter's end-to-end tests: a check, a file, and how many reports there are."""

from collections.abc import Iterator
from functools import partial

from agreement.case import Case
from agreement.judge import Judgement, judge
from agreement.packs import Pack
from agreement.rules import MappingError, Rule


def cases(pack: Pack) -> Iterator[Case]:
    """One case a check. Where no number is asserted, its messages are the reports."""
    for row in pack.cases:
        count = len(row["messages"]) if row["count"] is None else row["count"]
        yield Case(row["id"], row["id"], f"{count} reports", partial(_says, pack, row["file"]))


def _says(pack: Pack, file: str, rule: Rule) -> str:
    judgement = judge(rule, [pack.page(file)])
    said = f"{_reports(judgement, rule.reports)} reports"
    unknown = sum(answer.word == "unknown" for answer in judgement.answers) + len(judgement.unreadable)
    return f"{said}, {unknown} unknown" if unknown else said


def _reports(judgement: Judgement, counted: str) -> int:
    if counted == "finding":
        return sum(len(answer.faults) for answer in judgement.answers)
    if counted == "object":
        return sum(bool(answer.faults) for answer in judgement.answers)
    if counted == "container":
        return sum(len({hit.caption for hit in answer.faults}) for answer in judgement.answers)
    raise MappingError(f"reports counts findings, containers or objects, not {counted!r}")
