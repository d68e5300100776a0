"""Open an access review: a folder with a file of questions for each reviewer.

  hardstand rbac review start --due 2026-12-31 --reviewer shop-*=jane --reviewer ops --signers keys -o review/ --cluster
  hardstand rbac review start --due 2026-12-31 --reviewer postgresql:*=dba --postgres service=shop -o review/

A grant is asked of the first --reviewer whose SCOPE fits; else of whoever the baseline, or a label, says answers for
its object; else of a --reviewer without a SCOPE. SCOPE is a pattern for namespaces, or SYSTEM:SCOPE, such as
kubernetes:cluster for what counts everywhere. What Kubernetes makes by itself is asked about only with --defaults. Exit
status: 0 it is open, 2 something could not be read: the campaign is there then, and says what it lacks.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hardstand.access.review.answers import FOLDER, file_name, template
from hardstand.access.review.bundle import SIGNERS
from hardstand.access.review.campaign import FILE, Campaign, digest
from hardstand.access.review.last_use import last_uses
from hardstand.access.review.listing import REVIEW_READS, accounts_of
from hardstand.access.review.opening import Asking, NobodyError, opened
from hardstand.access.review.powering import powers_of
from hardstand.access.review.reviewers import Assignment, assignment, owners
from hardstand.access.review.signers import signers
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, note, warn
from hardstand.cli.rbac.asking import add_input, permissions_of
from hardstand.cli.rbac.elsewhere import Elsewhere, add_elsewhere, elsewhere_of
from hardstand.cli.rbac.logs import tell
from hardstand.cli.rbac.review.folder import bytes_of, now
from hardstand.cli.reading import progress
from hardstand.wiring.past_use import past_use
from hardstand.wiring.surveying import Surveyed

INTERMIXED = True
"""Paths may come after options."""

_NOBODY_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="what is read: files, folders, snapshots")
    parser.add_argument("--due", required=True, metavar="DATE", help="the last day for answers: 2026-12-31, in UTC")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--reviewer", action="append", default=[], metavar="[SCOPE=]NAME", help="who reviews what; repeatable"
    )
    parser.add_argument("--signers", metavar="FILE", help="the reviewers' public keys, as ssh-keygen reads them")
    parser.add_argument("--defaults", action="store_true", help="ask about what Kubernetes makes by itself, too")
    parser.add_argument(
        "--audit",
        action="append",
        default=[],
        metavar="LOG",
        help="audit logs, for when each was last used; repeatable",
    )
    parser.add_argument(
        "--without-paths",
        action="store_true",
        help="look for no paths to cluster-admin, and read what grants are alone",
    )
    add_elsewhere(parser)
    add_input(parser)
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open the campaign, and give the exit status."""
    began, due = now(), _due(arguments.due)
    assigned = [_assignment(one) for one in arguments.reviewer]
    folder = Path(arguments.output)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is there already, and is not empty", "a campaign is a folder of its own")
    allowed = _signers(arguments.signers)
    baseline = baseline_of(arguments)
    others = elsewhere_of(arguments)
    permissions, found = _permissions(arguments, others)
    asking = Asking(due, began, assigned, owners(baseline), defaults=arguments.defaults)
    if permissions is not None and found is not None and not arguments.without_paths:
        picture = picture_of(found.neighbours, permissions, settled=found.settled)
        asking = replace(asking, power=powers_of(picture))
    unknown = [*others.unknown, *_unread(found)]
    if arguments.audit and permissions is not None:
        asking, unread = _with_use(asking, permissions, arguments.audit)
        unknown += unread
    accounts = accounts_of(found.neighbours, settled=found.settled) if found else None
    try:
        campaign = opened(permissions, accounts, others.rights, asking, found.cluster if found else None, unknown)
    except NobodyError as error:
        lines = [(f"nobody reviews {one}", "") for one in error.rights[:_NOBODY_SHOWN]]
        hint = "name somebody for the scope with --reviewer SCOPE=NAME, or for all that is left with --reviewer NAME"
        raise UsageError(str(error), hint, before=lines) from error
    if not campaign.items:
        raise UsageError("there is no grant to ask about", "`--defaults` asks about what Kubernetes makes, too")
    _write(folder, campaign, allowed)
    _tell(folder, campaign)
    return COULD_NOT_LOOK if campaign.unknown else PASSED


def _permissions(arguments: argparse.Namespace, others: Elsewhere) -> tuple[Permissions | None, Surveyed | None]:
    """The grants of the cluster or the files; none where other systems alone are asked about."""
    if others.asked and not arguments.paths and not arguments.cluster:
        return None, None
    return permissions_of(arguments, REVIEW_READS if arguments.without_paths else (*REVIEW_READS, *ESCALATION_READS))


def _with_use(asking: Asking, permissions: Permissions, logs: Sequence[str]) -> tuple[Asking, list[str]]:
    """The same, with when each grant was last used, and why that may have been later."""
    past = past_use(logs, progress=progress("read {done} events"))
    tell(past)
    unread = [f"when grants were last used: {one.path}:{one.line}: {one.reason}" for one in past.unreadable]
    if past.window is None or past.blind:
        return asking, [*unread, "when grants were last used: the audit logs do not tell"]
    uses = last_uses(past.used, permissions)
    whole = not unread and not past.undecided and not past.used.groupless
    watched = past.window.last - past.window.first if whole else timedelta(0)
    return replace(asking, last_used=uses.get, watched=watched), unread


def _unread(found: Surveyed | None) -> list[str]:
    return [f"{one.path}:{one.line}: {one.reason}" for one in found.unreadable] if found else []


def _due(word: str) -> date:
    try:
        due = date.fromisoformat(word)
    except ValueError:
        raise UsageError(f"--due {word!r} is no day", "write one like 2026-12-31") from None
    if due < now().date():
        raise UsageError(f"--due {word} has passed already")
    return due


def _assignment(word: str) -> Assignment:
    try:
        return assignment(word)
    except ValueError as error:
        raise UsageError(f"--reviewer: {error}") from error


def _signers(path: str | None) -> bytes | None:
    if path is None:
        return None
    data = bytes_of(Path(path), "")
    try:
        signers(data.decode("utf-8", "replace"))
    except ValueError as error:
        raise UsageError(f"{path}: {error}", "ssh-keygen(1), ALLOWED SIGNERS, has the form") from error
    return data


def _write(folder: Path, campaign: Campaign, allowed: bytes | None) -> None:
    answers = folder / FOLDER
    answers.mkdir(parents=True, exist_ok=True)
    data = campaign.as_bytes()
    (folder / FILE).write_bytes(data)
    named = digest(data)
    for one in campaign.reviewers:
        (answers / file_name(one)).write_bytes(template(campaign, named, one))
    if allowed is not None:
        (folder / SIGNERS).write_bytes(allowed)
    (folder / "README.md").write_text(_README.format(id=campaign.id, due=campaign.due), encoding="utf-8")


def _tell(folder: Path, campaign: Campaign) -> None:
    for one in campaign.reviewers:
        note(f"{folder / FOLDER / file_name(one)}: {len(campaign.of(one))} grants for {one}")
    if campaign.left_out:
        note(f"{campaign.left_out} grants that Kubernetes makes by itself are left out; --defaults takes them in")
    for reason in campaign.unknown:
        warn(f"there may be more: {reason}")


_README = """\
# Access review {id}

Until {due}, each reviewer answers the questions in their file under `answers/`, and signs it:

    hardstand rbac review sign answers/NAME.yaml --key ~/.ssh/id_ed25519

or, with a key in an agent or behind a passphrase, as ssh-keygen does it:

    ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n hardstand-review answers/NAME.yaml

Whoever changes an answer afterwards signs again. `hardstand rbac review status .` says what is left, and
`hardstand rbac review close .` gives the evidence. Leave `campaign.json` as it is: the answers name its digest.
"""
