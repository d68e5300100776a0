"""Serve a gate for the benchmark until SIGTERM; prints the port when it listens.

    python benchmarks/gate_server.py FOLDER [--handlers MODULE:FUNCTION]

The function gives the handlers by path. Without it reviews are decoded and admitted: what is left is what HTTP, TLS and
JSON cost. FOLDER gets the CA, and certificate and key for the Go program.
"""

import argparse
import importlib
import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gate_client import NAME
from hardstand.gate.server import certificates
from hardstand.gate.server.contexts import context
from hardstand.gate.server.interface import Handler, Limits
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.server import Server


@dataclass(frozen=True)
class Admitted:
    """What is answered to everything."""

    body: bytes
    status: int = 200
    verdict: str = "admitted"
    fault: str = ""


def admit(body: bytes) -> Admitted:
    """Decode a review and let it in."""
    response = {"uid": json.loads(body)["request"]["uid"], "allowed": True}
    whole = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "response": response}
    return Admitted(json.dumps(whole).encode())


def main() -> int:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--handlers", default="")
    given = parser.parse_args()
    made = certificates.make([NAME], datetime.now(UTC))
    for name, content in (("ca.crt", made.authority), ("tls.crt", made.certificate), ("tls.key", made.key)):
        (given.folder / name).write_bytes(content)
    handlers: Mapping[str, Handler] = {"/validate": admit}
    if given.handlers:
        module, _, function = given.handlers.partition(":")
        handlers = getattr(importlib.import_module(module), function)()
    shown = context(made.certificate, made.key)
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(Routes(handlers, Metrics(), Limits(leaving_time=0.1)), lambda: shown, lambda _: None)
    server.run(listening, lambda: print(listening.getsockname()[1], flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
