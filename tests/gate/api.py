"""Requests to a test cluster's API server, many in a short time: connections are kept, and several threads ask."""

import json
import re
import ssl
import tempfile
import threading
from base64 import b64decode
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, TypeVar

from hardstand.model.kind import CLUSTER_SCOPED, Kind, group_of

T = TypeVar("T")
A = TypeVar("A")
THREADS = 8
_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    body: Any
    warnings: tuple[str, ...]

    @property
    def taken(self) -> bool:
        return self.status < 300

    @property
    def words(self) -> str:
        return str(self.body.get("message", self.body)) if isinstance(self.body, dict) else str(self.body)


class Api:
    """One user's way to one server."""

    def __init__(self, kubeconfig: Path) -> None:
        told = json.loads(kubeconfig.read_text())
        cluster, user = told["clusters"][0]["cluster"], told["users"][0]["user"]
        self._host = cluster["server"].removeprefix("https://")
        self._context = ssl.create_default_context(cadata=b64decode(cluster["certificate-authority-data"]).decode())
        with tempfile.NamedTemporaryFile() as pair:
            for key in ("client-certificate-data", "client-key-data"):
                pair.write(b64decode(user[key]) + b"\n")
            pair.flush()
            self._context.load_cert_chain(pair.name)
        self._local = threading.local()
        self._opened: list[HTTPSConnection] = []
        self._pool = ThreadPoolExecutor(THREADS)

    def close(self) -> None:
        """Let the threads and their connections go."""
        self._pool.shutdown()
        for one in self._opened:
            one.close()

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """Ask once; a connection that the server has closed meanwhile is opened anew."""
        text = None if body is None else json.dumps(body)
        form = "merge-patch+json" if method == "PATCH" else "json"
        for last in (False, True):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = HTTPSConnection(self._host, context=self._context, timeout=60)
                self._opened.append(connection)
            try:
                connection.request(method, path, text, {"Content-Type": f"application/{form}"})
                answer = connection.getresponse()
                data = answer.read()
            except OSError:
                connection.close()
                self._local.connection = None
                if last:
                    raise
                continue
            warnings = [re.sub(r"\\(.)", r"\1", one) for one in _WARNING.findall(answer.headers.get("Warning", ""))]
            for line in answer.headers.get_all("Warning", [])[1:]:
                warnings += [re.sub(r"\\(.)", r"\1", one) for one in _WARNING.findall(line)]
            return Reply(answer.status, _read(data), tuple(warnings))
        raise AssertionError("unreachable")

    def create(self, one: dict[str, Any], namespace: str, *, dry: bool) -> Reply:
        """Create an object, or only ask what would become of it."""
        return self.ask("POST", f"{path_of(one, namespace)}{'?dryRun=All' if dry else ''}", one)

    def all(self, work: Callable[[A], T], items: Iterable[A]) -> list[T]:
        """Do the same for many, several at a time, in order."""
        return list(self._pool.map(work, items))


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")


def path_of(one: dict[str, Any], namespace: str) -> str:
    """Where objects of this one's kind are created."""
    version, kind = one["apiVersion"], one["kind"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    plural = _PLURALS.get(kind, f"{kind.lower()}s")
    scoped = Kind(group_of(version), kind) in CLUSTER_SCOPED
    return f"{root}/{plural}" if scoped else f"{root}/namespaces/{namespace}/{plural}"


_PLURALS = {
    "Ingress": "ingresses",
    "StorageClass": "storageclasses",
    "NetworkPolicy": "networkpolicies",
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
}
