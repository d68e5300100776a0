"""Source lines for reports, without the secrets that stand in them."""

from collections.abc import Sequence

from hardstand.analysis.secret_values import secret_values
from hardstand.inventory.objects import KubeObject
from hardstand.text.positions import line_text

_LONGEST = 1000
"""Characters of a source line above which it is no excerpt for anybody."""


class Excerpts:
    """The lines of one document. A line can hold several objects, so what is secret in any of them is masked in all."""

    def __init__(self, data: bytes, objects: Sequence[KubeObject]) -> None:
        self._data = data
        self._objects = objects
        self._masks: list[str] | None = None
        self._lines: dict[int, str] = {}

    def line(self, number: int) -> str:
        """The 1-based line with everything replaced that is or may be a secret; nothing where a Secret is near."""
        if number not in self._lines:
            self._lines[number] = self._masked(number)
        return self._lines[number]

    def _masked(self, number: int) -> str:
        if any(one.kind.name == "Secret" for one in self._objects):
            return ""
        line = line_text(self._data, number)
        if len(line) > _LONGEST:
            return ""
        if self._masks is None:
            found = {secret for one in self._objects for secret in secret_values(one.data)}
            self._masks = sorted(found, key=len, reverse=True)
        for secret in self._masks:
            line = line.replace(secret, "•" * len(secret))
        return line
