"""Lists of the boundary: a name in each line with its reason, or, where they are many, several in a line."""

from collections import defaultdict
from collections.abc import Sequence

from hardstand.draft.writing import WIDTH, Page, listing, quoted

_MOST_LINES = 25
"""A longer list is written with several names in a line."""

_MOST_COMMENTS = 4
"""In such a list, more reasons than these are left out: one for each name would make it long again."""


def write_list(page: Page, key: str, lines: Sequence[tuple[str, str]]) -> None:
    """Write a list, each line with its comment, where there is anything to write."""
    if not lines:
        return
    if len(lines) <= _MOST_LINES:
        page.add(f"      {key}:")
        for word, comment in lines:
            page.add(f"      - {quoted(word)}", comment)
        return
    by_comment: dict[str, list[str]] = defaultdict(list)
    few = len({comment for _, comment in lines}) <= _MOST_COMMENTS
    for word, comment in lines:
        by_comment[comment if few else ""].append(word)
    page.add(f"      {key}: [")
    for comment, words in by_comment.items():
        if comment:
            page.remark(comment, 8)
        _wrapped(page, words)
    page.add("      ]")


def _wrapped(page: Page, words: Sequence[str]) -> None:
    line = " " * 8
    for word in words:
        shown = listing([word, ""]).removesuffix(', ""]').removeprefix("[") + ","
        if line.strip() and len(line) + len(shown) > WIDTH:
            page.add(line.rstrip())
            line = " " * 8
        line += shown + " "
    page.add(line.rstrip())
