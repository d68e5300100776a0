"""List what is other than the last review approved: each grant added, dangling, widened, orphaned, or still there.

  hardstand rbac drift --since review/review-2026-11-25-1a2b3c4d.tar.gz --cluster

A role is compared by what it allows, not by how it is written. Signatures and digests of the bundle are checked first.
Exit status: 0 nothing has drifted, 1 something has, 2 something could not be read or compared.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hardstand.access.review.bundle import SIGNERS, BundleError, closed_at, members, unpacked
from hardstand.access.review.campaign import Campaign, CampaignError, campaign_in
from hardstand.access.review.deciding import Decided, decided
from hardstand.access.review.drift import SCHEMA, Drift, Sort, drifted, unlooked
from hardstand.access.review.listing import REVIEW_READS, accounts_of, kubernetes_own, listed
from hardstand.access.review.signers import signers
from hardstand.access.review.sshsig import LackingError
from hardstand.access.review.standing import Standing, standing
from hardstand.access.review.verifying import problems
from hardstand.analysis.rbac.expiry import moment
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain, note, warn
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of
from hardstand.cli.rbac.elsewhere import Elsewhere, add_elsewhere, elsewhere_of
from hardstand.cli.rbac.review.folder import LIBRARY, bytes_of
from hardstand.report.safe import plain
from hardstand.wiring.surveying import Surveyed

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
    approval = _approved(Path(arguments.since), arguments.signers)
    campaign = approval.campaign
    others = elsewhere_of(arguments)
    found, unread = _drift(arguments, approval, others)
    for system in unlooked(campaign, {*others.systems, *(("kubernetes",) if unread is not None else ())}):
        complain(f"the review asked about {system}, and nothing of it was read now", "its drift is unknown")
        unread = True
    sys.stdout.write(
        _json(campaign, found)
        if arguments.format == "json"
        else _text(campaign, found, unread=bool(unread or others.unknown))
    )
    _next(found)
    if unread or others.unknown or any(one.sort is Sort.UNKNOWN for one in found):
        return COULD_NOT_LOOK
    return BLOCKED if found else PASSED


@dataclass(frozen=True, slots=True)
class _Approval:
    """What a bundle holds."""

    campaign: Campaign
    decisions: tuple[Decided, ...]
    closed: datetime


_STEPS = {
    Sort.ADDED: "have what was added reviewed (`hardstand rbac review start`), or take its binding away",
    Sort.DANGLING: "delete bindings whose role or account is not there: whoever makes that gives it",
    Sort.WIDENED: "take the rules out of the role again, or have it reviewed (`hardstand rbac review start`)",
    Sort.ORPHANED: "delete bindings of what is gone",
    Sort.STILL_THERE: "carry the review out: the README.md in its bundle says how",
}


def _next(found: list[Drift]) -> None:
    """Say what to do about each sort of drift."""
    for sort, step in _STEPS.items():
        if any(one.sort is sort for one in found):
            note(f"next, {sort}: {step}")


def _approved(path: Path, named: str | None) -> _Approval:
    """What was decided by a bundle, each signature seen to hold. UsageError where one does not."""
    hint = "name the file that `hardstand rbac review close` wrote"
    data = bytes_of(path, hint)
    try:
        files = unpacked(data)
        asked, answers = members(files)
        campaign = campaign_in(asked)
        allowed = bytes_of(Path(named), "") if named else files.get(SIGNERS, b"")
        known = signers(allowed.decode("utf-8", "replace"))
        closed = closed_at(files)
        found = standing(asked, campaign, answers.get, known, closed)
    except LackingError as error:
        raise UsageError(str(error), LIBRARY) from error
    except (BundleError, CampaignError, ValueError) as error:
        raise UsageError(f"{path}: {error}", hint) from error
    bad = [fault for one in found.reviewed if one.signed for fault in one.faults]
    if named is None:
        warn("the bundle's own list of signers counts, which proves nothing", "name your own with --signers FILE")
    if bad:
        raise UsageError(f"{path}: {bad[0]}", "name whose signatures count with --signers FILE")
    _see_that_it_is_what_was_signed(path, files, found)
    if not found.complete:
        warn("the review was closed before everything was answered; what was not counts as added")
    return _Approval(campaign, decided(campaign, found.answers), closed)


def _see_that_it_is_what_was_signed(path: Path, files: Mapping[str, bytes], found: Standing) -> None:
    try:
        wrong = list(problems(files, found))
    except BundleError as error:
        raise UsageError(f"{path}: {error}") from error
    if wrong:
        lines = [(f"{path}: {one}", "") for one in wrong[:-1]]
        raise UsageError(f"{path}: {wrong[-1]}", "`hardstand rbac review verify` checks a bundle alone", before=lines)


def _drift(arguments: argparse.Namespace, approval: _Approval, others: Elsewhere) -> tuple[list[Drift], bool | None]:
    """What has drifted, and whether something could not be read; None where Kubernetes was not read at all."""
    campaign, decisions = approval.campaign, approval.decisions
    if others.asked and not arguments.paths and not arguments.cluster:
        return list(drifted(campaign, decisions, (), others.rights)), None
    permissions, found = permissions_of(arguments, REVIEW_READS)
    _see_age(found, approval.closed)
    accounts = accounts_of(found.neighbours, settled=found.settled)
    asked = {one.right.key for one in campaign.items}
    now = [one for one in listed(permissions, accounts) if one.right.key in asked or not kubernetes_own(one.grant)]
    for doubt in permissions.doubts:
        warn(f"there may be more: {doubt.reason}")
    return list(drifted(campaign, decisions, now, others.rights)), bool(found.unreadable or permissions.doubts)


def _see_age(found: Surveyed, closed: datetime) -> None:
    try:
        old = bool(found.taken) and moment(found.taken) < closed
    except (ValueError, OverflowError):
        return
    if old:
        since = f"the review was closed only at {closed.isoformat().replace('+00:00', 'Z')}"
        warn(f"the snapshot was taken at {found.taken}, and {since}", "a newer one tells what was done since")


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
