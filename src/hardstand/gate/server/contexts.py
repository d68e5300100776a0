"""TLS contexts: what is spoken, and with which certificate."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# With TLS 1.2 only what RFC 9325, 4.2 recommends: ephemeral keys and authenticated encryption. All of TLS 1.3 is so.
CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def context(certificate: bytes, key: bytes, client_ca: bytes = b"") -> ssl.SSLContext:
    """A context that shows a certificate (PEM, with its chain).

    With `client_ca` (PEM), a client may show a certificate, and a bad one is refused in the handshake. It must not:
    a kubelet's probes have none. Who may send reviews is decided by path. Raises ValueError when key and certificate
    are not a pair, or one cannot be read; it says which, and nothing of the key.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET | ssl.OP_CIPHER_SERVER_PREFERENCE
    # Nobody resumes here: client-go keeps no sessions. Without tickets, there are no keys of theirs to renew.
    made.num_tickets = 0
    made.set_alpn_protocols(["http/1.1"])
    try:
        with _path(certificate) as first, _path(key) as second:
            made.load_cert_chain(first, second, password=_no_password)
    except ssl.SSLError as error:
        raise ValueError(_why(error)) from None
    if client_ca:
        try:
            made.load_verify_locations(cadata=client_ca.decode("ascii"))
        except (ssl.SSLError, UnicodeDecodeError):
            raise ValueError("the client CA is no PEM certificate") from None
        made.verify_mode = ssl.CERT_OPTIONAL
    return made


def _why(error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return "the key is not that of the certificate"
    return "the certificate or the key is no PEM text that can be read, or the key is encrypted"


def _no_password() -> str:
    """Without this OpenSSL asks for the password of an encrypted key on the terminal."""
    return ""


@contextmanager
def _path(content: bytes) -> Iterator[str]:
    """A path that OpenSSL can read `content` from. On Linux it is in memory: no key is written to a disk, and a
    read-only file system will do."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("hardstand", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.NamedTemporaryFile(prefix="hardstand-") as file:  # Its mode is 0600.
        file.write(content)
        file.flush()
        yield file.name
