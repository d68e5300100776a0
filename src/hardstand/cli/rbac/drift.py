"""List what is other than the last review approved: each grant added, widened, orphaned, or still there.

  hardstand rbac drift --since review/review-2026-11-25-1a2b3c4d.tar.gz --cluster

A role is compared by what it allows, not by how it is written. Signatures and digests of the bundle are checked first.
Exit status: 0 nothing has drifted, 1 something has, 2 something could not be read or compared.
"""

import argparse
import json
import sys
from pathlib import Path

from hardstand.access.review.bundle import SIGNERS, BundleError, closed_at, members, unpacked
from hardstand.access.review.campaign import Campaign, CampaignError, campaign_in
from hardstand.access.review.deciding import Decided, decided
from hardstand.access.review.drift import SCHEMA, Drift, Sort, drifted, unlooked
from hardstand.access.review.listing import REVIEW_READS, accounts_of, kubernetes_own, listed
from hardstand.access.review.signers import signers
from hardstand.access.review.sshsig import LackingError
from hardstand.access.review.standing import standing
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain, warn
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of
from hardstand.cli.rbac.elsewhere import Elsewhere, add_elsewhere, elsewhere_of
from hardstand.cli.rbac.review.folder import LIBRARY, bytes_of
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="what is there now: files, folders, snapshots")
    parser.add_argument("--since", required=True, metavar="BUNDLE", help="what `hardstand rbac review close` wrote")
    parser.add_argument("--signers", metavar="FILE", help="whose signatures count (default: as in the bundle)")
    add_format(parser)
    add_elsewhere(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare, and give the exit status."""
    campaign, decisions = _approved(Path(arguments.since), arguments.signers)
    others = elsewhere_of(arguments)
    found, unread = _drift(arguments, campaign, decisions, others)
    for system in unlooked(campaign, {*others.systems, *(("kubernetes",) if unread is not None else ())}):
        complain(f"the review asked about {system}, and nothing of it was read now", "its drift is unknown")
        unread = True
    sys.stdout.write(
        _json(campaign, found)
        if arguments.format == "json"
        else _text(campaign, found, unread=bool(unread or others.unknown))
    )
    if unread or others.unknown or any(one.sort is Sort.UNKNOWN for one in found):
        return COULD_NOT_LOOK
    return BLOCKED if found else PASSED


def _approved(path: Path, named: str | None) -> tuple[Campaign, tuple[Decided, ...]]:
    """The campaign of a bundle with what was decided, each signature seen to hold. UsageError where one does not."""
    hint = "name the file that `hardstand rbac review close` wrote"
    data = bytes_of(path, hint)
    try:
        files = unpacked(data)
        asked, answers = members(files)
        campaign = campaign_in(asked)
        allowed = bytes_of(Path(named), "") if named else files.get(SIGNERS, b"")
        known = signers(allowed.decode("utf-8", "replace"))
        found = standing(asked, campaign, answers.get, known, closed_at(files))
    except LackingError as error:
        raise UsageError(str(error), LIBRARY) from error
    except (BundleError, CampaignError, ValueError) as error:
        raise UsageError(f"{path}: {error}", hint) from error
    bad = [fault for one in found.reviewed if one.signed for fault in one.faults]
    if bad:
        raise UsageError(f"{path}: {bad[0]}", "name whose signatures count with --signers FILE")
    if not found.complete:
        warn("the review was closed before everything was answered; what was not counts as added")
    return campaign, decided(campaign, found.answers)


def _drift(
    arguments: argparse.Namespace, campaign: Campaign, decisions: tuple[Decided, ...], others: Elsewhere
) -> tuple[list[Drift], bool | None]:
    """What has drifted, and whether something could not be read; None where Kubernetes was not read at all."""
    if others.asked and not arguments.paths and not arguments.cluster:
        return list(drifted(campaign, decisions, (), others.rights)), None
    permissions, found = permissions_of(arguments, REVIEW_READS)
    accounts = accounts_of(found.neighbours, settled=found.settled)
    asked = {one.right.key for one in campaign.items}
    now = [one for one in listed(permissions, accounts) if one.right.key in asked or not kubernetes_own(one.grant)]
    for doubt in permissions.doubts:
        warn(f"there may be more: {doubt.reason}")
    return list(drifted(campaign, decisions, now, others.rights)), bool(found.unreadable or permissions.doubts)


def _text(campaign: Campaign, found: list[Drift], *, unread: bool) -> str:
    lines = []
    for one in found:
        lines.append(f"{one.sort}: {one.right}")
        lines += [f"    {detail}" for detail in one.details]
    counts = [f"{sum(one.sort is sort for one in found)} {sort}" for sort in Sort]
    if unread:
        lines.append("unknown: something could not be read, and there may be more drift than is told:")
    lines.append(f"{' · '.join(counts)}    since review {campaign.id}")
    return "".join(f"{plain(line)}\n" for line in lines)


def _json(campaign: Campaign, found: list[Drift]) -> str:
    told = {"schema": SCHEMA, "since": campaign.id, "drift": [one.as_json() for one in found]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
