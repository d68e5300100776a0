"""What a control says of a subject, and what is then done about it."""

from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """One per control and object. Unknown is never a pass."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"

    __hash__ = str.__hash__  # An enumeration's own is written in Python.

    @property
    def rank(self) -> int:
        """Order in which verdicts on the parts of one object add up: the highest wins."""
        return _RANK[self]


_RANK = {Verdict.NOT_APPLICABLE: 0, Verdict.PASS: 1, Verdict.UNKNOWN: 2, Verdict.FAIL: 3}


class Why(StrEnum):
    """Why a verdict is unknown or not applicable. The set is closed, so that every reader can name each reason."""

    NOT_IN_INPUT = "not-in-input"
    UNREADABLE = "unreadable"
    NOT_RENDERED = "not-rendered"
    MAY_NOT_LIST = "may-not-list"
    MALFORMED_FIELD = "malformed-field"
    STALE_DATA = "stale-data"
    CRASHED = "crashed"
    # Reasons for not-applicable.
    NOT_DECLARED = "not-declared"
    NOT_IN_VERSION = "not-in-version"
    NO_SUBJECT = "no-subject"


class Severity(IntEnum):
    """How bad it is when it is true; orders findings and is what `--fail-on` compares with."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    __hash__ = int.__hash__

    @property
    def word(self) -> str:
        """The name as people write it: `critical`."""
        return _WORDS[self]

    @classmethod
    def named(cls, word: str) -> "Severity":
        """The severity that `word` names; ValueError for any other word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not one of {', '.join(s.word for s in cls)}") from None


_WORDS = {one: one.name.lower() for one in Severity}


class Confidence(StrEnum):
    """How sure the control is that what it reports is true; independent of how bad it would be."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stage(StrEnum):
    """When a team that starts today takes the control on."""

    WEEK_1 = "week-1"
    WEEKS_2_4 = "weeks-2-4"
    QUARTERLY = "quarterly"


class Maturity(StrEnum):
    """Whether everybody needs it, or those who run production."""

    MINIMUM = "minimum"
    PRODUCTION = "production"


class Action(StrEnum):
    """What is done with a finding."""

    BLOCK = "block"
    WARN = "warn"
    WAIVED = "waived"
    OFF = "off"

    __hash__ = str.__hash__
