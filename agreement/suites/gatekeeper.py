"""Gatekeeper's library: a constraint with its parameters, and an object that it allows or not."""

from collections.abc import Iterator, Sequence
from functools import partial

from agreement.case import Case
from agreement.judge import judge
from agreement.packs import Pack, Page
from agreement.rules import Rule


def cases(pack: Pack) -> Iterator[Case]:
    """One case an object and constraint. Constraints of one template that differ in parameters are its variants."""
    for row in pack.cases:
        pages = [pack.page(path) for path in (row["object"], *row["inventory"])]
        yield Case(
            row["id"],
            row["template"].rsplit("/", 2)[-2],
            "fault" if row["expect"] == "violation" else "clean",
            partial(_says, pages),
            row["constraint"],
        )


def _says(pages: Sequence[Page], rule: Rule) -> str:
    return judge(rule, pages).word
