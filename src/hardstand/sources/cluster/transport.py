"""One HTTP request to an API server: connections that are kept, TLS, proxies, and a sentence for each way to fail."""

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, ProxyManager, Timeout, disable_warnings, exceptions
from urllib3.connection import HTTPConnection

from hardstand import __version__
from hardstand.sources.cluster.access import Access, Pem
from hardstand.sources.cluster.errors import ClusterError, ConfigError, ConnectError, DisconnectedError
from hardstand.sources.cluster.signing import Signer
from hardstand.sources.cluster.tls import context_of
from hardstand.sources.names import shown

_CONNECT = 10.0
_CONNECTIONS = 8

_BAD_CERTIFICATES = {
    10: ("has expired", "renew it (`kubeadm certs renew`), or set this machine's clock"),
    9: ("is not valid yet", "set this machine's clock"),
    62: ("is not for this name", "use a name that it is for, or set `tls-server-name` in the kubeconfig"),
    64: ("is not for this address", "use an address that it is for, or set `tls-server-name` in the kubeconfig"),
}
"""What OpenSSL's codes mean. Source: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/"""

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the server."""

    method: str
    path: str
    query: Query = ()
    accept: str = "application/json"
    body: bytes | None = None
    content_type: str = "application/json"
    silence: float = 60.0
    """Seconds without a byte after which the connection counts as lost."""

    @property
    def harmless(self) -> bool:
        """Asking twice is as good as asking once."""
        return self.method == "GET"


class Transport:
    """Connections to one server. Any thread may use it."""

    def __init__(self, access: Access, signer: Signer) -> None:
        self._access = access
        self._signer = signer
        self._made: tuple[tuple[Pem, Pem] | None, PoolManager] | None = None

    def send(self, request: Request) -> BaseHTTPResponse:
        """The answer's head, its body still to be read. ConfigError, ConnectError or DisconnectedError."""
        headers = HTTPHeaderDict(self._signer.headers())
        headers["Accept"] = request.accept
        headers["Accept-Encoding"] = "gzip"
        headers["User-Agent"] = f"hardstand/{__version__}"
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        query = f"?{urlencode(request.query)}" if request.query else ""
        try:
            return self._pool().urlopen(
                request.method,
                f"{self._access.server}{request.path}{query}",
                body=request.body,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                timeout=Timeout(connect=_CONNECT, read=request.silence),
            )
        except exceptions.HTTPError as error:
            raise self.failure(error) from None

    def failure(self, error: exceptions.HTTPError | OSError) -> ClusterError:
        """What an exception of the connection means."""
        server = self._access.server
        if isinstance(error, exceptions.ProxyError):
            return ConnectError(f"{server}: the proxy {_host(self._access.proxy)} cannot be used: {_cause(error)}")
        if isinstance(error, exceptions.SSLError):
            return self._mistrust(error)
        if isinstance(error, exceptions.LocationValueError):
            hint = f"is its `server` in {self._access.place} right, and the address of its proxy?"
            return ConnectError(f"{server}: there is no way to connect to such an address", hint)
        if isinstance(error, exceptions.NameResolutionError):
            return ConnectError(f"{server}: this name is unknown here", self._hint())
        if isinstance(error, exceptions.NewConnectionError):
            return ConnectError(f"{server}: nobody answers: {_cause(error)}", self._hint())
        if isinstance(error, exceptions.ConnectTimeoutError):
            return ConnectError(f"{server}: nobody answers within {_CONNECT:g} s", self._hint())
        if isinstance(error, exceptions.ReadTimeoutError):
            return DisconnectedError(f"{server}: the server fell silent")
        return DisconnectedError(f"{server}: the connection ended: {_cause(error)}")

    def close(self) -> None:
        """End all connections."""
        if self._made is not None:
            self._made[1].clear()

    def _hint(self) -> str:
        return f"is the cluster running, and is its `server` in {self._access.place} right?"

    def _pool(self) -> PoolManager:
        if self._made is None or self._signer.renews:
            certificate = self._signer.certificate()
            if self._made is None or self._made[0] != certificate:
                self._made = certificate, self._new_pool(certificate)
        return self._made[1]

    def _new_pool(self, certificate: tuple[Pem, Pem] | None) -> PoolManager:
        access = self._access
        options: dict[str, Any] = {"maxsize": _CONNECTIONS, "socket_options": _kept_alive()}
        if access.server.startswith("https:"):
            options["ssl_context"] = context_of(access, certificate)
            if access.server_name is not None:
                options["server_hostname"] = access.server_name
            if access.insecure:
                disable_warnings(exceptions.InsecureRequestWarning)
        if access.proxy is None:
            return PoolManager(**options)
        return _through(access.proxy, access.place, options)

    def _mistrust(self, error: exceptions.SSLError) -> ConnectError:
        server, cause = self._access.server, error.args[0] if error.args else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            what, hint = _BAD_CERTIFICATES.get(
                cause.verify_code,
                (
                    f"is signed by an authority that {self._access.place} does not name",
                    "`certificate-authority` must be the cluster's own",
                ),
            )
            return ConnectError(f"{server}: the server's certificate {what}", hint)
        reason = getattr(cause, "reason", None) or "no reason given"
        if reason == "WRONG_VERSION_NUMBER":
            return ConnectError(f"{server}: what answers there does not speak TLS", self._hint())
        if "ALERT" in reason:
            hint = "is the user's client certificate one of this cluster?"
            return ConnectError(f"{server}: the server ended the TLS handshake: {reason}", hint)
        return ConnectError(f"{server}: TLS failed: {reason}", self._hint())


def _kept_alive() -> list[tuple[int, int, int]]:
    """Socket options by which a peer that is gone is noticed in half a minute, also where nothing is being said."""
    options = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return options


def _through(proxy: str, place: str, options: dict[str, Any]) -> PoolManager:
    if not proxy.startswith("socks"):
        return ProxyManager(proxy, **options)
    try:
        from urllib3.contrib.socks import SOCKSProxyManager
    except ImportError:
        raise ConfigError(f"{place}: the proxy {_host(proxy)} speaks SOCKS", "`pip install PySocks`") from None
    # https://pkg.go.dev/net/http#Transport: Go's `socks5` has the proxy look names up, which is `socks5h` here.
    return SOCKSProxyManager(proxy.replace("socks5://", "socks5h://"), **options)


def _host(proxy: str | None) -> str:
    """A proxy without the password that its URL may have."""
    parts = urlsplit(proxy or "")
    return shown(parts.netloc.rpartition("@")[2])


def _cause(error: BaseException) -> str:
    """The operating system's words for what happened, without the objects that libraries put into theirs."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror.lower()
        inner = next((one for one in seen.args if isinstance(one, BaseException)), None)
        seen = inner or seen.__cause__ or seen.__context__
    return type(error).__name__
