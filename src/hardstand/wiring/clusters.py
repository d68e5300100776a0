"""Clusters as inputs. What talks to them is imported when one is asked for, and by no verb that reads files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hardstand.controls.control import Control
from hardstand.engine.kinds import wanted
from hardstand.engine.settings import Settings
from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.sources.cluster.errors import ClusterError as ClusterError  # For doors and verbs to catch.
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.interface import Gap, Page, Unreadable
from hardstand.wiring.judging import selected
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.veiling import Veils, veiled
from hardstand.wiring.versions import pod_security_of

if TYPE_CHECKING:
    from hardstand.sources.cluster.client import Client
    from hardstand.sources.cluster.reading import ClusterReading

_LARGE = 1 << 30
"""A guess at the bytes of a cluster: enough for memory to matter more than time."""

_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class ClusterRequest:
    """Which cluster, and how much of it."""

    kubeconfig: str | None = None
    context: str | None = None
    namespaces: Sequence[str] = ()
    """Only these, and what lies in no namespace; nothing is all."""
    name: str | None = None
    """What to call the cluster, where the kubeconfig's name is not what the baseline goes by."""
    configz: bool = False
    """Ask the components, too, how they are configured; it takes rights that can do far more."""
    fingerprint_key: str | None = None
    """A file with the key for fingerprints of secret values; without one they differ from run to run."""


def connected(where: ClusterRequest) -> "Client":
    """A client for a cluster; nothing is asked yet. ClusterError where none is named, or what reads it is missing."""
    from hardstand.sources.cluster.kubeconfig import access

    try:
        from hardstand.sources.cluster.client import Client
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"reading a cluster takes {error.name}, which is not installed", "`pip install 'hardstand[cluster]'`"
        ) from None
    found = access(where.kubeconfig, where.context)
    return Client(replace(found, cluster=where.name) if where.name else found)


def controls_held(ids: Sequence[str] | None, settings: Settings) -> Sequence[Control]:
    """The controls that are evaluated: those with these ids, or all, and those that exceptions to them depend on."""
    controls = selected(ids, settings.customs)
    also = settings.baseline.compensating([one.id for one in controls])
    return [*controls, *selected(tuple(also.difference(one.id for one in controls)), settings.customs)]


def reading_of(where: ClusterRequest, needs: Mapping[Kind, Need]) -> "ClusterReading":
    """What is needed of a cluster, seen to be there to ask; iterating gives pages and gaps. ClusterError."""
    client = connected(where)
    from hardstand.sources.cluster.reading import ClusterReading
    from hardstand.sources.cluster.secret_values import FingerprintKey

    key = FingerprintKey.from_file(where.fingerprint_key) if where.fingerprint_key else FingerprintKey()
    reading = ClusterReading(client, needs, where.namespaces, key)
    reading.open()
    return reading


def with_cluster(
    request: ScanRequest,
    where: ClusterRequest,
    progress: Callable[[int, int], None] | None = None,
    also: Sequence[Control] = (),
    *,
    veil: bool = False,
) -> ScanRequest:
    """The request, with a cluster as a further input and as the one that all is said to be of.

    What was not listed of it is told as a gap, so the picture counts as complete. `progress` is called with how many
    objects were read, and 0 until that is all. What `also` holds needs is read besides. `veil`: of literal secrets
    only stand-ins are read, as of a snapshot, for what prints objects. ClusterError where the cluster cannot be asked.
    """
    needs = wanted([*controls_held(request.controls, request.settings), *also])
    return _with(request, where, progress, needs, veil=veil)


def with_survey(
    request: ScanRequest,
    where: ClusterRequest,
    needs: Mapping[Kind, Need],
    progress: Callable[[int, int], None] | None = None,
) -> ScanRequest:
    """The same, where nothing is judged: of the cluster is read what `needs` names."""
    return _with(request, where, progress, needs)


def _with(
    request: ScanRequest,
    where: ClusterRequest,
    progress: Callable[[int, int], None] | None,
    needs: Mapping[Kind, Need],
    *,
    veil: bool = False,
) -> ScanRequest:
    settings = request.settings
    reading = reading_of(where, needs)
    name = reading.client.cluster
    return replace(
        request,
        settings=replace(
            settings,
            cluster=name,
            complete=True,
            pod_security=pod_security_of(reading.client.version(), settings.pod_security),
        ),
        more=(*request.more, ("cluster", name, ClusterUnit(name, reading, progress, configz=where.configz, veil=veil))),
    )


@dataclass(frozen=True, slots=True)
class ClusterUnit:
    """A cluster as a unit of reading."""

    path: str
    reading: "ClusterReading"
    progress: Callable[[int, int], None] | None = None
    size: int = _LARGE
    configz: bool = False
    """Ask the components, too, how they are configured."""
    veil: bool = False
    """Give stand-ins for literal secrets."""

    def open(self) -> Iterator[Page | Unreadable | Gap]:
        """The pages and gaps, telling how many there were so far."""
        count = 0
        for found in self._all():
            count += 1
            if self.progress and count % _TOLD_EVERY == 0:
                self.progress(count, 0)
            yield found
        if self.progress:
            self.progress(count, count)

    def _all(self) -> Iterator[Page | Unreadable | Gap]:
        yield from veiled(self.reading, self.reading.key.key, Veils()) if self.veil else self.reading
        if self.configz:
            from hardstand.sources.cluster.configz import components

            yield from components(self.reading.client.read)
