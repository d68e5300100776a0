"""A steady load of creates on an API server: clients that keep their connections, and what became of each request."""

import http.client
import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from tests.cluster.certificates import Authority
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

PLAIN: Mapping[str, Any] = {"name": "app", "image": "registry.example/app:1"}
PRIVILEGED: Mapping[str, Any] = {**PLAIN, "securityContext": {"privileged": True}}


class Became(StrEnum):
    """What became of a request."""

    ADMITTED = "admitted"
    REFUSED = "refused by the gate"
    UNREACHED = "refused because the gate could not be asked"
    LOST = "without an answer"
    OTHER = "something else"


@dataclass(frozen=True)
class Asked:
    """One request."""

    namespace: str
    name: str
    privileged: bool
    begun: float
    ended: float
    became: Became
    said: str

    def during(self, times: Iterable[tuple[float, float]]) -> bool:
        return any(self.begun <= end and self.ended >= begin for begin, end in times)


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    warnings: list[str]

    @property
    def message(self) -> str:
        return str(self.body.get("message", ""))

    @property
    def became(self) -> Became:
        """https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy"""
        if self.status == 201:
            return Became.ADMITTED
        if self.status == 403 and "denied the request: Hardstand refuses Pod " in self.message:
            return Became.REFUSED
        failed = self.status == 500 and "failed calling webhook" in self.message
        # An answer of the gate that is an error is not that it could not be asked.
        if failed and "hardstand: " not in self.message and "an error on the server" not in self.message:
            return Became.UNREACHED
        return Became.OTHER


class Client:
    """A connection to the API server that is kept, as an admin's."""

    def __init__(self, cluster: Cluster, user: str = "load", groups: Sequence[str] = ("system:masters",)) -> None:
        authority = Authority(cluster.directory / "pki")
        pair = authority.client(f"asking-{user}-{time.monotonic_ns()}", user, groups)
        self._tls = ssl.create_default_context(cafile=str(authority.pair.certificate))
        self._tls.load_cert_chain(pair.certificate, pair.key)
        self._place = urlsplit(cluster.url)
        self._connection: http.client.HTTPSConnection | None = None

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Raises OSError or HTTPException where no answer came."""
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        if self._connection is None:
            assert self._place.hostname
            self._connection = http.client.HTTPSConnection(
                self._place.hostname, self._place.port, context=self._tls, timeout=60
            )
        try:
            data = None if body is None else json.dumps(body)
            self._connection.request(method, path, data, {"Content-Type": "application/json"})
            got = self._connection.getresponse()
            text = got.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        warnings = [one.split('"', 1)[-1].rstrip('"') for one in got.headers.get_all("Warning", [])]
        try:
            told = json.loads(text)
        except ValueError:
            told = {"message": text.decode("utf-8", "replace")}
        return Answer(got.status, told, warnings)

    def create(self, namespace: str, one: Mapping[str, Any], path: str = "/api/v1", kind: str = "pods") -> Answer:
        return self.post(f"{path}/namespaces/{namespace}/{kind}", one)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def pod(name: str, container: Mapping[str, Any] = PLAIN, **metadata: Any) -> dict[str, Any]:
    spec = {"containers": [dict(container)], "automountServiceAccountToken": False}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **metadata}, "spec": spec}


@dataclass
class Load:
    """Threads that create plain and privileged pods in some namespaces, one request after another."""

    cluster: Cluster
    namespaces: Sequence[str]
    clients: int = 4
    pause: float = 0.05
    asked: list[Asked] = field(default_factory=list)
    _halt: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Load":
        self.grow(self.clients)
        self.more(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._halt.set()
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a request got no answer at all"

    def grow(self, clients: int) -> None:
        """So many more clients, whose requests take connections of the API server's that are not there yet."""
        for _ in range(clients):
            number = len(self._threads)
            thread = threading.Thread(target=self._ask, args=(number, Client(self.cluster)), daemon=True)
            self._threads.append(thread)
            thread.start()

    def more(self, count: int) -> None:
        """Wait until so many more have been answered."""
        goal = len(self.asked) + count
        eventually(lambda: len(self.asked) >= goal, f"{count} more answers")

    def count(self, *became: Became) -> int:
        return sum(one.became in became for one in list(self.asked))

    def _ask(self, number: int, client: Client) -> None:
        turn = 0
        while not self._halt.is_set():
            turn += 1
            namespace = self.namespaces[turn % len(self.namespaces)]
            privileged = (turn // len(self.namespaces)) % 2 == 0
            self.asked.append(_asked(client, namespace, f"{number}-{turn}", privileged))
            self._halt.wait(self.pause if self.asked[-1].became is not Became.LOST else 0.2)
        client.close()


def _asked(client: Client, namespace: str, name: str, privileged: bool) -> Asked:
    begun = time.monotonic()
    try:
        answer = client.create(namespace, pod(name, PRIVILEGED if privileged else PLAIN))
        became, said = answer.became, answer.message
    except (OSError, http.client.HTTPException) as error:
        became, said = Became.LOST, repr(error)
    return Asked(namespace, name, privileged, begun, time.monotonic(), became, said)


@dataclass
class Times:
    """Spans of time in which something was down."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    _begun: float = 0.0

    def begin(self) -> None:
        self._begun = time.monotonic()

    def end(self) -> None:
        self.spans.append((self._begun, time.monotonic()))


def proven(load: Load, *, ignoring: Sequence[str] = (), gate: Times | None = None, server: Times | None = None) -> None:
    """That each request became what it may have become, and that what is there is what was answered.

    `ignoring` are the namespaces whose failure policy is to let pass; `gate` and `server` when each was down.
    """
    gate_down, server_down = (gate or Times()).spans, (server or Times()).spans
    wrong = [one for one in load.asked if not _may_be(one, one.namespace in ignoring, gate_down, server_down)]
    assert not wrong, f"{len(wrong)} of {len(load.asked)}, {_counted(load)}; the first: {wrong[0]}"
    for namespace in load.namespaces:
        _matched(load, namespace, namespace in ignoring)


def _may_be(
    one: Asked, ignoring: bool, gate: Iterable[tuple[float, float]], server: Iterable[tuple[float, float]]
) -> bool:
    match one.became:
        case Became.ADMITTED:
            return not one.privileged or (ignoring and one.during(gate))
        case Became.REFUSED:
            return one.privileged
        case Became.UNREACHED:
            return not ignoring and one.during(gate)
        case _:
            return one.during(server)


def _matched(load: Load, namespace: str, ignoring: bool) -> None:
    there = {one["metadata"]["name"]: one for one in load.cluster.get("pods", "-n", namespace)["items"]}
    asked = {one.name: one for one in load.asked if one.namespace == namespace}
    for name, one in asked.items():
        if one.became is not Became.LOST and one.became is not Became.OTHER:
            assert (name in there) == (one.became is Became.ADMITTED), one
    privileged = [name for name, one in there.items() if _privileged(one)]
    if not ignoring:
        assert privileged == [], "nothing that is to be blocked may be there"
    assert all(asked[name].privileged for name in privileged if name in asked)


def _privileged(one: Mapping[str, Any]) -> bool:
    return any(each.get("securityContext", {}).get("privileged") for each in one["spec"]["containers"])


def _counted(load: Load) -> str:
    return ", ".join(f"{count} {became}" for became, count in Counter(one.became for one in load.asked).items())
