"""Smallest cuts by mixed-integer programming, with a proof of how small they could be at best.

The program: x[e] is 1 where element e is taken away and 0 where it stays; y[v] is 1 where node v may still be reached.

    minimise    the sum of weight[e] * x[e]
    subject to  y[end] >= y[start] - (the sum of x[e] over the needs of the link)     for each link
                y = 1 at the starts, y = 0 at the targets, 0 <= y <= 1, x in {0, 1}

Only x has to be whole. Let x be whole and y any real numbers that fit. Along a path of which no link has lost a need,
y cannot fall: it is 1 at its start, so at least 1 at its end, which is no target then. So x is a cut. The other way
round, for every cut x the y that is 1 where something can still be reached, and 0 elsewhere, fits: a link that stands
leads from 1 to 1 or starts at 0, and one that has lost a need asks for nothing. So cuts and the whole x that fit are
the same, and the least of the one is the least of the other.

The solver is HiGHS (https://highs.dev), in one thread and from sorted input: the same problem gets the same cut. What
it answers with is in floating point, so it is not believed: weights are whole, so its bound is rounded up to a whole
number, and that its cut is one is seen by looking for a path.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from hardstand.access.cutting.problem import Problem, pruned, quick, way
from hardstand.access.cutting.reducing import Reduced, reduced

_SLACK: Final = 1e-6
"""How far the solver's bound may be off by rounding, of what it is: its own tolerance."""


class NoSolverError(Exception):
    """The solver is not installed, or is one that this does not know. Its text says what to do."""


class NoCutError(Exception):
    """There is a path that nothing which may be taken away ends."""

    def __init__(self, links: tuple[int, ...]) -> None:
        """`links`: the path, as numbers of the problem's links."""
        self.links = links
        super().__init__("there is a path that nothing which may be taken away ends")


@dataclass(frozen=True, slots=True)
class Solution:
    """A cut, and what any cut costs at least: the same where it is proven to be a smallest one."""

    chosen: frozenset[int]
    weight: int
    bound: int

    @property
    def exact(self) -> bool:
        """No cut costs less."""
        return self.weight == self.bound


def solve(problem: Problem, *, seconds: float) -> Solution:
    """A smallest cut, or the best that was found when the time was over, with what is proven of the smallest.

    NoCutError where there is none, NoSolverError where nothing is there to find one with.
    """
    standing = way(problem, range(len(problem.weights)))
    if standing is not None:
        raise NoCutError(standing)
    small = reduced(problem)
    if not small.problem.links:
        return Solution(frozenset(), 0, 0)
    found, bound = _solved(small.problem, seconds)
    chosen = _whole(problem, small, found, bound)
    weight = problem.cost(chosen)
    return Solution(chosen, weight, min(bound, weight))


def _whole(problem: Problem, small: Reduced, found: frozenset[int] | None, bound: int) -> frozenset[int]:
    """The cut of the whole problem that was found of the small one; another where none was, or where it is none."""
    if found is None or way(small.problem, found) is not None:
        found = quick(small.problem)
    if small.problem.cost(found) > bound:
        found = pruned(small.problem, found)
    chosen = frozenset(small.elements[one] for one in found)
    if way(problem, chosen) is not None:
        raise AssertionError("a cut of the reduced problem leaves a path of the whole")
    return chosen


def _solved(problem: Problem, seconds: float) -> tuple[frozenset[int] | None, int]:
    """What HiGHS takes away, None where it found nothing in time, and its bound."""
    try:
        from highspy import HighsLp, HighsVarType, MatrixFormat
        from highspy._core import _Highs
    except ImportError as error:
        raise NoSolverError("the solver HiGHS is needed for this: pip install 'hardstand[solver]'") from error
    solver = _Highs()  # Its subclass Highs prints a banner on standard output before it can be told not to.
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("time_limit", float(seconds)),
        ("presolve", "off"),  # What can be left out has been; its probing took 28 s where solving took 0.1 s.
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),  # Weights are whole: closer than that is there.
    ):
        solver.setOptionValue(option, value)
    lp = HighsLp()
    _fill(lp, problem, MatrixFormat.kRowwise, (HighsVarType.kInteger, HighsVarType.kContinuous))
    solver.passModel(lp)
    solver.run()
    info, values = solver.getInfo(), solver.getSolution().col_value
    elements = len(problem.weights)
    found = frozenset(at for at in range(elements) if values[at] > 0.5) if len(values) >= elements else None
    return found, _bound(float(info.mip_dual_bound))


def _bound(told: float) -> int:
    """The whole number that no cut is below; 1 where the solver has not come as far as saying more."""
    return max(1, math.ceil(told - _SLACK * max(1.0, abs(told)))) if math.isfinite(told) else 1


def _fill(lp: Any, problem: Problem, rowwise: Any, sorts: tuple[Any, Any]) -> None:
    """The program as HiGHS takes it: columns are the elements, then the nodes; rows are the links."""
    elements, rows = len(problem.weights), len(problem.links)
    lp.num_col_, lp.num_row_ = elements + problem.nodes, rows
    lp.col_cost_ = [float(weight) for weight in problem.weights] + [0.0] * problem.nodes
    lp.col_lower_ = [0.0] * elements + [float(node in problem.starts) for node in range(problem.nodes)]
    lp.col_upper_ = [1.0] * elements + [float(node not in problem.targets) for node in range(problem.nodes)]
    lp.integrality_ = [sorts[0]] * elements + [sorts[1]] * problem.nodes
    lp.row_lower_, lp.row_upper_ = [0.0] * rows, [math.inf] * rows
    starts, index, value = [0], list[int](), list[float]()
    for link in problem.links:
        ends = {elements + link.end: 1.0, elements + link.start: -1.0}
        row = {**dict.fromkeys(sorted(link.needs), 1.0), **ends}
        index += row.keys()
        value += row.values()
        starts.append(len(index))
    matrix = lp.a_matrix_
    matrix.format_, matrix.start_, matrix.index_, matrix.value_ = rowwise, starts, index, value
