"""Ask Hardstand every case of the suites: `python -m agreement SUITES`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agreement.adapters import ADAPTERS
from agreement.report import totals, written
from agreement.score import Score, score_suite

MAPPINGS = Path(__file__).parent / "mapping"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores. 0 when all is agreed or explained, 1 when something is not, 2 without suites to ask."""
    parser = argparse.ArgumentParser(prog="python -m agreement", description=__doc__)
    parser.add_argument("suites", type=Path, help="the directory that holds the packs, SUITE.tar.zst")
    parser.add_argument("--verbose", action="store_true", help="print every check, not only every suite")
    parser.add_argument("--only", action="append", default=[], metavar="SUITE", help="ask this suite only")
    asked = parser.parse_args(arguments)
    if not asked.suites.is_dir():
        print(f"agreement: {asked.suites} is not a directory of suites", file=sys.stderr)
        return 2
    unknown = sorted(set(asked.only) - set(ADAPTERS))
    if unknown:
        print(f"agreement: no suite is called {', '.join(unknown)}; there are {', '.join(ADAPTERS)}", file=sys.stderr)
        return 2
    names = [name for name in ADAPTERS if not asked.only or name in asked.only]
    scores = [score_suite(name, ADAPTERS[name], asked.suites, MAPPINGS) for name in names]
    for line in written(scores, verbose=asked.verbose):
        print(line)
    return _exit_code(scores)


def _exit_code(scores: Sequence[Score]) -> int:
    _, failed = totals(scores)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
