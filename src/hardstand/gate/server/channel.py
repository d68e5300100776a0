"""TLS over one connection, from OpenSSL's own buffers.

The standard library's asyncio transport does the same and keeps 256 KiB for each connection (asyncio/sslproto.py,
max_size), which a thousand idle or hostile ones would make 256 MiB; and it offers no way to give each new connection
the certificate of the day.
"""

import asyncio
import contextlib
import select
import ssl
from collections.abc import Callable
from typing import Final, Protocol, cast

_RECORD: Final = 16 * 1024
"""OpenSSL gives what one record holds at a time, and no record holds more (RFC 8446, 5.1)."""


class Listener(Protocol):
    """What happens on a channel, told to the connection."""

    def opened(self) -> None:
        """The handshake is over."""

    def received(self, data: bytes) -> None:
        """Bytes of the client, decrypted."""

    def ended(self) -> None:
        """The client sends no more; it may still read."""

    def blocked(self, blocked: bool) -> None:
        """Whether the client leaves more unread than the channel wants to hold."""

    def lost(self) -> None:
        """The connection is gone; nothing is called after this."""


class Channel(asyncio.Protocol):
    """One TLS connection. `failed` holds OpenSSL's word for what was wrong with a client's TLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._shaken = False
        self._deaf = False
        self._transport: asyncio.Transport
        self.failed = ""
        self.listener: Listener
        self.welcome: Callable[[], bool] = lambda: True
        """Whether there is room for one more connection."""

    @property
    def verified(self) -> bool:
        """Whether the client has shown a certificate that the client CA has signed."""
        return bool(self._tls.getpeercert())

    @property
    def unsent(self) -> bool:
        """Whether the client leaves anything unread."""
        return self._transport.get_write_buffer_size() > 0

    @property
    def quiet(self) -> bool:
        """Whether nothing has arrived that the loop has not yet read."""
        look = select.poll()
        look.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not look.poll(0)

    def write(self, data: bytes) -> None:
        """Send `data`."""
        if not self._deaf and not self._transport.is_closing():
            self._tls.write(data)
            self._flush()

    def pause(self, paused: bool) -> None:
        """Stop reading from the client, or go on."""
        if not self._transport.is_closing():
            (self._transport.pause_reading if paused else self._transport.resume_reading)()

    def close(self, linger: bool = False) -> None:
        """Send what is unsent and close. With `linger`, until the client closes: what it sends is thrown away.

        Closing while a client still sends resets the connection, and takes from it the answer that it has not read yet
        (RFC 9112, 9.6).
        """
        if self._deaf or self._transport.is_closing():
            return
        self._deaf = True
        with contextlib.suppress(ssl.SSLError):  # The closing alert is written; the client's is not waited for.
            self._tls.unwrap()
        self._flush()
        if linger:
            self._transport.resume_reading()
            self._transport.write_eof()
        else:
            self._transport.close()

    def abort(self) -> None:
        """Close at once, and forget what is unsent."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of asyncio."""
        self._transport = cast("asyncio.Transport", transport)
        if not self.welcome():
            self._deaf = True
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Of asyncio: decrypt, and tell the listener."""
        if self._deaf:
            return
        self._incoming.write(data)
        try:
            if self._shaken or self._shake():
                self._read()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self.failed = error.reason or "TLS"
            self._flush()
            self.abort_softly()

    def eof_received(self) -> bool:
        """Of asyncio. What was asked is still answered, so the connection stays open for that."""
        if self._deaf or not self._shaken:
            return False
        self.listener.ended()
        return True

    def pause_writing(self) -> None:
        """Of asyncio: the client does not read."""
        self.listener.blocked(True)

    def resume_writing(self) -> None:
        """Of asyncio: it reads again."""
        self.listener.blocked(False)

    def connection_lost(self, exc: Exception | None) -> None:
        """Of asyncio."""
        del exc
        self._deaf = True
        self.listener.lost()
        # They hold each other; apart, they are freed at once and not when the collector comes round.
        del self.listener, self.welcome

    def abort_softly(self) -> None:
        """Close without a closing alert: TLS is broken, or was never there."""
        self._deaf = True
        self._transport.close()

    def _shake(self) -> bool:
        self._tls.do_handshake()
        self._shaken = True
        self._flush()
        self.listener.opened()
        return True

    def _read(self) -> None:
        pieces = []
        try:
            while piece := self._tls.read(_RECORD):
                pieces.append(piece)
                if not self._incoming.pending and not self._tls.pending():  # It would only raise SSLWantReadError.
                    break
        except ssl.SSLWantReadError:
            self._hear(pieces)
        except ssl.SSLError:
            self._hear(pieces)
            raise
        else:
            self._hear(pieces)
            if not piece and not self._deaf:
                self.listener.ended()

    def _hear(self, pieces: list[bytes]) -> None:
        self._flush()
        if pieces:
            self.listener.received(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._transport.write(self._outgoing.read())
