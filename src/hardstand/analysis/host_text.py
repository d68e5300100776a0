"""Hosts in the text of a variable or an argument: in URLs, in connection strings, or as the whole value.

What stands before the `@` of a URL is dropped the moment it is seen. A host that is filled in later (`$(HOST)`,
`${HOST}`) names none; where only the user or the password is, the host is still named.
Source of the shapes: RFC 3986, section 3.2; https://www.postgresql.org/docs/current/libpq-connect.html;
https://github.com/go-sql-driver/mysql#dsn-data-source-name;
https://www.mongodb.com/docs/manual/reference/connection-string/; and the manuals of the JDBC drivers.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hardstand.analysis.addresses import is_address
from hardstand.analysis.secret_names import words


class Spotted(NamedTuple):
    """A host as it was written, in lower case, with the scheme and the port that were written with it."""

    host: str
    scheme: str = ""
    port: int | None = None


_URL = re.compile(
    r"""(?:\bjdbc:)?\b([a-z][a-z0-9+.-]{0,30})://((?:(?!,[a-z][a-z0-9+.-]{0,30}://)[^\s"'`<>;|]){1,2000})""",
    re.IGNORECASE,
)
"""A URL ends before the comma that the next one follows."""
_ORACLE = re.compile(r"\bjdbc:oracle:thin:[^@\s]{0,500}@(?://)?([^\s/?;\"']{1,300})", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"@?\b(?:tcp|tcp6)\(([^()\s]{1,300})\)", re.IGNORECASE)
_KEYWORD = re.compile(
    r"(?:^|[\s;])(?:host|hostaddr|server|data source|addr|address|network address)\s?=\s?(?:tcp:)?'?([^\s;']{1,1000})",
    re.IGNORECASE,
)
_PORT_KEYWORD = re.compile(r"(?:^|[\s;])port\s?=\s?(\d{1,5})\b", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){0,12}\.?")
_NO_HOSTS = frozenset({"true", "false", "yes", "no", "on", "off", "none", "null", "nil", "auto", "default", "disabled"})

_FILLED_IN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""The name of a variable in the place of its value, as a templating step will find it: `REDIS_CONNECTION_STRING`."""

_NO_HOST_SCHEMES = words("azblob data docker env file gcs gs jdbc oci op s3 s3a secret unix vault")
"""What follows these is a file, a bucket, an image or a secret."""

_HOST_WORDS = words(
    """
    addr address addresses addrs bootstrap broker brokers endpoint endpoints host hostaddr hostname hosts nodes pghost
    pghostaddr server servers
    """
)
_URL_WORDS = words("conn connection connectionstring dsn jdbc uri uris url urls")
_OWN_WORDS = words("allowed bind cors listen origin origins trusted virtual")
"""Words in names of variables that hold the program's own addresses, or those of its clients."""


@lru_cache(maxsize=10_000)
def says_host(name: str) -> str:
    """`host` when a variable or flag of this name holds a host by itself, `url` when a connection string, else empty.

    `DB_HOST`, `PGHOST`, `redis-addr` and `kafka.brokers` do; `HOST` and `HOSTNAME` alone are the program's own.
    """
    parts = [part for part in re.split(r"[^a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()) if part]
    if not parts or not _OWN_WORDS.isdisjoint(parts) or parts in (["host"], ["hostname"], ["address"], ["addr"]):
        return ""
    last = parts[-2] if parts[-1] == "string" and len(parts) > 1 else parts[-1]
    if last in _HOST_WORDS:
        return "host"
    return "url" if last in _URL_WORDS else ""


def in_urls(text: str) -> Iterator[Spotted]:
    """The hosts of every URL and JDBC string in a text."""
    if "://" not in text and "jdbc:" not in text:
        return
    for found in _URL.finditer(text):
        scheme = found[1].lower()
        if scheme not in _NO_HOST_SCHEMES:
            yield from _authority(scheme, found[2], text[found.end() : found.end() + _FAR])
    for found in _ORACLE.finditer(text):
        yield from _listed(found[1], "oracle")


def in_value(text: str, kind: str) -> Iterator[Spotted]:
    """The hosts of a value that holds one: `kind` is what `says_host` said of its name, `host` or `url`."""
    text = text.strip()
    if "://" in text or text.startswith("jdbc:"):
        yield from in_urls(text)
        return
    bracketed = [one for found in _IN_BRACKETS.finditer(text) for one in _listed(found[1], "")]
    keywords = list(_KEYWORD.finditer(text)) if "=" in text else []
    if bracketed or keywords:
        yield from bracketed
        port = _PORT_KEYWORD.search(text)
        for found in keywords:
            for one in _listed(found[1], ""):
                yield one if one.port or port is None else one._replace(port=int(port[1]))
    elif "=" not in text and not re.search(r"\s\S+\s", text):
        _, login, rest = text.rpartition("@")
        for one in _listed(rest, ""):
            # A word alone under the name of a URL mostly is something else, and after an @ may be part of a password.
            if kind == "host" or one.port or ("." in one.host and not login):
                yield one


def _authority(scheme: str, rest: str, after: str) -> Sequence[Spotted]:
    """The hosts of a URL, from what follows `://` and what follows the URL.

    Passwords often hold what should have been encoded. In URLs of databases a slash or a hash is borne: the last `@`
    before a query counts. Wherever a password could reach beyond what was taken for the end, none is named.
    """
    before, _, query = rest.partition("?")
    unsure = any(_ends_later(text, parameters="@" not in before) for text in (query, after))
    if scheme in _WEB:
        authority, onward = _cut(before, "/#\\,")
        unsure = unsure or ("@" in authority and "@" in onward)
    else:
        authority, _ = _cut(before.rpartition("@")[2], "/#\\")
    if unsure:
        return ()
    listed = [_host(part, scheme) for part in authority.rpartition("@")[2].split(",")]
    return [] if None in listed else [one for one in listed if one is not None]


def _ends_later(text: str, *, parameters: bool) -> bool:
    """Tell whether a password may end in a text that follows: an `@` comes before the next space or URL.

    `parameters`: no login came before, so that what follows a `=` is the value of a parameter (`password=p@ss`).
    """
    return "@" in re.split(r"\s|://|=" if parameters else r"\s|://", text, maxsplit=1)[0]


def _cut(text: str, marks: str) -> tuple[str, str]:
    """The text before the first of the marks, and the rest."""
    at = min((at for at in map(text.find, marks) if at >= 0), default=len(text))
    return text[:at], text[at:]


_FAR = 300
_WEB = frozenset(("http", "https", "ws", "wss", "grpc", "grpcs"))


def _listed(text: str, scheme: str) -> Iterator[Spotted]:
    for part in re.split(r"[,\s]+", text):
        one = _host(part, scheme)
        if one is not None:
            yield one


def _host(part: str, scheme: str) -> Spotted | None:
    """A host with or without a port and a path; None for what is no host, or none that is written out."""
    part = part.partition("/")[0]
    if _FILLED_IN.fullmatch(part):
        return None
    part = part.lower()
    if part.startswith("["):
        name, _, after = part[1:].partition("]")
        port = after.removeprefix(":")
    elif part.count(":") > 1 and is_address(part):
        name, port = part, ""
    else:
        # `host:1521:sid` is Oracle's: what follows the port is not read.
        name, colon, port = part.partition(":")
        port = port.partition(":")[0] if scheme == "oracle" else port
        if colon and not port:
            return None
    if port and not (port.isdecimal() and port.isascii() and int(port) <= _LAST_PORT):
        return None
    return Spotted(name.rstrip("."), scheme, int(port) if port else None) if _is_host(name) else None


_LAST_PORT = 65_535


def _is_host(name: str) -> bool:
    if is_address(name):
        return True
    return bool(_NAME.fullmatch(name)) and name not in _NO_HOSTS and not name.replace(".", "").isdigit()
