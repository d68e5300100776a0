"""Fields of an export, read with care: another type than the vendor documents is an error with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hardstand.model.directory import Person, Team
from hardstand.model.path import Value, called


class ExportError(ValueError):
    """An export that cannot be used; the text says where and why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(slots=True)
class Part:
    """What one file says."""

    people: list[Person] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Record:
    """One object of an export, and where it stands."""

    data: Mapping[str, Value]
    place: str

    def text(self, key: str) -> str:
        """A text; empty where it is missing or null. A number is one: ids may be numbers."""
        found = self.data.get(key)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if found is None or isinstance(found, str):
            return found or ""
        raise self.wrong(key, "a text", found)

    def needed(self, key: str) -> str:
        """A text that must be there."""
        found = self.text(key)
        if not found:
            raise ExportError(f"{self.place} has no `{key}`", "is it the export of a list of users or groups?")
        return found

    def flag(self, key: str) -> bool | None:
        """True, false, or None where it is not said."""
        found = self.data.get(key)
        if found is None or isinstance(found, bool):
            return found
        raise self.wrong(key, "true or false", found)

    def time(self, key: str) -> datetime | None:
        """A time; the Unix epoch, which stands for never at Google, is None."""
        return moment(self.text(key), f"{self.place}.{key}")

    def below(self, key: str) -> "Record":
        """The object under a key; an empty one where it is missing."""
        found = self.data.get(key)
        if found is not None and not isinstance(found, dict):
            raise self.wrong(key, "an object", found)
        return Record(found or {}, f"{self.place}.{key}")

    def texts(self, key: str) -> Sequence[str]:
        """A list of texts; empty where it is missing."""
        found = self.data.get(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong(key, "a list of texts", found)
        return [str(one) for one in found]

    def has(self, key: str) -> bool:
        """Whether anything is said under a key."""
        return self.data.get(key) is not None

    def items(self, key: str) -> Iterator["Record"]:
        """The objects of a list; none where it is missing."""
        found = self.data.get(key)
        if found is not None and not isinstance(found, list):
            raise self.wrong(key, "a list", found)
        yield from records(found or [], f"{self.place}.{key}")

    def wrong(self, key: str, expected: str, found: Value) -> ExportError:
        """The error that another type was expected. The value is not repeated."""
        return ExportError(f"{self.place}.{key} must be {expected}, found {called(found)}")


def records(found: Sequence[Value], place: str) -> Iterator[Record]:
    """The objects of a list. ExportError for anything else in it."""
    for at, one in enumerate(found):
        if not isinstance(one, dict):
            raise ExportError(f"{place}[{at}] must be an object, found {called(one)}")
        yield Record(one, f"{place}[{at}]")


def moment(text: str, place: str) -> datetime | None:
    """The time that a text stands for, in UTC; None for none, and for words such as `Never logged in`."""
    if not text or text.lower().startswith("never") or text.startswith("1970-01-01"):
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ExportError(f"{place} is no time", "write it as 2026-05-31T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def members(record: Record, *keys: str) -> frozenset[str] | None:
    """Who is in a group, by the first of `keys` that a member has; members may be plain ids. None if it is not said."""
    found = record.data.get("members")
    if found is None:
        return None
    if not isinstance(found, list):
        raise record.wrong("members", "a list", found)
    named = [one for one in found if isinstance(one, str)]
    for one in records([each for each in found if not isinstance(each, str)], f"{record.place}.members"):
        name = next((one.text(key) for key in keys if one.text(key)), "")
        if not name:
            raise ExportError(f"{one.place} has none of {', '.join(f'`{key}`' for key in keys)}")
        named.append(name)
    return frozenset(named)
