"""Names that are asked for, taken apart: the registered domain, what stands below it, and what is ordinary by its
shape.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hardstand.network.alerts.suffixes import registered, words

_INSIDE = ("local", "internal", "localhost", "home.arpa", "test")
"""Zones that nobody outside answers for: RFC 6762, RFC 6761, RFC 8375, and `internal`, reserved by ICANN in 2024."""

_ASKED_BY_CONTENT = words(
    """
    abusix.zone asn.cymru.com avqs.mcafee.com avts.mcafee.com barracudacentral.org bl.spamcop.net dnswl.org e5.sk
    hash.cymru.com mailspike.net msbl.org rspamd.com senderscore.com sophosxl.net sorbs.net spamhaus.net
    spamhaus.org surbl.org uribl.com
    """
)
"""Zones of which one asks by what one has: the hash of a file, a domain of a mail (RFC 5782), a key. As of 2026-11,
from their operators' documentation. Most of these are named in Paxson's paper as what has to be taken out by hand.
"""

_WORDS = words(
    """
    _acme-challenge _adsp _autodiscover _caldav _carddav _dmarc _dns _dnsauth _domainkey _gc _http _https _imap
    _imaps _jmap _kerberos _kpasswd _ldap _matrix _mta-sts _openpgpkey _pop3 _pop3s _report _sctp _sip _sips
    _smimecert _smtp _spf _submission _tcp _tls _tlsa _udp _validation _vouch _xmpp-client _xmpp-server
    """
)
"""Labels with a meaning of their own (IANA: Underscored and Globally Scoped DNS Node Names, RFC 8552)."""

_SHORT = 40
"""Characters beside such a label, up to which the name means what the label says: a tunnel could put one anywhere."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that could carry something."""

    domain: str
    """The registered domain."""
    below: bytes
    """What stands below it, without escapes and dots."""
    odd: int
    """Characters of it that hosts do not have (RFC 1123, section 2.1): others than letters, digits, hyphens,
    underscores.
    """


class Names:
    """Takes names apart, and leaves out those that are ordinary by where or how they are."""

    def __init__(self, cluster_domain: str, zones: frozenset[str]) -> None:
        self._inside = tuple(f".{one}" for one in (cluster_domain, *_INSIDE))
        self._zones = _ASKED_BY_CONTENT | zones
        self.of = lru_cache(maxsize=65_536)(self._of)
        """The name taken apart; None where it carries nothing, or is asked for as such names are."""

    def _of(self, name: str) -> Name | None:
        if name.endswith(self._inside) or "." not in name:
            return None
        labels = list(_labels(name)) if "\\" in name else [one.encode("utf-8", "replace") for one in name.split(".")]
        parts = [one.decode("latin-1") for one in labels]
        size = registered(parts)
        below = labels[:-size]
        if not any(below) or self._in_zone(parts) or _turned(parts) or _listed(parts[:-size]) or _meant(parts[:-size]):
            return None
        joined = b"".join(below)
        return Name(".".join(parts[-size:]), joined, len(joined.translate(None, _PLAIN)))

    def _in_zone(self, parts: Sequence[str]) -> bool:
        return any(".".join(parts[-size:]) in self._zones for size in range(2, min(len(parts), 6) + 1))


_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def _labels(name: str) -> Iterator[bytes]:
    """Labels of a name with escapes: `\\.` is a character, `\\DDD` a byte (RFC 1035, section 5.1)."""
    label = bytearray()
    at, end = 0, len(name)
    while at < end:
        one = name[at]
        if one == ".":
            yield bytes(label)
            label.clear()
        elif one == "\\" and name[at + 1 : at + 4].isdecimal() and len(name) >= at + 4:
            label.append(int(name[at + 1 : at + 4]) & 255)
            at += 3
        elif one == "\\" and at + 1 < end:
            label += name[at + 1].encode("utf-8", "replace")
            at += 1
        else:
            label += one.encode("utf-8", "replace")
        at += 1
    yield bytes(label)


def _turned(parts: Sequence[str]) -> bool:
    """An address turned around (RFC 1035, section 3.5; RFC 3596, section 2.5; also of parts of networks, RFC 2317)."""
    return parts[-1] == "arpa" and all(len(one) <= 7 for one in parts[:-2])


def _listed(below: Sequence[str]) -> bool:
    """An address that is looked up in a list: four octets first, or 32 nibbles (RFC 5782, sections 2.1 and 2.4)."""
    four = below[:4]
    if len(four) == 4 and all(one.isdecimal() and len(one) <= 3 and int(one) < 256 for one in four):
        return True
    return len(below) >= 32 and all(len(one) == 1 and one in "0123456789abcdef" for one in below[:32])


def _meant(below: Sequence[str]) -> bool:
    """A service, a challenge, a policy: asked for by a label that says so, beside little else."""
    rest = [one for one in below if one not in _WORDS]
    return len(rest) < len(below) and sum(map(len, rest)) < _SHORT
