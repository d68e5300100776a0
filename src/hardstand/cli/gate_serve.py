"""Answer API servers over TLS: `/validate`, `/image-policy`, `/healthz`, `/readyz` and `/metrics`.

The cluster is followed, so that what is asked for is judged as a scan would judge it once it is there. Certificates
are made, renewed and shared through a Secret, or come from --tls-cert and --tls-key. Without --apply nothing is written
to the cluster. The baseline is looked at every few seconds: a changed one is held without a restart, and one that
cannot be used changes nothing. It goes on until SIGTERM.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of, named
from hardstand.cli.cluster import add_cluster, cluster_request
from hardstand.cli.errors import PASSED, UsageError
from hardstand.cli.reading import add_choosing, progress
from hardstand.cli.select import chosen
from hardstand.engine.settings import Settings
from hardstand.wiring import ClusterError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    serving = parser.add_argument_group("serving")
    serving.add_argument("--listen", default=":8443", metavar="HOST:PORT", type=_address, help="default :8443")
    serving.add_argument(
        "--url", metavar="URL", type=_url, help="how API servers reach it, where it is no Service of the cluster"
    )
    serving.add_argument(
        "--name", action="append", default=[], metavar="NAME",
        help="a name or address that it is asked by, besides those of its Service; repeatable",
    )  # fmt: skip
    serving.add_argument("--tls-cert", metavar="FILE", type=Path, help="a certificate that somebody else renews")
    serving.add_argument("--tls-key", metavar="FILE", type=Path, help="its key")
    serving.add_argument("--tls-ca", metavar="FILE", type=Path, help="its CA, for API servers to trust; with --apply")
    serving.add_argument(
        "--certificates", metavar="DIR", type=Path, help="keep its own certificates here, not in a Secret"
    )
    serving.add_argument("--client-ca", metavar="FILE", type=Path, help="only clients that this CA has signed may ask")
    serving.add_argument(
        "--apply", action="store_true",
        help="write the Secret of its certificates and the webhook configuration to the cluster",
    )  # fmt: skip
    recording = parser.add_argument_group("recording")
    recording.add_argument("--record", metavar="DIR", type=Path, help="keep what was asked and answered here")
    recording.add_argument(
        "--keep", type=_part, default=1.0, metavar="PART",
        help="the part of what was admitted that is recorded, 0 to 1 (default 1); denials always are",
    )  # fmt: skip
    add_cluster(parser, always=True)
    parser.set_defaults(namespaces=[])
    add_choosing(parser)
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve, and give the exit status once it has gone."""
    _check(arguments)
    try:
        from hardstand.gate.server.keepers import CertificateError
        from hardstand.wiring.gating.errors import GateError
        from hardstand.wiring.gating.serving import GateRequest, serve_gate
    except ModuleNotFoundError as error:
        raise UsageError(
            f"serving takes {error.name}, which is not installed", "`pip install 'hardstand[gate]'`"
        ) from None
    baseline = baseline_of(arguments)
    settings = Settings(pod_security=arguments.pod_security_version, baseline=baseline, complete=True)
    host, port = arguments.listen
    request = GateRequest(
        where=cluster_request(arguments),
        settings=settings,
        controls=chosen(
            arguments.select, arguments.exclude, arguments.pod_security, arguments.pod_security_version,
            settings.customs,
        ),
        host=host,
        port=port,
        names=[*arguments.name, *([arguments.url[1]] if arguments.url else [])],
        url=arguments.url[0] if arguments.url else None,
        files=(arguments.tls_cert, arguments.tls_key) if arguments.tls_cert else None,
        authority=arguments.tls_ca,
        client_ca=arguments.client_ca,
        folder=arguments.certificates,
        apply=arguments.apply,
        record=arguments.record,
        keep=arguments.keep,
    )  # fmt: skip
    try:
        serve_gate(request, _reloading(arguments, baseline), _say, progress("read {done} objects"))
    except (ClusterError, GateError) as error:
        raise UsageError(str(error), error.hint) from error
    except CertificateError as error:
        raise UsageError(str(error)) from error
    return PASSED


def _check(arguments: argparse.Namespace) -> None:
    """UsageError where arguments do not go together."""
    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise UsageError("--tls-cert and --tls-key belong together", "name both files, or neither")
    if arguments.tls_cert is None and arguments.certificates is None and not arguments.apply:
        raise UsageError(
            "the certificates that it makes have to be kept somewhere",
            "--apply keeps them in a Secret, --certificates DIR in a folder; or name yours: --tls-cert, --tls-key. "
            "`hardstand gate plan` shows what would be installed",
        )
    if arguments.tls_cert is not None and arguments.apply and arguments.tls_ca is None:
        raise UsageError("--apply has to tell API servers whom to trust", "--tls-ca names the CA of --tls-cert")
    if arguments.tls_ca is not None and (arguments.tls_cert is None or not arguments.apply):
        raise UsageError("--tls-ca is told to API servers", "it belongs to --tls-cert, --tls-key and --apply")


def _reloading(arguments: argparse.Namespace, held: Baseline) -> Callable[[], Baseline | None]:
    """A function that gives the baseline when it is another than before; what is wrong with one is said once.

    So is that it is mended: who put the baseline before it back would else read of nothing but the mistake.
    """
    last, told = [_files(held)], [""]

    def refused(why: str) -> None:
        if why != told[0]:
            told[0] = why
            _say(f"the changed baseline cannot be used, and the one before is held: {why}")

    def look() -> Baseline | None:
        try:
            found = named(arguments.baseline, arguments.baseline_from)
        except UsageError as error:
            refused("; ".join([*(message for message, _ in error.before), str(error)]))
            return None
        if found.path is None and held.path is not None:
            refused(f"{held.path} is gone")
        elif found.customs != held.customs:
            refused("its own controls are others, which takes a restart")
        else:
            mended, told[0] = bool(told[0]), ""
            if _files(found) != last[0]:
                last[0] = _files(found)
                return found
            if mended:
                _say(f"the baseline can be used again, and is what it was before: {found.path or 'the built-in one'}")
        return None

    return look


def _files(baseline: Baseline) -> Sequence[str]:
    """The digests of the file and of all that it extends."""
    return [one.digest for one in baseline.layers]


def _say(text: str) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(f"{at} {text}", file=sys.stderr, flush=True)  # noqa: T201


def _address(word: str) -> tuple[str, int]:
    host, colon, port = word.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"{word!r} is not HOST:PORT, such as 127.0.0.1:8443 or :8443")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _url(word: str) -> tuple[str, str]:
    """The URL and its host. What an API server takes: https, and nothing behind the path.

    Source: k8s.io/apiserver, pkg/util/webhook/validation.go, `ValidateWebhookURL`
    """
    parts = urlsplit(word)
    try:
        good = parts.scheme == "https" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError(f"{word!r} is not https://HOST:PORT, such as https://192.0.2.7:8443")
    return word, str(parts.hostname)


def _part(word: str) -> float:
    try:
        found = float(word)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 1.0:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from 0 to 1")
    return found
