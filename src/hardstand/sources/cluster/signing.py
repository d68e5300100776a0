"""Who asks, kept up to date: tokens that are read again, exec plugins that are run again."""

import base64
import threading
import time
from datetime import UTC, datetime, timedelta

from hardstand.sources.cluster.access import Access, Pem
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.exec_plugin import Granted, ask
from hardstand.sources.cluster.headers import NOT_ONE_WORD, is_token

_TOKEN_AGE = 60.0
"""Seconds for which a token that was read from a file is good: the kubelet puts a new one there long before it ends."""

_BEFORE_THE_END = timedelta(seconds=30)


class Signer:
    """The headers and the certificate that requests go out with. Any thread may ask."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._who = access.credentials
        self._lock = threading.Lock()
        self._token: tuple[str, float] | None = None
        self._granted: Granted | None = None

    def headers(self) -> list[tuple[str, str]]:
        """The headers of a request. ConfigError where a token file cannot be read or an exec plugin fails."""
        with self._lock:
            found = list(self._who.impersonate)
            authorization = self._authorization()
            if authorization is not None:
                found.append(("Authorization", authorization))
            return found

    def certificate(self) -> tuple[Pem, Pem] | None:
        """The certificate and key to show, if there are any; ConfigError where an exec plugin fails."""
        with self._lock:
            if self._who.certificate is not None and self._who.key is not None:
                return self._who.certificate, self._who.key
            if self._who.exec is None:
                return None
            granted = self._grant()
            if granted.certificate is None or granted.key is None:
                return None
            return Pem(data=granted.certificate), Pem(data=granted.key)

    def refused(self) -> bool:
        """Take note that the server does not know us, and tell whether asking again can help."""
        with self._lock:
            again = self._token is not None or self._granted is not None
            self._token = self._granted = None
            return again

    @property
    def renews(self) -> bool:
        """The credentials can change while this runs."""
        return self._who.exec is not None

    def _authorization(self) -> str | None:
        who = self._who
        if who.token_file is not None:
            return f"Bearer {self._from_file(who.token_file)}"
        if who.token is not None:
            return f"Bearer {who.token}"
        if who.password is not None:
            return "Basic " + base64.b64encode(":".join(who.password).encode()).decode()
        if who.exec is not None and who.certificate is None:
            token = self._grant().token
            return f"Bearer {token}" if token else None
        return None

    def _from_file(self, path: str) -> str:
        if self._token is None or self._token[1] < time.monotonic():
            try:
                text = Pem(path=path).read().decode().strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is no text"
                hint = "the token that the kubeconfig or the pod names must be there"
                raise ConfigError(f"{path}: the token cannot be read: {reason}", hint) from None
            if not text:
                raise ConfigError(f"{path}: the file holds no token", "write the token into it")
            if not is_token(text):
                raise ConfigError(f"{path}: the file {NOT_ONE_WORD}", "write the token alone into it")
            self._token = text, time.monotonic() + _TOKEN_AGE
        return self._token[0]

    def _grant(self) -> Granted:
        if self._granted is None or _over(self._granted):
            plugin = self._who.exec
            if plugin is None:
                raise RuntimeError("there is no exec plugin to ask")
            self._granted = ask(plugin, self._access.place, self._who.user)
        return self._granted


def _over(granted: Granted) -> bool:
    return granted.until is not None and granted.until - _BEFORE_THE_END < datetime.now(UTC)
