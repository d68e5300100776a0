"""The scores as text: a line a suite, then every disagreement and fault, then the totals."""

from collections.abc import Iterator, Sequence

from agreement.score import Score

_HEAD = ("suite", "checks", "out", "in scope", "mapped", "", "cases", "agree", "disagree", "not asked")


def totals(scores: Sequence[Score]) -> tuple[int, int]:
    """How many cases agree or are explained, and how much is neither."""
    return sum(one.passed for one in scores), sum(one.failed for one in scores)


def written(scores: Sequence[Score], *, verbose: bool) -> Iterator[str]:
    """The lines of the report."""
    yield from _table([_HEAD, *(_row(one) for one in scores)])
    for score in scores:
        yield from _details(score, verbose=verbose)
    passed, failed = totals(scores)
    yield ""
    yield f"{passed} passed, {failed} failed"


def _row(score: Score) -> tuple[str, ...]:
    agreed, disagreed = sum(score.agreed.values()), len(score.disagreements)
    part = f"{100 * len(score.mapped) / len(score.in_scope):.0f} %" if score.in_scope else "-"
    counts = (len(score.checks), len(score.checks) - len(score.in_scope), len(score.in_scope), len(score.mapped))
    rest = (agreed + disagreed, agreed, disagreed, sum(score.skipped.values()))
    return (score.suite, *map(str, counts), part, *map(str, rest))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        first = row[0].ljust(widths[0])
        yield "  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])


def _details(score: Score, *, verbose: bool) -> Iterator[str]:
    lines = [*_faults(score), *_disagreements(score), *_left_out(score, verbose=verbose)]
    if verbose:
        lines.extend(_checks(score))
    if lines:
        yield ""
        yield score.suite
        yield from (f"  {line}" for line in lines)


def _faults(score: Score) -> Iterator[str]:
    for fault in score.faults:
        yield f"WRONG {fault}"


def _disagreements(score: Score) -> Iterator[str]:
    for one in sorted(score.disagreements, key=lambda one: (one.why is not None, one.case.id)):
        mark = "UNEXPLAINED" if one.why is None else "disagrees"
        yield f"{mark} {one.case.id}: the suite says {one.case.expects}, Hardstand {one.said}"
        if one.why is not None:
            yield f"    {one.why}"


def _left_out(score: Score, *, verbose: bool) -> Iterator[str]:
    for why, count in sorted(score.skipped.items()):
        yield f"not asked, {_counted(count, 'case')}: {why}"
    if score.rules is None:
        return
    for check in score.checks:
        if check in score.rules.unmapped:
            yield f"not mapped {check}: {score.rules.unmapped[check]}"
    reasons: dict[str, list[str]] = {}
    for check in score.checks:
        if check in score.rules.out:
            reasons.setdefault(score.rules.out[check], []).append(check)
    for why, checks in reasons.items():
        yield f"out of scope, {_counted(len(checks), 'check')}: {why}" + (f": {', '.join(checks)}" if verbose else "")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _checks(score: Score) -> Iterator[str]:
    for check in score.mapped:
        controls = ", ".join(_controls(score, check))
        yield f"{check}: {score.agreed[check]} agree, {len(score.disagreed[check])} disagree ({controls})"


def _controls(score: Score, check: str) -> Sequence[str]:
    rule = score.rules.mapped[check] if score.rules else None
    if rule is None:
        return ()
    named = [*rule.controls, *(control for one in rule.variants.values() for control in one.controls)]
    return list(dict.fromkeys(named))
