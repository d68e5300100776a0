"""Say how far an access review is: who has answered and signed, what is left, and what is late.

  hardstand rbac review status review/

Exit status: 0 nothing is late, 1 answers are late or a file does not count, 2 it could not look.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from hardstand.access.review.standing import Reviewed, Standing
from hardstand.cli.errors import BLOCKED, PASSED
from hardstand.cli.rbac.asking import add_format
from hardstand.cli.rbac.review.folder import campaign_at, now, signers_at, standing_at
from hardstand.report.safe import plain

SCHEMA = "hardstand.dev/review-status/v1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("folder", metavar="DIR", help="the campaign's folder")
    parser.add_argument("--signers", metavar="FILE", help="whose signatures count (default: as it was opened with)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Say it, and give the exit status."""
    folder = Path(arguments.folder)
    data, campaign = campaign_at(folder)
    _, allowed = signers_at(folder, arguments.signers)
    found = standing_at(folder, data, campaign, allowed, now())
    sys.stdout.write(_json(found) if arguments.format == "json" else "".join(f"{plain(one)}\n" for one in text(found)))
    return BLOCKED if found.found else PASSED


def text(found: Standing) -> Iterator[str]:
    """How far it is, as lines."""
    campaign = found.campaign
    late = "overdue" if found.overdue and not found.complete else "due"
    yield f"review {campaign.id}, {late} {campaign.due}: {len(campaign.items)} grants"
    for one in found.reviewed:
        yield f"  {one.reviewer}: {_state(one)}"
        yield from (f"    {fault}" for fault in one.faults)
        if found.overdue and not one.faults:
            yield from (f"    not answered: {item.right}" for item in one.unanswered)
    if campaign.unknown:
        yield "there may be grants that nobody was asked about:"
        yield from (f"  {reason}" for reason in campaign.unknown)


def _state(one: Reviewed) -> str:
    if one.done:
        return f"all {len(one.asked)} answered, signed by {one.key}"
    return f"{len(one.asked) - len(one.unanswered)} of {len(one.asked)} answered and signed"


def _json(found: Standing) -> str:
    told = {
        "schema": SCHEMA,
        "campaign": found.campaign.id,
        "due": found.campaign.due.isoformat(),
        "overdue": found.overdue,
        "complete": found.complete,
        "reviewers": [
            {
                "reviewer": one.reviewer,
                "asked": len(one.asked),
                "unanswered": [item.right.id for item in one.unanswered],
                "key": one.key or None,
                "faults": list(one.faults),
            }
            for one in found.reviewed
        ],
        "unknown": list(found.campaign.unknown),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
