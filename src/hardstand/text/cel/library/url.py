"""URLs.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library: what is a URL is what Go's net/url
takes for a request, an absolute URI or an absolute path (RFC 3986, sections 3.2 and 3.3).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import ClassVar

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)
_PORT = re.compile(r"(?::[0-9]*)?", re.ASCII)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:\[\]<>\"-]|%[89A-Fa-f][0-9A-Fa-f]|[^\x00-\x7f])*")
_USER = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*", re.ASCII)
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=@")
"""What a path holds without being escaped."""
_ALLOWED = _KEPT | frozenset("!'()*[]%")
"""What a path may hold so that it is left as it was written."""


@dataclass(frozen=True, slots=True)
class URL:
    """A URL, taken apart."""

    kind: ClassVar[str] = "url"
    scheme: str
    host: str
    path: str
    """As it was written, or escaped where it was not."""
    query: str
    rest: tuple[str, ...] = field(default=())
    """What has no accessor, and tells URLs apart: user, fragment, and what follows a scheme without a slash."""


def _valid_percents(text: str) -> bool:
    return all(found[1] for found in _PERCENT.finditer(text))


def _decoded(text: str) -> str:
    made, last = bytearray(), 0
    for found in _PERCENT.finditer(text):
        made += text[last : found.start()].encode("utf-8", "surrogatepass") + bytes([int(found[1], 16)])
        last = found.end()
    return bytes(made + text[last:].encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _escaped(path: str) -> str:
    if all(mark in _ALLOWED for mark in path):
        return path
    written = re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(0xE000 + int(found[1], 16)), path)
    made = []
    for mark in written:
        code = ord(mark) - 0xE000
        octets = bytes([code]) if 0 <= code < 256 else mark.encode("utf-8", "surrogatepass")
        made += [chr(octet) if chr(octet) in _KEPT else f"%{octet:02X}" for octet in octets]
    return "".join(made)


def _bracketed(host: str) -> str | None:
    """The host of `[address]:port`, checked; None when it is wrong."""
    inside, bracket, port = host[1:].rpartition("]")
    address, _, zone = inside.partition("%25")
    try:
        IPv6Address(address)
    except ValueError:
        return None
    good = bracket and _PORT.fullmatch(port) and _valid_percents(zone) and "%" not in address
    return f"[{address}{'%' + _decoded(zone) if zone else ''}]{port}" if good else None


def _host(scheme: str, host: str) -> str | None:
    if host.startswith("["):
        return _bracketed(host)
    if "[" in host or not _HOST.fullmatch(host):
        return None
    _, colon, port = host.partition(":")
    if colon and ":" in port and scheme not in ("http", "https"):
        _, colon, port = host.rpartition(":")
    return _decoded(host) if _PORT.fullmatch(colon + port) else None


def _authority(scheme: str, authority: str) -> tuple[str, str] | None:
    """User and host; None when one of them is wrong."""
    user, _, host = authority.rpartition("@")
    found = _host(scheme, host)
    if found is None or not _USER.fullmatch(user) or not _valid_percents(user):
        return None
    return user, found


def _parsed(text: str, *, fragment: bool = False) -> URL | None:
    """The URL; `fragment` says whether one is cut off, which Go does after it has found that it is a URL."""
    if not text or any(mark < " " or mark == "\x7f" for mark in text):
        return None
    head, _, after = text.partition("#") if fragment else (text, "", "")
    if head == "*":
        return URL("", "", "*", "")
    found = _SCHEME.match(head)
    scheme = found[0][:-1].lower() if found else ""
    rest, _, query = head[len(scheme) + 1 if found else 0 :].partition("?")
    if not rest.startswith("/"):
        return URL(scheme, "", "", query, (rest, after)) if scheme else None
    user = host = ""
    if scheme and rest.startswith("//"):
        authority, slash, rest = rest[2:].partition("/")
        parts = _authority(scheme, authority)
        if parts is None:
            return None
        (user, host), rest = parts, slash + rest
    if not _valid_percents(rest):
        return None
    return URL(scheme, host, _escaped(rest), query, (user, after))


@function(0, "isURL(string)")
def is_url(text: str) -> bool:
    """Whether a string is a URL."""
    return _parsed(text) is not None


@function(0, "url(string)")
def url(text: str) -> URL:
    """The URL that a string spells."""
    found = _parsed(text, fragment=True) if is_url(text) else None
    if found is None:
        raise EvaluationError("the string is no absolute URL or absolute path")
    return found


@function(0, "<url>.getScheme()")
def scheme_of(value: URL) -> str:
    """`https`, in lower case."""
    return value.scheme


@function(0, "<url>.getHost()")
def host_of(value: URL) -> str:
    """Host and port, an IPv6 address in brackets."""
    return value.host


def _split(host: str) -> tuple[str, str]:
    head, colon, port = host.rpartition(":")
    if not colon or not _PORT.fullmatch(colon + port):
        head, port = host, ""
    return (head[1:-1] if head.startswith("[") and head.endswith("]") else head), port


@function(0, "<url>.getHostname()")
def hostname_of(value: URL) -> str:
    """The host without port and brackets."""
    return _split(value.host)[0]


@function(0, "<url>.getPort()")
def port_of(value: URL) -> str:
    """The port, or nothing."""
    return _split(value.host)[1]


@function(0, "<url>.getEscapedPath()")
def path_of(value: URL) -> str:
    """The path, escaped."""
    return value.path


@function(0, "<url>.getQuery()")
def query_of(value: URL) -> Mapping[str, list[str]]:
    """The parameters by name, unescaped; a malformed one is left out."""
    made: dict[str, list[str]] = {}
    for pair in value.query.split("&"):
        name, _, what = pair.partition("=")
        if pair and ";" not in pair and _valid_percents(pair):
            made.setdefault(_decoded(name.replace("+", " ")), []).append(_decoded(what.replace("+", " ")))
    return made
