"""How far a campaign is: who has answered what, and whose signature holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hardstand.access.review.answers import Answer, answers_in, file_name
from hardstand.access.review.campaign import Campaign, Item, digest
from hardstand.access.review.signers import Signer
from hardstand.access.review.sshsig import SignatureError, read, verify

FileReader = Callable[[str], bytes | None]
"""Gives a file of the folder of answers by its name; None where there is none. OSError where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came back from one reviewer."""

    reviewer: str
    asked: tuple[Item, ...]
    answers: Mapping[str, Answer]
    """By the names of the grants; those of a file that is not signed are not among them."""
    faults: tuple[str, ...] = ()
    """Why the file does not count."""
    key: str = ""
    """The fingerprint of the key that signed."""
    signed: bool = False
    """There is a signature, whether or not it counts."""

    @property
    def unanswered(self) -> tuple[Item, ...]:
        """What is left to answer."""
        return tuple(one for one in self.asked if one.right.id not in self.answers)

    @property
    def done(self) -> bool:
        """Everything is answered, and signed."""
        return not self.unanswered and not self.faults


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a campaign is."""

    campaign: Campaign
    reviewed: tuple[Reviewed, ...]
    overdue: bool
    """The last day has passed."""

    @property
    def complete(self) -> bool:
        """Everybody has answered everything, and signed it."""
        return all(one.done for one in self.reviewed)

    @property
    def found(self) -> bool:
        """There is something to be told of: what is late, or a file that does not count."""
        return any(one.faults for one in self.reviewed) or (self.overdue and not self.complete)

    @property
    def answers(self) -> Mapping[str, tuple[str, Answer]]:
        """Who answered what, by the names of the grants."""
        return {grant: (one.reviewer, answer) for one in self.reviewed for grant, answer in one.answers.items()}


def standing(
    data: bytes, campaign: Campaign, read_file: FileReader, allowed: Sequence[Signer], now: datetime
) -> Standing:
    """How far a campaign is. `data` are the bytes of its file, which answers name by their digest."""
    named = digest(data)
    found = [_reviewed(campaign, named, one, read_file, allowed, now) for one in campaign.reviewers]
    return Standing(campaign, tuple(found), now.astimezone(UTC).date() > campaign.due)


def _reviewed(
    campaign: Campaign, named: str, reviewer: str, read_file: FileReader, allowed: Sequence[Signer], now: datetime
) -> Reviewed:
    asked, name = campaign.of(reviewer), file_name(reviewer)
    said = read_file(name)
    if said is None:
        return Reviewed(reviewer, asked, {}, (f"answers/{name} is not there",))
    answers = answers_in(said, campaign, named, reviewer)
    if answers.faults:
        return Reviewed(reviewer, asked, {}, tuple(f"answers/{name}: {one}" for one in answers.faults))
    armored = read_file(f"{name}.sig")
    if armored is None:
        # Nothing to complain of as long as nothing is answered.
        faults = (f"answers/{name} is not signed",) if answers.by_grant else ()
        return Reviewed(reviewer, asked, {}, faults)
    try:
        key = signed_by(said, armored, reviewer, allowed, now)
    except SignatureError as error:
        return Reviewed(reviewer, asked, {}, (f"answers/{name}.sig does not count: {error}",), signed=True)
    return Reviewed(reviewer, asked, answers.by_grant, key=key, signed=True)


def signed_by(said: bytes, armored: bytes, reviewer: str, allowed: Iterable[Signer], now: datetime) -> str:
    """The fingerprint of a reviewer's key that signed a file. SignatureError where none did."""
    signature = read(armored.decode("ascii", "replace"))
    own = [one for one in allowed if one.speaks_for(reviewer)]
    if not own:
        raise SignatureError(f"no line of the allowed signers is about {reviewer}")
    if not any(one.allows(signature, now) for one in own):
        raise SignatureError(f"the key {signature.fingerprint} is not one of {reviewer}'s, or not one for reviews now")
    verify(said, signature)
    return signature.fingerprint
