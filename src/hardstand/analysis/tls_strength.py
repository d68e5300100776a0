"""Which TLS versions and ciphers are too weak to use.

Sources: RFC 7568 (SSL 3.0), RFC 8996 (TLS 1.0 and 1.1), RFC 7465 (RC4), RFC 9325 (recommendations for TLS).
"""

import re

from hardstand.inventory.views.tls import Meaning, TlsSetting

_WORDS = re.compile(r"[\s,:;]+")
_VERSION = re.compile(r"(?P<family>ssl|tls)?v?[_-]?(?P<major>\d)(?:[._]?(?P<minor>\d))?$")
"""`TLSv1.1`, `TLSV1_1`, `VersionTLS11`, `force-tlsv11`, `SSLv3` and the bare `1.1`, at the end of a word."""

_WEAK_CIPHERS = frozenset(
    {
        "3DES",
        "ADH",
        "AECDH",
        "ANON",
        "ANULL",
        "DES",
        "ENULL",
        "EXP",
        "EXPORT",
        "EXPORT40",
        "EXPORT56",
        "LOW",
        "MD5",
        "NULL",
        "RC2",
        "RC4",
    }
)
"""Parts of OpenSSL's and of the registered names that stand for no encryption, no authentication or a broken cipher."""

_WEAK_POLICIES = re.compile(
    r"ELBSecurityPolicy-(20\d\d-\d\d|FS-2018-06|FS-1-1-.*|TLS-1-[01]-.*|TLS13-1-[01]-.*)", re.IGNORECASE
)
"""Policies of AWS that take TLS 1.0 or 1.1.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""


def weakness(setting: TlsSetting) -> str | None:
    """The part of a setting that allows too weak a version or cipher, or None."""
    if setting.meaning is Meaning.POLICY:
        return setting.text if _WEAK_POLICIES.fullmatch(setting.text) else None
    is_weak = _is_old if setting.meaning is Meaning.PROTOCOLS else _is_weak_cipher
    # `no-tlsv10`, `!RC4` and `-RC4` take something away.
    words = (word for word in _WORDS.split(setting.text) if word and not word.startswith(("no-", "!", "-")))
    return next((word for word in words if is_weak(word)), None)


def _is_old(word: str) -> bool:
    found = _VERSION.search(word.lower())
    if not found:
        return False
    return found["family"] == "ssl" or (found["major"] == "1" and found["minor"] in (None, "0", "1"))


def _is_weak_cipher(word: str) -> bool:
    return any(part in _WEAK_CIPHERS for part in re.split(r"[-_+]", word.upper()))
