"""Pages as a cluster gives them, for tests."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hardstand.engine.settings import Settings
from hardstand.model.kind import CLUSTER_SCOPED, Kind, group_of
from hardstand.model.live import live_name
from hardstand.model.run import Run
from hardstand.sources.interface import Gap, Page, Unreadable
from hardstand.wiring import ScanRequest, scan


@dataclass(frozen=True)
class Given:
    """A unit of pages and gaps."""

    pages: tuple[Page | Unreadable | Gap, ...]
    path: str = "test"
    size: int = 1

    def open(self) -> Iterator[Page | Unreadable | Gap]:
        yield from self.pages


def page(data: dict[str, Any]) -> Page:
    """The live page of an object."""
    version, kind, metadata = data["apiVersion"], data["kind"], data["metadata"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    scoped = Kind(group_of(version), kind) in CLUSTER_SCOPED
    home = "" if scoped else f"/namespaces/{metadata.get('namespace', 'default')}"
    name = live_name(f"{root}{home}/{kind.lower()}s/{metadata['name']}")
    return Page(name, json.dumps(data, separators=(",", ":")).encode(), live=True)


def scan_live(
    given: Sequence[dict[str, Any] | Gap], settings: Settings | None = None, *, now: datetime | None = None, **more: Any
) -> Run:
    """The Run over these objects as one cluster."""
    unit = Given(tuple(one if isinstance(one, Gap) else page(one) for one in given))
    settings = settings or Settings(complete=True, cluster="test")
    request = ScanRequest(paths=(), settings=settings, more=[("cluster", "test", unit)], **more)
    return scan(request, lambda: now or datetime.now(UTC))
