"""The folder of a campaign, as the verbs read it."""

from datetime import UTC, datetime
from pathlib import Path

from hardstand.access.review.answers import FOLDER, file_name
from hardstand.access.review.bundle import SIGNERS
from hardstand.access.review.campaign import FILE, Campaign, CampaignError, campaign_in
from hardstand.access.review.signers import Signer, signers
from hardstand.access.review.sshsig import LackingError
from hardstand.access.review.standing import Standing, standing
from hardstand.cli.errors import UsageError
from hardstand.cli.rbac.review.files import folder_of, own_bytes, own_if_there

LIBRARY = "`pip install 'hardstand[review]'`"


def campaign_at(folder: Path) -> tuple[bytes, Campaign]:
    """The campaign of a folder, with the bytes of its file. UsageError where there is none."""
    path = folder / FILE
    data = own_bytes(path, "name the folder that `hardstand rbac review start` made")
    try:
        return data, campaign_in(data)
    except CampaignError as error:
        raise UsageError(f"{path}: {error}") from error


def signers_at(folder: Path, named: str | None) -> tuple[bytes, list[Signer]]:
    """The allowed signers that are named, or those that the campaign was opened with. UsageError for none."""
    path = Path(named) if named else folder / SIGNERS
    hint = "name the reviewers' public keys with --signers FILE, one `NAME ssh-ed25519 AAAA…` a line"
    data = bytes_of(path, hint) if named else own_bytes(path, hint)
    try:
        return data, signers(data.decode("utf-8", "replace"))
    except ValueError as error:
        raise UsageError(f"{path}: {error}", "ssh-keygen(1), ALLOWED SIGNERS, has the form") from error


def standing_at(folder: Path, data: bytes, campaign: Campaign, allowed: list[Signer], now: datetime) -> Standing:
    """How far the campaign of a folder is. UsageError where a file of it cannot be read."""
    folder_of(folder / FOLDER)
    try:
        return standing(data, campaign, lambda name: own_if_there(folder / FOLDER / name), allowed, now)
    except LackingError as error:
        raise UsageError(str(error), LIBRARY) from error


def answers_at(folder: Path, campaign: Campaign) -> dict[str, bytes]:
    """The reviewers' files of answers and signatures, by their names; whatever else is there is none of the campaign's.

    UsageError where one cannot be read.
    """
    folder_of(folder / FOLDER)
    names = [name for one in campaign.reviewers for name in (file_name(one), f"{file_name(one)}.sig")]
    found = {name: own_if_there(folder / FOLDER / name) for name in names}
    return {name: data for name, data in found.items() if data is not None}


def bytes_of(path: Path, hint: str) -> bytes:
    """The bytes of a file that a person has named. UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}", hint) from error


def now() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
