"""Whose signatures count: a file of allowed signers, as `ssh-keygen -Y verify -f` reads it.

Source: ssh-keygen(1), ALLOWED SIGNERS.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from hardstand.access.review.sshsig import NAMESPACE, Signature

_OPTION = re.compile(r'([a-z-]+)(?:="([^"]*)")?(?:,|$)')
_KEY_TYPE = re.compile(r"(ssh-|ecdsa-|sk-)[\w@.-]+")


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of the file."""

    principals: tuple[str, ...]
    """Patterns; with an exclamation mark before it, for whom it does not count."""
    key: bytes
    namespaces: tuple[str, ...]
    after: datetime | None
    before: datetime | None

    def speaks_for(self, name: str) -> bool:
        """Tell whether the line is about somebody."""
        if any(fnmatchcase(name, one[1:]) for one in self.principals if one.startswith("!")):
            return False
        return any(fnmatchcase(name, one) for one in self.principals if not one.startswith("!"))

    def allows(self, signature: Signature, at: datetime) -> bool:
        """Tell whether a signature by this key counts at a time."""
        if self.key != signature.key or not self._for_reviews:
            return False
        return (self.after is None or at >= self.after) and (self.before is None or at < self.before)

    @property
    def _for_reviews(self) -> bool:
        return not self.namespaces or any(fnmatchcase(NAMESPACE, one) for one in self.namespaces)


def signers(text: str) -> list[Signer]:
    """The signers of a file; authorities of certificates, which are not asked here, are left out.

    ValueError, with the line, for what is no such file.
    """
    return [one for at, line in enumerate(text.splitlines(), 1) if (one := _signer(at, line.strip())) is not None]


def _signer(at: int, line: str) -> Signer | None:
    if not line or line.startswith("#"):
        return None
    words = _words(line)
    if len(words) < 3:
        raise ValueError(f"line {at}: a signer is PRINCIPALS KEYTYPE KEY, as in `jane ssh-ed25519 AAAA…`")
    principals, rest = words[0].strip('"'), words[1:]
    options: dict[str, str] = {}
    if not _KEY_TYPE.fullmatch(rest[0]):
        options = dict(_options(at, rest[0]))
        rest = rest[1:]
    if "cert-authority" in options:
        return None
    try:
        key = base64.b64decode(rest[1], validate=True)
        after, before = (_time(options.get(name)) for name in ("valid-after", "valid-before"))
    except (IndexError, binascii.Error, ValueError):
        raise ValueError(f"line {at}: neither the key nor a time in it can be read") from None
    spaces = tuple(one for one in options.get("namespaces", "").split(",") if one)
    return Signer(tuple(principals.split(",")), key, spaces, after, before)


def _words(line: str) -> list[str]:
    """Words, of which those in quotes may have spaces."""
    return re.findall(r'(?:[^\s"]|"[^"]*")+', line)


def _options(at: int, text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        found = _OPTION.match(text, place)
        if found is None or found[1] not in ("cert-authority", "namespaces", "valid-after", "valid-before"):
            raise ValueError(f"line {at}: {text[place:][:40]!r} is no option of a signer")
        yield found[1], found[2] or ""
        place = found.end()


def _time(text: str | None) -> datetime | None:
    """A time as ssh-keygen has it: YYYYMMDD, with HHMM and SS, and a Z for UTC; without one it is local time."""
    if text is None:
        return None
    digits = text.removesuffix("Z")
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    if form is None or not digits.isdecimal():
        raise ValueError(text)
    found = datetime.strptime(digits, form)
    return found.replace(tzinfo=UTC) if text.endswith("Z") else found.astimezone(UTC)
