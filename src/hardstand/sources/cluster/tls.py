"""Whom to trust, and whom to show oneself as."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hardstand.sources.cluster.access import Access, Pem
from hardstand.sources.cluster.errors import ConfigError


def context_of(access: Access, shown: tuple[Pem, Pem] | None) -> ssl.SSLContext:
    """The TLS settings for a cluster; `shown` is the client's certificate and key. ConfigError for what is none."""
    context = _trusting(access)
    # Python 3.13 wants more of certificates than Go does, and clusters are made with Go: without an authority key
    # identifier, for one, which kubeadm's own has not always had. https://github.com/python/cpython/issues/107361
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if shown is not None:
        _show(context, access, *shown)
    return context


def _trusting(access: Access) -> ssl.SSLContext:
    """Whoever says so is trusted blindly, but only by their own words in the kubeconfig."""
    if access.insecure:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if access.authority is None:
        return ssl.create_default_context()
    place = access.authority.path or f"{access.place}: certificate-authority-data of the cluster `{access.cluster}`"
    hint = "it must be the certificate that the API server's is signed by, as PEM"
    try:
        text = access.authority.read().decode("ascii", "replace")
        return ssl.create_default_context(cadata=text)
    except OSError as error:
        if isinstance(error, ssl.SSLError):
            raise ConfigError(f"{place} is no certificate", hint) from None
        raise ConfigError(f"{place} cannot be read: {error.strerror}", hint) from None
    except ValueError:
        raise ConfigError(f"{place} is no certificate", hint) from None


def _show(context: ssl.SSLContext, access: Access, certificate: Pem, key: Pem) -> None:
    user = f"{access.place}: the user `{access.credentials.user}`"
    try:
        with _file(certificate) as certificate_file, _file(key) as key_file:
            context.load_cert_chain(certificate_file, key_file, password=_no_password)
    except ssl.SSLError:
        raise ConfigError(
            f"{user} has a client certificate and a key that are none, or do not belong together",
            "take both from whoever manages the cluster, as PEM and without a pass phrase",
        ) from None
    except OSError as error:
        raise ConfigError(f"{user}: {error.filename or 'the key'}: {error.strerror}", "mend the path") from None


def _no_password() -> str:
    """Never ask at the terminal for a key's pass phrase: kubectl knows none either."""
    return ""


@contextmanager
def _file(pem: Pem) -> Iterator[str]:
    """A file with these bytes, which OpenSSL needs; of bytes alone one that only we can read, and on no disk if it can
    be had."""
    if pem.data is None:
        yield pem.path or ""
        return
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("pem")
        try:
            with os.fdopen(os.dup(handle), "wb") as file:
                file.write(pem.data)
            yield f"/proc/self/fd/{handle}"
        finally:
            os.close(handle)
        return
    with tempfile.TemporaryDirectory(prefix="hardstand-") as folder:
        path = Path(folder) / "pem"
        path.touch(mode=0o600)
        path.write_bytes(pem.data)
        yield str(path)


def ended(access: Access, certificate: Pem) -> str | None:
    """A sentence that says that the client's certificate has ended, or None where it has not or cannot be told."""
    try:
        until = _not_after(ssl.PEM_cert_to_DER_cert(_first(certificate.read().decode("ascii"))))
    except (OSError, ValueError, IndexError):
        return None
    if until > datetime.now(UTC):
        return None
    place = certificate.path or access.place
    return (
        f"{place}: the client certificate of the user `{access.credentials.user}` ended on {until:%Y-%m-%d %H:%M} UTC"
    )


def _first(text: str) -> str:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return text[text.index(begin) : text.index(end) + len(end)] + "\n"


def _not_after(der: bytes) -> datetime:
    """The end of a certificate's validity. ValueError or IndexError for what is none.

    Source: RFC 5280, section 4.1: Certificate, tbsCertificate, [0] version, serialNumber, signature, issuer, validity.
    """
    at, _ = _inside(der, _inside(der, 0)[0])
    if der[at] == 0xA0:  # The version, which the oldest certificates leave out.
        at = _after(der, at)
    for _ in range(3):
        at = _after(der, at)
    at = _after(der, _inside(der, at)[0])
    start, end = _inside(der, at)
    text = der[start:end].decode("ascii")
    if der[at] == 0x17:  # UTCTime: two digits for the year, of which 50 and more are of the last century (4.1.2.5.1).
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at `at` begin and end (X.690, section 8.1.3)."""
    length, start = der[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start : start + count], "big"), start + count
    return start, start + length


def _after(der: bytes, at: int) -> int:
    return _inside(der, at)[1]
