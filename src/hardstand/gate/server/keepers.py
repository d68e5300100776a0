"""Who keeps the server's TLS context up to date: by a store that replicas share, or by files that others renew."""

import hashlib
import ssl
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from cryptography import x509

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import LIFETIME, OVERLAP, Generation, StoredError
from hardstand.gate.server.contexts import context
from hardstand.gate.server.stores import CertificateStore, Stored

_TRIES: Final = 5


class CertificateError(Exception):
    """There is no certificate to serve with. The message says where and why, and what to do."""


class BundleTarget(Protocol):
    """Where API servers learn whom to trust: the `caBundle` of each webhook in the gate's configurations."""

    def put(self, bundle: bytes) -> None:
        """Make it hold `bundle` (PEM), if it does not yet. Raises OSError when it cannot."""


class Keeper(Protocol):
    """Keeps one context up to date."""

    @property
    def expires(self) -> datetime:
        """When the certificate that is served ends."""

    def current(self) -> ssl.SSLContext:
        """The context for a new connection."""

    def refresh(self) -> None:
        """Look whether another one is due. Raises CertificateError; what is served stays."""


class SharedKeeper:
    """Certificates of the gate's own, shared with other replicas through a store."""

    def __init__(
        self,
        store: CertificateStore,
        target: BundleTarget,
        names: Sequence[str],
        client_ca: Callable[[], bytes] = lambda: b"",
        lifetime: timedelta = LIFETIME,
        overlap: timedelta = OVERLAP,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock` gives the time; `client_ca` the PEM of those who sign clients' certificates, or nothing."""
        self._store, self._target, self._names, self._client_ca = store, target, tuple(names), client_ca
        self._lifetime, self._overlap, self._clock = lifetime, overlap, clock
        self._shown: tuple[Generation, bytes, ssl.SSLContext] | None = None

    @property
    def expires(self) -> datetime:
        """As Keeper."""
        return self._serving()[0].expires

    def current(self) -> ssl.SSLContext:
        """As Keeper."""
        return self._serving()[2]

    def refresh(self) -> None:
        """As Keeper. A new certificate is shown only when the bundle that vouches for it could be installed."""
        try:
            stored = self._renewed()
        except (OSError, StoredError) as error:
            raise CertificateError(f"certificates: {error}") from error
        try:
            self._install(stored)
        except OSError as error:
            raise CertificateError(f"API servers cannot be told whom to trust: {error}") from error
        try:
            chosen = certificates.served(stored.generations, self._clock(), self._overlap)
            authorities = self._client_ca()
        except OSError as error:
            raise CertificateError(f"certificates: {error}") from error
        if self._shown is None or self._shown[:2] != (chosen, authorities):
            try:
                made = context(chosen.certificate, chosen.key, authorities)
            except ValueError as error:
                raise CertificateError(f"certificates: {error}") from None
            self._shown = (chosen, authorities, made)

    def _install(self, stored: Stored) -> None:
        """Tell API servers whom to trust. If that fails, what is served stays, unless it is good for nothing now."""
        try:
            self._target.put(certificates.bundle(stored.generations))
        except OSError:
            if self._shown is None or self._shown[0].expires > self._clock():
                raise

    def _serving(self) -> tuple[Generation, bytes, ssl.SSLContext]:
        if self._shown is None:
            raise CertificateError("no certificate has been made yet")
        return self._shown

    def _renewed(self) -> Stored:
        """What is stored, after it was renewed where that was due: by us, or by whoever was quicker."""
        for _ in range(_TRIES):
            stored = self._store.load()
            before = stored.generations if stored else ()
            after = certificates.renewed(before, self._names, self._clock(), self._lifetime)
            if stored is not None and after == before:
                return stored
            self._store.save(after, stored)
        raise OSError(f"others have changed the stored certificates {_TRIES} times in a row")


class FileKeeper:
    """Certificates from files that somebody else renews. They are compared by content: times and links can lie."""

    def __init__(self, certificate: Path, key: Path, client_ca: Path | None = None) -> None:
        self._paths = (certificate, key) if client_ca is None else (certificate, key, client_ca)
        self._digest = b""
        self._context: ssl.SSLContext | None = None
        self._expires = datetime.max.replace(tzinfo=UTC)

    @property
    def expires(self) -> datetime:
        """As Keeper."""
        return self._expires

    def current(self) -> ssl.SSLContext:
        """As Keeper."""
        if self._context is None:
            raise CertificateError("no certificate has been read yet")
        return self._context

    def refresh(self) -> None:
        """As Keeper. Files that do not belong together, as while they are being replaced, change nothing."""
        try:
            contents = [path.read_bytes() for path in self._paths]
        except OSError as error:
            raise CertificateError(f"{error.filename}: {error.strerror}") from error
        digest = b"".join(hashlib.sha256(content).digest() for content in contents)
        if digest == self._digest:
            return
        certificate, key, *client_ca = contents
        try:
            made = context(certificate, key, *client_ca)
            self._expires = x509.load_pem_x509_certificate(certificate).not_valid_after_utc
        except ValueError as error:
            places = ", ".join(str(path) for path in self._paths)
            raise CertificateError(f"{places}: {error}") from None
        self._context, self._digest = made, digest


class Watch:
    """Asks a keeper every so often, on a thread of its own, since a store may be slow. Trouble is said once."""

    def __init__(self, keeper: Keeper, every: float, say: Callable[[str], None]) -> None:
        """`every`: seconds between two looks."""
        self._keeper, self._every, self._say = keeper, every, say
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="certificates", daemon=True)
        self._said = ""

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            before = self._keeper.expires
            try:
                self._keeper.refresh()
                trouble = ""
            except CertificateError as error:
                trouble = str(error)
            except Exception as error:  # noqa: BLE001 - the outermost edge of a thread, which must look again later
                trouble = f"certificates: unexpected {type(error).__name__}"
            if trouble and trouble != self._said:
                self._say(f"{trouble}; the certificate that is served is valid until {before:%Y-%m-%d %H:%M} UTC")
            elif self._keeper.expires != before:
                self._say(f"a new certificate is served, valid until {self._keeper.expires:%Y-%m-%d %H:%M} UTC")
            self._said = trouble
