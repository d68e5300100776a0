"""Of which time flow logs are asked, and by which other logs it is known who was there then."""

import argparse
from datetime import UTC, datetime


def add_times(parser: argparse._ActionsContainer) -> None:
    """Describe --audit, --since and --until."""
    parser.add_argument(
        "--audit", action="append", default=[], metavar="LOG",
        help="an API server's audit log, by which pods are known that came and went between snapshots; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--since", type=_moment, metavar="TIME", help="only what was seen from then on; alerts compare with before"
    )
    parser.add_argument("--until", type=_moment, metavar="TIME", help="only what was seen up to then")


def _moment(word: str) -> datetime:
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{word}` is no time: write 2026-11-01T10:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
