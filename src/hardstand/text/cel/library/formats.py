"""Named formats of strings.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library; the rules of names are those of
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/, RFC 1123 and RFC 1035.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from hardstand.text.cel.library.url import is_url
from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import NONE, Optional

SINCE = 32
"""The minor version of Kubernetes that brought the library."""

_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_LABEL_1035 = r"[a-z](?:[-a-z0-9]*[a-z0-9])?"
_WORD = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_UUID = r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)

Judge = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name."""

    kind: ClassVar[str] = "format"
    name: str
    judge: Judge = field(compare=False)


def _named(pattern: str, longest: int, what: str, *, prefix: bool = False) -> Judge:
    """Judge names by a pattern and a length; a `prefix` may end with a dash, since more will follow it."""
    compiled = re.compile(pattern, re.ASCII)

    def judge(text: str) -> list[str]:
        flaws = [f"must be no more than {longest} bytes"] if len(text.encode("utf-8", "replace")) > longest else []
        whole = text[:-2] + "a" if prefix and len(text) > 1 and text.endswith("-") else text
        return flaws if compiled.fullmatch(whole) else [*flaws, f"must be {what}"]

    return judge


def _qualified(text: str) -> list[str]:
    prefix, slash, name = text.partition("/")
    if not slash:
        prefix, name = "", text
    if "/" in name:
        return ["must be a name, with at most one prefix in front of a slash"]
    flaws = _named(_SUBDOMAIN, 253, "a DNS subdomain in front of the slash")(prefix) if slash else []
    return flaws + _named(_WORD, 63, "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")(name)


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return text.startswith("0000") and _is_date(f"2000{text[4:]}")
    return True


def _is_datetime(text: str) -> bool:
    parts = text.lower().split("t")
    found = _TIME.fullmatch(parts[1]) if len(parts) > 1 and _is_date(parts[0]) else None
    return bool(found and found[1] <= "23" and found[2] <= "59" and found[3] <= "59")


def _tested(test: Callable[[str], bool], what: str) -> Judge:
    return lambda text: [] if test(text) else [f"must be {what}"]


def _matching(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_LABEL_TEXT = "lower-case letters, digits and `-`, with a letter or digit at both ends"
_SUBDOMAIN_TEXT = "lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part"
_1035_TEXT = "lower-case letters, digits and `-`, beginning with a letter and not ending with `-`"

FORMATS: Mapping[str, Judge] = {
    "dns1123Label": _named(_LABEL, 63, _LABEL_TEXT),
    "dns1123Subdomain": _named(_SUBDOMAIN, 253, _SUBDOMAIN_TEXT),
    "dns1035Label": _named(_LABEL_1035, 63, _1035_TEXT),
    "qualifiedName": _qualified,
    "dns1123LabelPrefix": _named(_LABEL, 63, _LABEL_TEXT, prefix=True),
    "dns1123SubdomainPrefix": _named(_SUBDOMAIN, 253, _SUBDOMAIN_TEXT, prefix=True),
    "dns1035LabelPrefix": _named(_LABEL_1035, 63, _1035_TEXT, prefix=True),
    "labelValue": _named(
        rf"(?:{_WORD})?", 63, "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
    ),
    "uri": _tested(is_url, "an absolute URI or path"),
    "uuid": _tested(_matching(_UUID), "a UUID"),
    "byte": _tested(_matching(_BASE64), "base64"),
    "date": _tested(_is_date, "a date such as 2021-01-31"),
    "datetime": _tested(_is_datetime, "a time such as 2021-01-31T12:00:00Z"),
}


@function(SINCE, "format.named(string)")
def named(name: str) -> Optional:
    """The format of this name, if there is one."""
    return Optional(Format(name, FORMATS[name]), exists=True) if name in FORMATS else NONE


def _register(name: str, judge: Judge) -> None:
    function(SINCE, f"format.{name}()")(lambda: Format(name, judge))


for _name, _judge in FORMATS.items():
    _register(_name, _judge)


@function(SINCE, "<format>.validate(string)")
def validate(value: Format, text: str) -> Optional:
    """What is wrong with a string, a sentence each; no value when nothing is."""
    flaws: list[object] = [*value.judge(text)]
    return Optional(flaws, exists=True) if flaws else NONE
