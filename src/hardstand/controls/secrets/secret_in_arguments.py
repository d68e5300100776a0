"""Secret is written into a command or its arguments.

Why
    Arguments are in the manifest, in git and in `kubectl describe`, and on the node everybody who can list processes
    reads them from `/proc`, monitoring agents included, which send them on. Probes and hooks are commands as well.

Fix
    Rotate the secret. Then give it as a file: nearly every program has a flag for one (`--password-file`), or reads its
    configuration from a file. `$(VARIABLE)` from a Secret keeps it out of the manifest, not out of the process list.

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
from hardstand.inventory.views.container import Container
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
        "container.readinessProbe.exec",
        "container.startupProbe.exec",
        "container.lifecycle.postStart.exec",
        "container.lifecycle.preStop.exec",
    ),
)
def check(container: Container) -> Violations:
    """No word of a command, its arguments, a probe or a hook may be or hold a secret."""
    for view, words, places in _commands(container):
        found: dict[int, list[str]] = {}
        for at, secret in in_arguments(words):
            found.setdefault(at, []).append(str(secret))
        for at, secrets in found.items():
            yield view.violates(f"has a literal {' and a '.join(secrets)} on its command line", *places[at])


def _commands(container: Container) -> Iterator[tuple[View, Sequence[str], Sequence[Path]]]:
    """Every list of words that is run, with their places; command and arguments are one line."""
    command, arguments = container.command, container.args
    yield container, [*command, *arguments], [*_places("command", command), *_places("args", arguments)]
    handlers = (
        container.liveness_probe,
        container.readiness_probe,
        container.startup_probe,
        container.lifecycle.post_start,
        container.lifecycle.pre_stop,
    )
    for handler in (one for one in handlers if one.exists):
        yield handler.exec, handler.exec.command, _places("command", handler.exec.command)


def _places(field: str, words: Sequence[str]) -> Sequence[Path]:
    return [(field, at) for at in range(len(words))]
