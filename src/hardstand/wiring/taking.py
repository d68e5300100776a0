"""Taking a snapshot of a cluster: all that any control may ask for, whole, and no secret."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hardstand.analysis.masking import masked
from hardstand.controls.control import Control
from hardstand.engine.kinds import wanted_by
from hardstand.model.run import Unreadable
from hardstand.sources.cluster.errors import ClusterError
from hardstand.sources.interface import Gap, Page
from hardstand.sources.snapshot.header import About, KindRead
from hardstand.wiring.clusters import ClusterRequest, connected

if TYPE_CHECKING:
    from hardstand.sources.cluster.reading import ClusterReading
    from hardstand.sources.cluster.secret_values import FingerprintKey
    from hardstand.sources.snapshot.spool import Spooled

_TOLD_EVERY = 100


@dataclass(slots=True)
class _Counted:
    """What happened on the way."""

    objects: int = 0
    masked: int = 0
    unmasked: int = 0


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
    counted = _Counted()
    pages = _masked(_watched(reading, counted, progress), key.key, counted)
    return spool(pages, lambda: _about(reading, where, key.id, begun, counted))


def key_from(file: str | None, history: str | None = None) -> "FingerprintKey":
    """The key for fingerprints that a file holds, that of a history, or else one for this run alone.

    ClusterError where it cannot be had.
    """
    from hardstand.sources.cluster.secret_values import FingerprintKey

    if file is None and history is not None:
        from hardstand.sources.history.keeping import own_key

        file = own_key(history)
    return FingerprintKey.from_file(file) if file is not None else FingerprintKey()


def _watched(
    found: "ClusterReading", counted: _Counted, progress: Callable[[int, int], None] | None
) -> Iterator[Page | Unreadable | Gap]:
    for one in found:
        counted.objects += isinstance(one, Page)
        if progress and counted.objects % _TOLD_EVERY == 0:
            progress(counted.objects, 0)
        yield one
    if progress:
        progress(counted.objects, counted.objects)


def _masked(
    found: Iterator[Page | Unreadable | Gap], key: bytes, counted: _Counted
) -> Iterator[Page | Unreadable | Gap]:
    """The pages with stand-ins for the secrets that lie outside of Secrets."""
    for one in found:
        if not isinstance(one, Page):
            yield one
            continue
        data = json.loads(one.data)
        copy = masked(data, key)
        counted.masked += copy.masked
        counted.unmasked += copy.unmasked
        if copy.masked:
            text = json.dumps(copy.data, separators=(",", ":"), ensure_ascii=False)
            one = replace(one, data=text.encode("utf-8", "surrogatepass"))
        yield one


def _about(reading: "ClusterReading", where: ClusterRequest, key_id: str, begun: datetime, counted: _Counted) -> About:
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
        masked=counted.masked,
        unmasked=counted.unmasked,
    )


def _version(reading: "ClusterReading") -> str | None:
    """None where the server does not tell: nothing hangs on it."""
    try:
        return reading.client.version()
    except ClusterError:
        return None
