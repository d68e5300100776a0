"""Sets of ends by labels: what a selector means is found by a few operations on whole numbers.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from hardstand.inventory.views.selectors import LabelSelector


class Labelled:
    """Sets of ends by the labels that they have."""

    def __init__(self, labelled: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        self.all = 0
        self._pairs: dict[tuple[str, str], int] = defaultdict(int)
        self._keys: dict[str, int] = defaultdict(int)
        for bits, labels in labelled:
            self.all |= bits
            for pair in labels.items():
                self._pairs[pair] |= bits
                self._keys[pair[0]] |= bits

    def with_pair(self, key: str, value: str) -> int:
        """Those with a label of this value."""
        return self._pairs.get((key, value), 0)

    def with_key(self, key: str) -> int:
        """Those with a label, whatever its value."""
        return self._keys.get(key, 0)

    def fitting(self, key: str, fits: Callable[[str], bool]) -> int:
        """Those with a label whose value fits."""
        found = 0
        for value in self._values.get(key, ()):
            if fits(value):
                found |= self.with_pair(key, value)
        return found

    @cached_property
    def _values(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, value in self._pairs:
            found[key].append(value)
        return found

    def selected(self, selector: LabelSelector) -> int:
        """Those that a selector means; an empty one means all. MalformedFieldError as `selecting.selects`."""
        found = self.all
        for pair in selector.match_labels.items():
            found &= self.with_pair(*pair)
        for one in selector.match_expressions:
            key = one.key or ""
            if one.operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
                raise one.malformed("In, NotIn, Exists or DoesNotExist", "operator")
            meant = self.with_key(key)
            if one.operator in ("In", "NotIn"):
                meant = 0
                for value in one.values:
                    meant |= self.with_pair(key, value)
            found &= meant if one.operator in ("In", "Exists") else ~meant
        return found
