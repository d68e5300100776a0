"""Amounts of memory and processors in Compose files, as Kubernetes writes them.

Source: https://github.com/compose-spec/compose-spec/blob/main/11-extension.md#specifying-byte-values and
https://github.com/docker/go-units (size.go, RAMInBytes): units are powers of 1024, in any letter case.
"""

import re
from fractions import Fraction

from hardstand.inventory.compose.part import Part

_BYTES = re.compile(r"(\d{1,30}(?:\.\d{1,30})?|\.\d{1,30}) ?([kmgtp]?)(?:i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50}
_CORES = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")
_DEFAULT_PERIOD = 100_000
"""Microseconds of a scheduling period (docker run, --cpu-period)."""


def byte_count(part: Part) -> str:
    """A number of bytes such as `512m`, written out. MisfitError when it is none."""
    text = part.text().strip()
    found = _BYTES.fullmatch(text)
    if found is None:
        raise part.malformed("an amount such as 512m or 1g")
    return str(int(Fraction(found[1]) * (1 << _POWERS[found[2].lower()])))


def cores(part: Part) -> str:
    """A number of processors such as `0.5`. MisfitError when it is none."""
    text = part.text().strip()
    if _CORES.fullmatch(text) is None:
        raise part.malformed("a number such as 0.5")
    return text


def quota(part: Part, period: Part | None) -> str | None:
    """The processors that `cpu_quota` of each `cpu_period` comes to; none or less bounds nothing."""
    microseconds, whole = _number(part), _number(period) if period is not None else 0
    if microseconds <= 0:
        return None
    return f"{Fraction(microseconds * 1000, whole or _DEFAULT_PERIOD).__ceil__()}m"


def _number(part: Part) -> int:
    text = part.text().strip()
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise part.malformed("a number of microseconds")
    return int(text)


def processors(part: Part) -> str | None:
    """How many processors a `cpuset` such as `0-3,5` names. MisfitError when it is none."""
    count = 0
    for piece in filter(None, part.text().replace(" ", "").split(",")):
        found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", piece)
        if found is None:
            raise part.malformed("a list of processors such as 0-3,5")
        count += int(found[2] or found[1]) - int(found[1]) + 1
    return str(count) if count > 0 else None
