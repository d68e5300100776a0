"""Secret is written into a command, its arguments or the header of a probe.

Why
    Arguments are in the manifest, in git and in `kubectl describe`, and on the node everybody who can list processes
    reads them from `/proc`, monitoring agents included, which send them on. Probes and hooks are commands as well, or
    HTTP requests, whose headers (`Authorization: Basic …`) are in the manifest too.

Fix
    Rotate the secret. Then give it as a file: nearly every program has a flag for one (`--password-file`), or reads its
    configuration from a file. `$(VARIABLE)` from a Secret keeps it out of the manifest, not out of the process list. A
    header of a probe takes neither: let the path that is probed answer without a login, or probe with a command that
    reads one from a file.

    In Compose: rotate the secret first: it has been read by everything that read the file. Then name a file under
    `secrets`, and give the program its path `/run/secrets/NAME`.

When it is fine
    The value is no secret after all.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    - https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    - https://man7.org/linux/man-pages/man5/proc_pid_cmdline.5.html
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.secret_arguments import in_arguments
from hardstand.analysis.secret_text import in_named_value
from hardstand.controls.api import (
    COMPOSE,
    HIGH,
    KUBERNETES,
    MINIMUM,
    WEEK_1,
    Confidence,
    NotNative,
    Violations,
    control,
)
from hardstand.inventory.views.base import View
from hardstand.inventory.views.container import Container, Handler
from hardstand.model.path import Path


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P2.1",
        "twelve-controls:T2.1",
        "nsa-cisa:network.secrets",
        "nist-800-190:4.1.4",
        "nist-800-53:IA-5(7)",
        "pci-dss:8.6.2",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
    platforms=(KUBERNETES, COMPOSE),
    cel=NotNative.SECRETS,
    when=(
        "container.command",
        "container.args",
        "container.livenessProbe.exec",
        "container.livenessProbe.httpGet.httpHeaders",
        "container.readinessProbe.exec",
        "container.readinessProbe.httpGet.httpHeaders",
        "container.startupProbe.exec",
        "container.startupProbe.httpGet.httpHeaders",
        "container.lifecycle.postStart.exec",
        "container.lifecycle.postStart.httpGet.httpHeaders",
        "container.lifecycle.preStop.exec",
        "container.lifecycle.preStop.httpGet.httpHeaders",
    ),
)
def check(container: Container) -> Violations:
    """No word of a command, its arguments, a probe or a hook may be or hold a secret, nor a header of theirs."""
    for view, words, places in _commands(container):
        found: dict[int, list[str]] = {}
        for at, secret in in_arguments(words):
            found.setdefault(at, []).append(str(secret))
        for at, secrets in found.items():
            yield view.violates(f"has a literal {' and a '.join(secrets)} on its command line", *places[at])
    for handler in _handlers(container):
        for header in handler.http_get.headers:
            held = in_named_value(header.name or "", header.value or "")
            if held:
                yield header.violates(f"has a literal {held} in the header {header.name or 'without a name'}", "value")


def _commands(container: Container) -> Iterator[tuple[View, Sequence[str], Sequence[Path]]]:
    """Every list of words that is run, with their places; command and arguments are one line."""
    command, arguments = container.command, container.args
    yield container, [*command, *arguments], [*_places("command", command), *_places("args", arguments)]
    for handler in _handlers(container):
        yield handler.exec, handler.exec.command, _places("command", handler.exec.command)


def _handlers(container: Container) -> Iterator[Handler]:
    """The probes and hooks that there are."""
    handlers = (
        container.liveness_probe,
        container.readiness_probe,
        container.startup_probe,
        container.lifecycle.post_start,
        container.lifecycle.pre_stop,
    )
    yield from (one for one in handlers if one.exists)


def _places(field: str, words: Sequence[str]) -> Sequence[Path]:
    return [(field, at) for at in range(len(words))]
