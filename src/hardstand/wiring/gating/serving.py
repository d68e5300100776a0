"""Serve the gate: follow the cluster first, then answer, until SIGTERM."""

import contextlib
import fcntl
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hardstand.baseline.baseline import Baseline
from hardstand.engine.kinds import followed
from hardstand.engine.settings import Settings
from hardstand.gate.hooks import PATH, SERVICE, TAKE_AWAY, configuration, hooks
from hardstand.gate.kinds import gated
from hardstand.gate.server import certificates, hosting
from hardstand.gate.server.interface import Limits
from hardstand.gate.server.keepers import BundleTarget, FileKeeper, Keeper, SharedKeeper
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.server import Server
from hardstand.gate.server.stores import CertificateStore, FileStore
from hardstand.ledger.journal import Journal
from hardstand.model.path import Value
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.secret_values import FingerprintKey, without_values
from hardstand.wiring.clusters import ClusterRequest, connected, controls_held
from hardstand.wiring.feeding import Feed
from hardstand.wiring.gating.errors import GateError
from hardstand.wiring.gating.following import Following, today
from hardstand.wiring.gating.installing import ROLES, HookTarget, InstallingFiles, SecretStore
from hardstand.wiring.gating.picture import GatePicture
from hardstand.wiring.gating.rights import unlisted
from hardstand.wiring.gating.turns import Turns
from hardstand.wiring.versions import pod_security_of

IMAGE_PATH = "/image-policy"


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
    ClusterError, CertificateError and GateError where it cannot begin or go on.
    """
    if request.files is not None:
        FileKeeper(*request.files, request.client_ca).refresh()  # What is wrong with them is told before all else.
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(_listening(request.host, request.port))
        recorder = stack.enter_context(_recording(request.record)) if request.record else None
        client, key = connected(request.where), _key(request.where)
        settings = replace(request.settings, cluster=client.cluster, today=today(), excerpts=False)
        feed = Feed(client, followed(controls_held(request.controls, settings)), (), key, progress, verb="gate")
        settings = replace(settings, pod_security=pod_security_of(client.version(), settings.pod_security))
        stack.callback(feed.close)
        later = Turns()
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
        _begin(feed, picture, say, progress)
        keeper = _keeper(request, client, picture, say)
        stack.enter_context(Following(feed, picture, later, reload, say).running())
        hosting.host(
            listening,
            _routes(request, picture),
            keeper,
            hosting.Vitals(lambda: feed.age, lambda: picture.answering.emergency),
            say,
            started=lambda made: _started(made, later, listening.getsockname()[1], request, say),
        )
        if request.apply:
            say(_gone(outside=_outside(request)))


def _begin(
    feed: Feed, picture: GatePicture, say: Callable[[str], None], progress: Callable[[int, int], None] | None
) -> None:
    """Take in everything that there is. GateError where nothing may be read."""
    feed.begin()
    pages, gone = feed.changes.take()
    picture.take(pages, gone, feed.gaps)
    picture.publish()
    if progress:
        progress(len(pages), len(pages))
    count, cluster = len(picture.answering.live), feed.client.cluster
    if feed.gaps and not count:
        raise GateError(f"nothing of {cluster} can be read: {feed.gaps[0].reason}", ROLES)
    say(f"the picture of {cluster} holds {count} objects")
    for line in unlisted(feed.gaps, picture.controls(picture.answering.live.settings)):
        say(line)


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listening = hosting.listen(host, port)
    except OSError as error:
        # Python puts the address behind the reason of a failed bind, where it is known already.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        place = f"{host or 'all addresses'}, port {port}"
        raise GateError(f"cannot listen on {place}: {why}", "name others with --listen HOST:PORT") from error
    with listening:
        yield listening


@contextlib.contextmanager
def _recording(folder: Path) -> Iterator[Journal]:
    """The journal in a folder, which is for one process alone: a lock holds off others while this one lives."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise GateError(f"--record {folder}: {error.strerror}", "name a folder that it may write") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with contextlib.closing(Journal(folder)) as journal:
            yield journal
    except BlockingIOError:
        raise GateError(f"--record {folder}: another gate records there", "name a folder for each") from None
    finally:
        os.close(lock)


def _started(made: Server, later: Turns, port: int, request: GateRequest, say: Callable[[str], None]) -> None:
    later.begin(made)
    say(f"serving on port {port}")
    if request.apply and request.url is None and "KUBERNETES_SERVICE_HOST" not in os.environ:
        say("this is no pod: the Service that API servers ask leads elsewhere; --url https://ADDRESS:PORT leads here")
    elif request.url is not None and urlsplit(request.url).port not in (None, port):
        say(f"API servers ask {request.url}, and this listens on port {port}: is something between them?")


def _outside(request: GateRequest) -> bool:
    return request.url is not None or "KUBERNETES_SERVICE_HOST" not in os.environ


def _gone(*, outside: bool) -> str:
    """What is left behind, and how it ends. Outside of the cluster no binding of the gate's name gives the rights."""
    again = "stop the gate first wherever else it runs, for it would write them again; then " if outside else ""
    return (
        f"gone; the webhooks stay, and requests are dealt with by their failure policies: {again}{TAKE_AWAY} ends that"
    )


def _routes(request: GateRequest, picture: GatePicture) -> Routes:
    return Routes(
        handlers={PATH: picture.validate, IMAGE_PATH: picture.images},
        big={PATH: picture.validate_big, IMAGE_PATH: picture.images_big},
        metrics=_metrics(picture),
        limits=request.limits,
        verified_only=request.client_ca is not None,
    )


def _metrics(picture: GatePicture) -> Metrics:
    made = Metrics()
    text = "Reviews that a control could not decide, since the gate may not list what it depends on."
    made.counted("undecided_total", text, "control", picture.undecided.counts)
    return made


def _keeper(request: GateRequest, client: Client, picture: GatePicture, say: Callable[[str], None]) -> Keeper:
    target: BundleTarget = (
        HookTarget(client, lambda: _configuration(request, picture), say) if request.apply else _Nowhere()
    )
    namespace = request.settings.baseline.gate.namespace
    if request.files is not None:
        files = FileKeeper(*request.files, request.client_ca)
        return InstallingFiles(files, target, request.authority) if request.apply and request.authority else files
    store: CertificateStore
    if request.folder is not None:
        try:
            request.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise GateError(f"--certificates {request.folder}: {error.strerror}") from error
        store = FileStore(request.folder / "certificates.json")
    else:
        store = SecretStore(client, namespace, say)
    names = [*certificates.service_names(SERVICE, namespace), *request.names]
    client_ca = request.client_ca
    return SharedKeeper(store, target, names, (lambda: client_ca.read_bytes()) if client_ca else (lambda: b""))


def _configuration(request: GateRequest, picture: GatePicture) -> Mapping[str, Any]:
    """The webhook configuration for the namespaces and tiers of the picture, as it was published."""
    published = picture.published
    settings, baseline = published.settings, published.settings.baseline
    resources = gated(picture.controls(settings), settings.customs).resources
    made = configuration(baseline.gate, hooks(baseline.gate, published.tiers), resources)
    if request.url is not None:
        for one in made["webhooks"]:
            one["clientConfig"] = {"url": request.url.rstrip("/") + PATH}
    return made


class _Nowhere:
    """A BundleTarget for where somebody else tells API servers whom to trust."""

    def put(self, bundle: bytes) -> None:
        """As BundleTarget."""


def _concealed(data: Mapping[str, Value], key: FingerprintKey) -> Mapping[str, Value]:
    return without_values(data, key)


def _key(where: ClusterRequest) -> FingerprintKey:
    return FingerprintKey.from_file(where.fingerprint_key) if where.fingerprint_key else FingerprintKey()
