"""How a workload's tier came to be, factor by factor."""

from hardstand.model.run import TierTold
from hardstand.report.safe import plain


def tier_told(one: TierTold) -> str:
    """The tier, the row of the matrix that gave it, and every factor with its reasons."""
    row = f"by {one.row}" if one.row else "since no row of the matrix fits"
    lines = [f"{one.object}  tier {one.tier}, {row}", f"  --> {one.file}"]
    lines.append(f"  {'environment':<12}{', '.join(one.environments) or 'none is declared for it'}")
    for each in one.factors:
        first, *more = each.because
        lines.append(f"  {each.name:<12}{each.value:<14}{first}")
        lines += [f"{'':<28}{reason}" for reason in more]
    lines += [
        f"  {name:<12}{word}"
        for name, word in (("owner", one.owner), ("ticket", one.ticket), ("repository", one.repository))
        if word
    ]
    return "".join(f"{plain(line)}\n" for line in lines)
