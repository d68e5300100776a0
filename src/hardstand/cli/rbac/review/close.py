"""Close an access review: check every signature, and give the evidence and what carries the decisions out.

  hardstand rbac review close review/ -o review.tar.gz

The bundle holds what was asked and answered, the signatures, the manifests and a README that says how to check it with
ssh-keygen and sha256sum. Nothing is written to a cluster. Exit status: 0 it is closed, 1 something is not answered, not
signed, or asks for more in place of less; with --despite-unanswered it is closed all the same, and says so.
"""

import argparse
from pathlib import Path

from hardstand.access.review.bundle import bundle_name, bundled, packed
from hardstand.access.review.campaign import digest
from hardstand.access.review.deciding import decided, wider
from hardstand.cli.errors import BLOCKED, PASSED, complain, note
from hardstand.cli.rbac.review.folder import answers_at, campaign_at, now, signers_at, standing_at
from hardstand.cli.rbac.review.status import text
from hardstand.wiring.judging import written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("folder", metavar="DIR", help="the campaign's folder")
    parser.add_argument("--signers", metavar="FILE", help="whose signatures count (default: as it was opened with)")
    parser.add_argument("-o", "--output", metavar="FILE", help="the bundle to write (default: review-ID.tar.gz in DIR)")
    parser.add_argument(
        "--despite-unanswered", action="store_true", help="close it although something is not answered or signed"
    )


def run(arguments: argparse.Namespace) -> int:
    """Close it, and give the exit status."""
    folder = Path(arguments.folder)
    data, campaign = campaign_at(folder)
    allowed, known = signers_at(folder, arguments.signers)
    began = now()
    found = standing_at(folder, data, campaign, known, began)
    if not found.complete and not arguments.despite_unanswered:
        for line in text(found):
            note(line)
        hint = "--despite-unanswered closes it all the same"
        complain("not everything is answered and signed, so it is not closed", hint)
        return BLOCKED
    more = [why for one in decided(campaign, found.answers) if (why := wider(one, campaign))]
    if more:
        for why in more:
            complain(f"an answer says narrow, and {why}")
        return BLOCKED
    closed = written(began)
    files = bundled(data, found, answers_at(folder), allowed, closed)
    path = Path(arguments.output) if arguments.output else folder / bundle_name(campaign)
    bundle = packed(files, closed)
    path.write_bytes(bundle)
    note(f"wrote {path}, {digest(bundle)}")
    for name in sorted(files):
        if name.startswith(("manifests/", "statements/", "by-hand")):
            note(f"  it holds {name}")
    return PASSED
