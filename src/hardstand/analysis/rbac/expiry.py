"""Grants that end by themselves: what their annotations say.

A binding with `hardstand.dev/expires` gives what it gives until that time (RFC 3339, with an offset) and is expired
from then on. `hardstand.dev/reason` and `hardstand.dev/granted-by` are for people.
"""

import re
from datetime import UTC, datetime

from hardstand.inventory.views.base import Subject

EXPIRES = "hardstand.dev/expires"
REASON = "hardstand.dev/reason"
GRANTED_BY = "hardstand.dev/granted-by"

_FORM = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")
"""Source: RFC 3339, section 5.6. Python takes far more, and cuts a fraction to six digits only from 3.11 on."""


def moment(text: str) -> datetime:
    """The time, in UTC, that an RFC 3339 text says. ValueError for any other text."""
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r} is no time as in RFC 3339; write one like 2026-01-31T18:00:00Z")
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def expires(binding: Subject) -> datetime | None:
    """When a binding ends, in UTC; None where it does not say. MalformedFieldError where it says no time."""
    text = binding.metadata.annotations.get(EXPIRES)
    if text is None:
        return None
    try:
        return moment(text)
    except (ValueError, OverflowError):
        raise binding.malformed("a time as in RFC 3339", "metadata", "annotations", EXPIRES) from None
