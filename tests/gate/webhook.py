"""A webhook for tests: TLS on loopback, one handler for each path; it is no server to run."""

import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.cluster.certificates import Authority

Handler = Callable[[bytes], tuple[int, bytes]]


@contextmanager
def served(folder: Path, handlers: Mapping[str, Handler]) -> Iterator[tuple[str, str]]:
    """Serve on a free port until the block ends; gives the URL, and the authority to trust in base64."""
    authority = Authority.made(folder / "authority", "webhook")
    pair = authority.serving("webhook", ["127.0.0.1"])
    lock = threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:  # A picture is not for several threads at once.
                status, body = handlers[self.path.partition("?")[0]](data)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        bundle = b64encode(authority.pair.certificate.read_bytes()).decode()
        yield f"https://127.0.0.1:{server.server_address[1]}", bundle
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
