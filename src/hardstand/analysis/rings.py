"""Which nodes of a graph lead to one another: they lead to the same, so that it is worked out once for all of them.

Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1 (1972), as a loop, so that
no graph is too deep for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


def rings(leading: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The nodes of a graph in groups, in each of which every node leads to every other; in linear time.

    `leading`: for each node, from 0, those that it leads to. A group comes after those that it leads to.
    """
    walk = _Walk(leading, [0] * len(leading))
    for start in range(len(leading)):
        if not walk.met[start]:
            yield from walk.from_(start)


@dataclass(slots=True)
class _Walk:
    leading: Sequence[Sequence[int]]
    met: list[int]
    """When each node was met, from 1; 0 for not yet."""
    lowest: dict[int, int] = field(default_factory=dict)
    """Of the nodes that are open: the first that was met of all that they lead to and that are open."""
    open: list[int] = field(default_factory=list)
    """The nodes that are not in a group yet."""
    count: int = 0

    def from_(self, start: int) -> Iterator[list[int]]:
        """The groups that are reached from a node, and were not before."""
        way = [(start, self._meet(start))]
        while way:
            node, rest = way[-1]
            following = next(rest, None)
            if following is None:
                way.pop()
                if way:
                    before = way[-1][0]
                    self.lowest[before] = min(self.lowest[before], self.lowest[node])
                if self.lowest[node] == self.met[node]:
                    yield self._closed(node)
            elif not self.met[following]:
                way.append((following, self._meet(following)))
            elif following in self.lowest:
                self.lowest[node] = min(self.lowest[node], self.met[following])

    def _meet(self, node: int) -> Iterator[int]:
        self.count += 1
        self.met[node] = self.lowest[node] = self.count
        self.open.append(node)
        return iter(self.leading[node])

    def _closed(self, node: int) -> list[int]:
        found: list[int] = []
        while not found or found[-1] != node:
            found.append(self.open.pop())
            del self.lowest[found[-1]]
        return found
