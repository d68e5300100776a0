"""Whether one connection is allowed, as a probe asks it, and why."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.connections import place_of
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.services import Services
from hardstand.inventory.views.services import Service, ServicePort
from hardstand.model.violation import MalformedFieldError
from hardstand.network.reaching.pod_names import Meant, PodNames
from hardstand.network.reaching.probes import Asked, Probe, probe_of

_ITSELF = "a pod cannot be kept from itself"
"""Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ (Pods cannot block themselves.)"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe is answered."""

    allowed: bool | None
    """None where nobody can tell."""
    because: str


class Prober:
    """Answers probes over one estate.

    `doubts`: what could not be read, and may make any answer another one: it goes with every answer.
    """

    def __init__(self, estate: Estate, services: Iterable[Service], doubts: Sequence[str] = ()) -> None:
        everything = list(services)
        self.doubts = tuple(doubts)
        self._estate = estate
        self._names = PodNames(estate)
        self._services = Services(everything, estate.peers)
        self._by_address: dict[str, Service] = {}
        for one in everything:
            self._by_address.update(dict.fromkeys(_addresses(one), one))

    def answer(self, probe: Probe) -> Answer:
        """The answer, by what could be read. ValueError for an end that there is not."""
        source = self._end(probe.source)
        if probe.destination.service or probe.destination.ip in self._by_address:
            return self._to_service(source, probe)
        return self._between(source, self._end(probe.destination), probe.protocol, probe.port)

    def _end(self, asked: Asked) -> Meant:
        return self._names.at(asked.ip) if asked.ip else self._names.pod(asked.namespace, asked.pod)

    def _between(self, source: Meant, destination: Meant, protocol: str, port: int) -> Answer:
        if source.itself and source.itself == destination.itself:
            return Answer(True, _ITSELF)
        return together(
            [self._trace(one, other, protocol, port) for one in source.peers for other in destination.peers]
        )

    def _trace(self, source: Peer, destination: Peer, protocol: str, port: int) -> Answer:
        outside = (Sort.BLOCK, Sort.NAME)
        if source.sort in outside and destination.sort in outside:
            return Answer(None, "both ends are outside of the cluster, and no policy of it is asked")
        traced = self._estate.trace(source, destination, protocol, port)
        return Answer(traced.allowed, traced.because)

    def _to_service(self, source: Meant, probe: Probe) -> Answer:
        """A Service is none that policies know: they are asked of the connection to the pods behind it."""
        asked = probe.destination
        known = self._by_address.get(asked.ip)
        several = [known] if known is not None else self._services.named(asked.namespace, asked.service)
        if not several:
            raise ValueError(f"there is no Service {asked.namespace}/{asked.service}")
        try:
            return together([self._through(source, one, probe) for one in several])
        except MalformedFieldError as error:
            return Answer(None, f"the Service cannot be read: {error}")

    def _through(self, source: Meant, service: Service, probe: Probe) -> Answer:
        name = f"Service {service.namespace}/{service.name}"
        spec = service.spec
        if spec.type == "ExternalName" or not spec.selector:
            return Answer(None, f"{name} selects no pods: where it leads is written elsewhere")
        selected = self._services.selected(service)
        if not selected:
            return Answer(False, f"{name} selects no pod that was read")
        if spec.cluster_ip == "None":  # Its name is that of the pods, whose ports are called as they are.
            pods = Meant(list(self._estate.peers.among(selected)))
            return self._between(source, pods, probe.protocol, probe.port)

        def wanted(one: ServicePort) -> bool:
            return one.port == probe.port and (one.protocol or "TCP") == probe.protocol

        answers = [
            self._between(source, Meant([peer]), probe.protocol, place_of(first)[1])
            for bits, connections in self._services.behind(service, wanted).items()
            for first, _ in connections.spans
            for peer in self._estate.peers.among(bits)
        ]
        return (
            together(answers) if answers else Answer(False, f"{name} has no port {probe.port_text} that leads to pods")
        )


def together(answers: Sequence[Answer]) -> Answer:
    """One answer for several pods: where they differ it hangs on which of them is meant."""
    said = {one.allowed for one in answers}
    if len(said) == 1:
        return Answer(said.pop(), "; ".join(dict.fromkeys(one.because for one in answers)))
    if not said:
        return Answer(None, "no address of that family was told apart")
    first = {one.allowed: one.because for one in reversed(answers)}
    words = {True: "allowed", False: "denied", None: "not known"}
    parts = [f"{words[allowed]}: {first[allowed]}" for allowed in (True, False, None) if allowed in first]
    return Answer(None, f"it depends on which pod is meant ({' | '.join(parts)})")


def answers(prober: Prober, lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """One answer a line, as JSON, and what is wrong with the line; empty lines are answered by empty ones."""
    for line in lines:
        if not line.strip():
            yield "", ""
            continue
        try:
            answer = prober.answer(probe_of(json.loads(line)))
        except (ValueError, RecursionError) as error:
            fault = f"no JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)
            yield json.dumps({"allowed": None, "error": fault}, ensure_ascii=False), fault
            continue
        yield json.dumps(told(answer, prober.doubts), ensure_ascii=False), ""


def told(answer: Answer, doubts: Sequence[str]) -> dict[str, object]:
    """An answer as data. With doubts it is what could be read, and says that nobody knows."""
    found: dict[str, object] = {"allowed": answer.allowed, "because": answer.because}
    if doubts:
        found |= {"unknown": True, "doubts": list(doubts)}
    return found


def _addresses(one: Service) -> Iterator[str]:
    """The addresses by which a Service is called inside of the cluster."""
    try:
        found = [one.spec.cluster_ip, *one.spec.cluster_ips]
    except MalformedFieldError:
        return
    yield from (text for text in found if text and text != "None")
