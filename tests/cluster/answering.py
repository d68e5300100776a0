"""A small server over TLS for what an API server asks of others: webhooks, an issuer of tokens."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.cluster.certificates import Authority

Answer = Callable[[str, Any], Any]


@dataclass(slots=True)
class Answering:
    """A running server: where it is, whose certificate it shows, and what it was asked, as (path, body)."""

    url: str
    authority: Path
    asked: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def answering(folder: Path, answer: Answer) -> Iterator[Answering]:
    """Serve on loopback what `answer` says to a path and a body (None of a GET), all in JSON.

    `folder` is a fresh one for the certificates.
    """
    authority = Authority.made(folder, "hardstand-test-server")
    pair = authority.serving("server", ("127.0.0.1", "localhost"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    told = Answering("", authority.pair.certificate)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply(None)

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def reply(self, body: Any) -> None:
            path = self.path.partition("?")[0]  # The API server adds its time-out as a query.
            told.asked.append((path, body))
            said = json.dumps(answer(path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    told.url = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
