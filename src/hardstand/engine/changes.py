"""Changes that come one by one, taken together until they settle: of each object the last one counts."""

from collections.abc import Sequence

from hardstand.engine.findings import Page


class Changes:
    """What came and what went since the last time that it was taken."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, Page | None]] = {}

    def __len__(self) -> int:
        return len(self._last)

    def came(self, page: Page, rank: int = 0) -> None:
        """An object is there, or is not as it was. Those of a lower rank make those of a higher one."""
        self._last.pop(page.name, None)  # What went and came again came last.
        self._last[page.name] = rank, page

    def went(self, name: str) -> None:
        """An object is gone."""
        self._last[name] = 0, None

    def take(self) -> tuple[Sequence[Page], Sequence[str]]:
        """All objects that are not as they were, owners before the owned, and the names of all that are gone."""
        pages = [one for _, one in sorted(self._last.values(), key=lambda each: each[0]) if one is not None]
        gone = [name for name, (_, one) in self._last.items() if one is None]
        self._last.clear()
        return pages, gone
