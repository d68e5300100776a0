"""Checkov's Kubernetes checks: files whose names say the verdict, and how many objects of a directory fail."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from agreement.case import Case
from agreement.judge import judge
from agreement.packs import Pack, Page
from agreement.rules import Rule

_EXPECTED = {"PASSED": "clean", "FAILED": "fault", "UNKNOWN": "no verdict"}


def file_cases(pack: Pack) -> Iterator[Case]:
    """One case a file and check of its directory."""
    for row in pack.cases:
        page = pack.page(row["file"])
        for check in row["checks"]:
            expects = _EXPECTED[row["expect"]]
            yield Case(f"{row['id']}::{check['id']}", check["id"], expects, partial(_says_of_file, expects, page))


def directory_cases(pack: Pack) -> Iterator[Case]:
    """One case a directory and check: how many of its objects pass and how many fail."""
    for row in pack.cases:
        summary = row["summary"]
        expects = f"{summary.get('passed', 0)} pass, {summary.get('failed', 0)} fail"
        pages = list(pack.below(row["dir"]))
        yield Case(f"{row['id']}::{row['check']}", row["check"], expects, partial(_says_of_directory, pages))


def _says_of_file(expects: str, page: Page, rule: Rule) -> str:
    judgement = judge(rule, [page])
    word = judgement.word
    if expects == "no verdict":  # Checkov holds its tongue: so does Hardstand unless it finds a fault.
        return expects if word in ("unknown", "clean") else word
    return word


def _says_of_directory(pages: Sequence[Page], rule: Rule) -> str:
    judgement = judge(rule, pages)
    words = Counter(answer.word for answer in judgement.answers if answer.judged)
    # What Checkov cannot decide it counts as neither, and so it is with what Hardstand does not know.
    return f"{words['clean']} pass, {words['fault']} fail"
