"""Check a bundle: every signature, and that all of it is what the signed answers come to.

  hardstand rbac review verify review-2026-11-25-1a2b3c4d.tar.gz --signers keys

The decisions, manifests and statements are worked out anew from the answers, since only these are signed. `--signers`
is a list of your own: the one in the bundle may be whoever's who made it. Exit status: 0 it holds, 1 it does not, 2
it could not be read.
"""

import argparse
from pathlib import Path

from hardstand.access.review.bundle import BundleError, closed_at, members, unpacked
from hardstand.access.review.campaign import CampaignError, campaign_in
from hardstand.access.review.sshsig import LackingError
from hardstand.access.review.standing import standing
from hardstand.access.review.verifying import problems
from hardstand.cli.errors import BLOCKED, PASSED, UsageError, complain, note, warn
from hardstand.cli.rbac.review.folder import LIBRARY, bytes_of, signers_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("bundle", metavar="BUNDLE", help="what `hardstand rbac review close` wrote")
    parser.add_argument("--signers", required=True, metavar="FILE", help="whose signatures count")


def run(arguments: argparse.Namespace) -> int:
    """Check it, and give the exit status."""
    path = Path(arguments.bundle)
    _, known = signers_at(path.parent, arguments.signers)
    data = bytes_of(path, "name the file that `hardstand rbac review close` wrote")
    try:
        files = unpacked(data)
        asked, answers = members(files)
        found = standing(asked, campaign_in(asked), answers.get, known, closed_at(files))
        wrong = [fault for one in found.reviewed if one.signed for fault in one.faults]
        wrong += problems(files, found)
    except LackingError as error:
        raise UsageError(str(error), LIBRARY) from error
    except CampaignError as error:
        raise UsageError(f"{path}: {error}") from error
    except BundleError as error:
        complain(f"{path}: {error}")
        return BLOCKED
    for one in wrong:
        complain(f"{path}: {one}")
    if wrong:
        return BLOCKED
    if not found.complete:
        warn("it was closed before everything was answered and signed")
    note(f"{path} is review {found.campaign.id}, as it was signed")
    for each in found.reviewed:
        note(f"  {each.reviewer}: {f'signed by {each.key}' if each.key else 'not signed'}")
    return PASSED
