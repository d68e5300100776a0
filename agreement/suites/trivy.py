"""Trivy's examples: a good or a bad manifest for a check."""

from collections.abc import Iterator
from functools import partial

from agreement.case import Case
from agreement.judge import judge
from agreement.packs import Pack, Page
from agreement.rules import Rule


def cases(pack: Pack) -> Iterator[Case]:
    """One case an example."""
    for row in pack.cases:
        page = Page(row["id"], row["text"].encode())
        expects = "fault" if row["expect"] == "finding" else "clean"
        yield Case(row["id"], f"{row['provider']}/{row['check']}", expects, partial(_says, page))


def _says(page: Page, rule: Rule) -> str:
    return judge(rule, [page]).word
