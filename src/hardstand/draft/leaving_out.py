"""What is left out of a scan, declared where the scanned tree has no say."""

from hardstand.draft.estate import Estate
from hardstand.draft.sorting import CHECK
from hardstand.draft.writing import Page, quoted, several

_MOST = 60
"""More patterns than these nobody reads over; they are left where they are."""


def write_ignore(page: Page, estate: Estate) -> None:
    """Offer `ignore:`; where ignore files are in force, as a comment, so that as much is scanned as without it."""
    if not estate.ignored:
        page.add(
            "ignore: []",
            "nothing is left out; where it is given, .hardstandignore files in the scanned tree have no say",
        )
        return
    page.remark(
        f"{CHECK}: who can change {several(list(estate.ignored))} can leave files out of the scan. Where `ignore` is "
        "given, .hardstandignore files in the scanned tree have no say."
    )
    patterns = [one for several_ in estate.ignored.values() for one in several_]
    if len(patterns) > _MOST:
        page.remark(f"There are {len(patterns)} patterns to take over, counted from each directory that is scanned.")
        page.add("# ignore: []")
        return
    page.add("# ignore:" if patterns else "# ignore: []", "what these files leave out today" if patterns else "")
    for one in patterns:
        page.add(f"# - {quoted(one)}")
