"""Taking a snapshot of a cluster: all that any control may ask for, whole, and no secret."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hardstand.controls.control import Control
from hardstand.engine.kinds import wanted_by
from hardstand.model.run import Unreadable
from hardstand.sources.cluster.errors import ClusterError
from hardstand.sources.interface import Gap, Page
from hardstand.sources.snapshot.header import About, KindRead
from hardstand.wiring.clusters import ClusterRequest, connected
from hardstand.wiring.veiling import Veils, veiled

if TYPE_CHECKING:
    from hardstand.sources.cluster.reading import ClusterReading
    from hardstand.sources.cluster.secret_values import FingerprintKey
    from hardstand.sources.snapshot.spool import Spooled

_TOLD_EVERY = 100


def taken(
    where: ClusterRequest,
    controls: Sequence[Control],
    key: "FingerprintKey",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int, int], None] | None = None,
) -> "Spooled":
    """All of a cluster that any of the controls asks for, ready to be written. ClusterError where it cannot be asked.

    Objects are read whole, so that later versions of the controls find what they look at.
    """
    from hardstand.sources.cluster.reading import ClusterReading
    from hardstand.sources.snapshot.spool import spool

    begun = now()
    needs = wanted_by("snapshot", controls)
    reading = ClusterReading(connected(where), needs, where.namespaces, key)
    reading.open()
    count = Veils()
    pages = veiled(_watched(reading, progress), key.key, count)
    return spool(pages, lambda: _about(reading, where, key.id, begun, count))


def key_from(file: str | None, history: str | None = None) -> "FingerprintKey":
    """The key for fingerprints that a file holds, that of a history, or else one for this run alone.

    ClusterError where it cannot be had.
    """
    from hardstand.sources.cluster.secret_values import FingerprintKey

    if file is None and history is not None:
        from hardstand.sources.history.keeping import own_key

        file = own_key(history)
    return FingerprintKey.from_file(file) if file is not None else FingerprintKey()


def _watched(found: "ClusterReading", progress: Callable[[int, int], None] | None) -> Iterator[Page | Unreadable | Gap]:
    objects = 0
    for one in found:
        objects += isinstance(one, Page)
        if progress and objects % _TOLD_EVERY == 0:
            progress(objects, 0)
        yield one
    if progress:
        progress(objects, objects)


def _about(reading: "ClusterReading", where: ClusterRequest, key_id: str, begun: datetime, count: Veils) -> About:
    served = reading.served
    whole = not where.namespaces
    return About(
        taken_at=begun.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        cluster=reading.client.cluster,
        server=_version(reading),
        fingerprint_key=key_id,
        kinds=tuple(
            KindRead(
                kind.group,
                one.version,
                kind.name,
                one.plural,
                one.namespaced,
                resource_version=version if whole or not one.namespaced else None,
            )
            for kind, version in reading.resource_versions.items()
            if (one := served.resources.get(kind)) is not None
        ),
        served=tuple(sorted(served.resources)),
        silent=tuple(sorted(served.dead)),
        namespaces=None if whole else tuple(where.namespaces),
        masked=count.masked,
        unmasked=count.unmasked,
    )


def _version(reading: "ClusterReading") -> str | None:
    """None where the server does not tell: nothing hangs on it."""
    try:
        return reading.client.version()
    except ClusterError:
        return None
