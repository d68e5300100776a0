"""The folder of a campaign, as the verbs read it."""

from datetime import UTC, datetime
from pathlib import Path

from hardstand.access.review.answers import FOLDER
from hardstand.access.review.bundle import SIGNERS
from hardstand.access.review.campaign import FILE, Campaign, CampaignError, campaign_in
from hardstand.access.review.signers import Signer, signers
from hardstand.access.review.sshsig import LackingError
from hardstand.access.review.standing import Standing, standing
from hardstand.cli.errors import UsageError

LIBRARY = "`pip install 'hardstand[review]'`"


def campaign_at(folder: Path) -> tuple[bytes, Campaign]:
    """The campaign of a folder, with the bytes of its file. UsageError where there is none."""
    path = folder / FILE
    data = bytes_of(path, "name the folder that `hardstand rbac review start` made")
    try:
        return data, campaign_in(data)
    except CampaignError as error:
        raise UsageError(f"{path}: {error}") from error


def signers_at(folder: Path, named: str | None) -> tuple[bytes, list[Signer]]:
    """The allowed signers that are named, or those that the campaign was opened with. UsageError for none."""
    path = Path(named) if named else folder / SIGNERS
    data = bytes_of(path, "name the reviewers' public keys with --signers FILE, one `NAME ssh-ed25519 AAAA…` a line")
    try:
        return data, signers(data.decode("utf-8", "replace"))
    except ValueError as error:
        raise UsageError(f"{path}: {error}", "ssh-keygen(1), ALLOWED SIGNERS, has the form") from error


def standing_at(folder: Path, data: bytes, campaign: Campaign, allowed: list[Signer], now: datetime) -> Standing:
    """How far the campaign of a folder is. UsageError where a file of it cannot be read."""

    def read(name: str) -> bytes | None:
        path = folder / FOLDER / name
        return bytes_of(path, "") if path.exists() else None

    try:
        return standing(data, campaign, read, allowed, now)
    except LackingError as error:
        raise UsageError(str(error), LIBRARY) from error


def answers_at(folder: Path) -> dict[str, bytes]:
    """The files of answers and signatures, by their names. UsageError where one cannot be read."""
    return {
        path.name: bytes_of(path, "")
        for path in sorted((folder / FOLDER).glob("*.yaml*"))
        if path.is_file() and path.suffix in (".yaml", ".sig")
    }


def bytes_of(path: Path, hint: str) -> bytes:
    """The bytes of a file. UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}", hint) from error


def now() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
