"""Serve the gate: follow the cluster first, then answer, until SIGTERM."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from hardstand.baseline.baseline import Baseline
from hardstand.engine.settings import Settings
from hardstand.gate.hooks import PATH, SERVICE, configuration, hooks
from hardstand.gate.kinds import gated
from hardstand.gate.server import certificates, hosting
from hardstand.gate.server.interface import Limits
from hardstand.gate.server.keepers import BundleTarget, FileKeeper, Keeper, SharedKeeper
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.server import Server
from hardstand.gate.server.stores import CertificateStore, FileStore
from hardstand.ledger.journal import Journal
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.path import Value
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.secret_values import FingerprintKey, without_values
from hardstand.wiring.clusters import ClusterRequest, connected, controls_held
from hardstand.wiring.feeding import Feed
from hardstand.wiring.gating.installing import HookTarget, SecretStore
from hardstand.wiring.gating.picture import PORTION, GatePicture

Later = Callable[[Callable[[], object]], None]
"""Has something done on the server's thread."""

IMAGE_PATH = "/image-policy"
_RECONCILE, _SOONER = 600.0, 10.0
"""Seconds between two fresh lists of everything, and where nobody answered the last time."""

_LOOK = 2.0
"""Seconds between two looks at the baseline."""


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What to serve, where, and what may be written."""

    where: ClusterRequest
    settings: Settings
    controls: Sequence[str] | None
    host: str
    port: int
    names: Sequence[str] = ()
    """Names and addresses that it is asked by, besides those of its Service."""
    url: str | None = None
    """How API servers reach it where it is no Service: `https://ADDRESS:PORT`."""
    files: tuple[Path, Path] | None = None
    """Certificate and key that somebody else renews."""
    authority: Path | None = None
    """The CA of those files, for API servers to trust."""
    client_ca: Path | None = None
    """Only clients whose certificate it has signed may ask."""
    folder: Path | None = None
    """Where certificates are kept that are not shared through a Secret."""
    apply: bool = False
    """Write the Secret of the certificates and the webhook configuration to the cluster."""
    record: Path | None = None
    keep: float = 1.0
    """The part of what was admitted that is recorded."""
    limits: Limits = Limits()  # noqa: RUF009 - frozen


def serve_gate(
    request: GateRequest,
    reload: Callable[[], Baseline | None],
    say: Callable[[str], None],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    `reload` is asked every few seconds for a baseline in place of the one that is held; None where it is the same.
    ClusterError, CertificateError and OSError where it cannot begin.
    """
    client, key = connected(request.where), _key(request.where)
    settings = replace(request.settings, cluster=client.cluster, today=_today(), excerpts=False)
    held = controls_held(request.controls, settings)
    feed = Feed(client, held, (), key, progress)
    recorder = Journal(request.record) if request.record else None
    server: list[Server] = []

    def later(function: Callable[[], object]) -> None:
        for one in server:
            one.call(function)

    picture = GatePicture(
        settings,
        request.controls,
        namespace=settings.baseline.gate.namespace,
        conceal=lambda data: _concealed(data, key),
        recorder=recorder,
        keep=request.keep,
        later=later,
        say=say,
    )
    listening = hosting.listen(request.host, request.port)
    try:
        feed.begin()
        pages, gone = feed.changes.take()
        picture.take(pages, gone, feed.gaps)
        if progress:
            progress(len(pages), len(pages))
        say(f"the picture of {client.cluster} holds {len(picture.answering.live)} objects")
        with _following(feed, picture, later, reload, say):
            hosting.host(
                listening,
                _routes(request, picture),
                _keeper(request, client, picture, say),
                hosting.Vitals(lambda: feed.age, lambda: picture.answering.emergency),
                say,
                started=lambda made: _started(made, server, listening.getsockname()[1], say),
            )
    finally:
        listening.close()
        feed.close()
        if recorder is not None:
            recorder.close()


def _started(made: Server, server: list[Server], port: int, say: Callable[[str], None]) -> None:
    server.append(made)
    say(f"serving on port {port}")


def _routes(request: GateRequest, picture: GatePicture) -> Routes:
    return Routes(
        handlers={PATH: picture.validate, IMAGE_PATH: picture.images},
        big={PATH: picture.validate_big, IMAGE_PATH: picture.images_big},
        metrics=Metrics(),
        limits=request.limits,
        verified_only=request.client_ca is not None,
    )


def _keeper(request: GateRequest, client: Client, picture: GatePicture, say: Callable[[str], None]) -> Keeper:
    target: BundleTarget = (
        HookTarget(client, lambda: _configuration(request, picture), say) if request.apply else _Nowhere()
    )
    namespace = request.settings.baseline.gate.namespace
    if request.files is not None:
        if request.apply and request.authority is not None:
            target.put(request.authority.read_bytes())
        return FileKeeper(*request.files, request.client_ca)
    store: CertificateStore
    if request.folder is not None:
        request.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = FileStore(request.folder / "certificates.json")
    else:
        store = SecretStore(client, namespace, say)
    names = [*certificates.service_names(SERVICE, namespace), *request.names]
    client_ca = request.client_ca
    return SharedKeeper(store, target, names, (lambda: client_ca.read_bytes()) if client_ca else (lambda: b""))


def _configuration(request: GateRequest, picture: GatePicture) -> Mapping[str, Any]:
    """The webhook configuration for the namespaces and tiers of the picture, as it is now."""
    live = picture.answering.live
    baseline = live.settings.baseline
    resources = gated(picture.controls(live.settings), live.settings.customs).resources
    made = configuration(baseline.gate, hooks(baseline.gate, live.standings.highest()), resources)
    if request.url is not None:
        for one in made["webhooks"]:
            one["clientConfig"] = {"url": request.url.rstrip("/") + PATH}
    return made


class _Nowhere:
    """A BundleTarget for where somebody else tells API servers whom to trust."""

    def put(self, bundle: bytes) -> None:
        """As BundleTarget."""


@contextmanager
def _following(
    feed: Feed,
    picture: GatePicture,
    later: Later,
    reload: Callable[[], Baseline | None],
    say: Callable[[str], None],
) -> Iterator[None]:
    """Keep the picture up to date meanwhile, the day and the baseline too."""
    thread = threading.Thread(target=_follow, args=(feed, picture, later, reload, say), name="picture", daemon=True)
    thread.start()
    try:
        yield
    finally:
        feed.stop()
        thread.join(5.0)


def _follow(
    feed: Feed,
    picture: GatePicture,
    later: Later,
    reload: Callable[[], Baseline | None],
    say: Callable[[str], None],
) -> None:
    day, due, looked = _today(), time.monotonic() + _RECONCILE, time.monotonic()
    told: dict[Kind, str] = {}
    gaps = feed.gaps
    while not feed.ended:
        feed.gather(1.0)
        _hand_over(feed, picture, later, gaps)
        gaps = feed.gaps
        if feed.broken != told:
            told = dict(feed.broken)
            say(f"{len(told)} kinds cannot be followed at the moment" if told else "everything is followed again")
        if _today() != day:
            day = _today()
            later(partial(picture.on_day, day))
        if time.monotonic() >= due:
            due = time.monotonic() + (_RECONCILE if feed.list_again() else _SOONER)
        if time.monotonic() - looked >= _LOOK:
            looked = time.monotonic()
            baseline = reload()
            if baseline is not None:
                say(f"the baseline has changed: {baseline.path}")
                later(partial(picture.hold, baseline))


def _hand_over(feed: Feed, picture: GatePicture, later: Later, gaps: Sequence[Gap]) -> None:
    """Have the picture take in what happened, in portions."""
    (pages, gone), now = feed.changes.take(), feed.gaps
    if gone or now != gaps:
        later(partial(picture.take, (), gone, now))
    for at in range(0, len(pages), PORTION):
        later(partial(picture.take, pages[at : at + PORTION], (), now))


def _concealed(data: Mapping[str, Value], key: FingerprintKey) -> Mapping[str, Value]:
    return without_values(data, key)


def _key(where: ClusterRequest) -> FingerprintKey:
    return FingerprintKey.from_file(where.fingerprint_key) if where.fingerprint_key else FingerprintKey()


def _today() -> date:
    return datetime.now(UTC).date()
