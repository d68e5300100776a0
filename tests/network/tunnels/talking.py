"""What goes through a tunnel: `python -m tests.network.tunnels.talking serve` and `… fetch ADDRESS PORT KB SECONDS`.

The client asks for random bytes (they cannot be packed), then keeps the connection open and says a byte now and then.
"""

import contextlib
import os
import socket
import sys
import threading
import time

PAUSE = 25.0


def serve() -> None:
    """Each connection says in four bytes how much it wants; after that every byte is answered with one."""
    with socket.create_server(("", 8000)) as listening:
        while True:
            one, _ = listening.accept()
            threading.Thread(target=_one, args=(one,), daemon=True).start()


def _one(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        wanted = connection.recv(4)
        connection.sendall(os.urandom(int.from_bytes(wanted, "big")))
        while said := connection.recv(1024):
            connection.sendall(said)


def fetch(address: str, port: int, kilobytes: int, seconds: float) -> None:
    """Also sends a quarter of what it gets, so that names carry data too."""
    end = time.monotonic() + seconds
    with _connected(address, port, end) as one:
        one.settimeout(seconds)
        wanted = kilobytes * 1024
        one.sendall(wanted.to_bytes(4, "big"))
        while wanted > 0 and (got := one.recv(4096)):
            wanted -= len(got)
        print("fetched", kilobytes, flush=True)
        one.sendall(os.urandom(kilobytes * 256))
        while time.monotonic() < end:
            time.sleep(min(PAUSE, max(0.1, end - time.monotonic())))
            one.sendall(b".")


def _connected(address: str, port: int, end: float) -> socket.socket:
    """The tunnel takes a while to stand."""
    while True:
        try:
            return socket.create_connection((address, port), timeout=5)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        fetch(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
