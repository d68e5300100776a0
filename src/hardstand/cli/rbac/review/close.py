"""Close an access review: check every signature, and give the evidence and what carries the decisions out.

  hardstand rbac review close review/ -o review.tar.gz

The bundle holds what was asked and answered, the signatures, the manifests and a README that says how to check it with
ssh-keygen and sha256sum. Nothing is written to a cluster. Exit status: 0 it is closed, 1 something is not answered, not
signed, or asks for more in place of less; with --despite-unanswered it is closed all the same, and says so.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from hardstand.access.review.answers import FOLDER, file_name, lines_of
from hardstand.access.review.bundle import bundle_name, bundled, packed
from hardstand.access.review.campaign import digest
from hardstand.access.review.deciding import Decided, decided, wider
from hardstand.cli.errors import BLOCKED, PASSED, UsageError, complain, note, warn
from hardstand.cli.outputs import replace_file
from hardstand.cli.rbac.review.files import own_bytes, put
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


def _refuse(folder: Path, more: Sequence[tuple[Decided, str]]) -> None:
    """Say of each answer that says narrow and means more where it stands, and what to do."""
    lines: dict[str, Mapping[str, int]] = {}
    for one, why in more:
        path = folder / FOLDER / file_name(one.reviewer)
        if one.reviewer not in lines:
            lines[one.reviewer] = lines_of(own_bytes(path))
        right = one.item.right
        complain(f"{path}:{lines[one.reviewer].get(right.id, 1)}: {right.id} ({right}): {why}")
    count = "1 answer says" if len(more) == 1 else f"{len(more)} answers say"
    hint = "name a role that allows no more (`hardstand rbac least` writes one), keep or remove, and sign again"
    complain(f"{count} narrow and {'names' if len(more) == 1 else 'name'} more, so it is not closed", hint)


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
    more = [(one, why) for one in decided(campaign, found.answers) if (why := wider(one, campaign))]
    if more:
        _refuse(folder, more)
        return BLOCKED
    closed = written(began)
    files = bundled(data, found, answers_at(folder, campaign), allowed, closed)
    bundle = packed(files, closed)
    path = _write(bundle, arguments.output, folder / bundle_name(campaign))
    note(f"wrote {path}, {digest(bundle)}")
    if found.overdue:
        warn(f"it was due {campaign.due}: answers may be late, and the bundle says so")
    for name in sorted(files):
        if name.startswith(("manifests/", "statements/", "by-hand")):
            note(f"  it holds {name}")
    return PASSED


def _write(bundle: bytes, named: str | None, usual: Path) -> Path:
    """Write the bundle where it is named, or else in the folder, where others may have put something of its name."""
    if named is None:
        put(usual, bundle)
        return usual
    try:
        replace_file(Path(named), [bundle])
    except OSError as error:
        raise UsageError(f"--output {named}: {(error.strerror or str(error)).lower()}") from error
    return Path(named)
