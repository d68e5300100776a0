"""Liveness probe runs a command that is too heavy or too fragile for it.

Why
    A probe's command is a new process every few seconds in every pod. Commands such as `jcmd` or `ps` are slow under
    the very load that they should survive, leave zombies where nothing reaps them, and restart healthy programs.

Fix
    Use an HTTP, gRPC or TCP probe, or a small program made for it.

When it is fine
    Which commands are unfit is for you to say: nothing is reported until the parameter `commands` is declared.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
"""

import re
from collections.abc import Sequence

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container
from hardstand.text.glob_regex import escaped

COMMANDS = text_list("commands", "Commands that a liveness probe must not run, such as `jcmd`")


def _forbidden_words(given: Given) -> Sequence[str]:
    """The commands as words of a command line; what holds other marks is never one word."""
    words = (word for word in given[COMMANDS] if re.fullmatch(r"[\w.-]+", word))
    return [rf"(^|[^\w.-]){escaped(word)}($|[^\w.-])" for word in words]


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11",),
    parameters=[COMMANDS],
    cel=Cel(
        "container.?livenessProbe.?exec.?command.orValue([]).all(argument,"
        " !forbidden_words.exists(word, argument.matches(word)))",
        "livenessProbe.exec.command",
        {"forbidden_words": _forbidden_words},
    ),
    when=("container.livenessProbe.exec",),
)
def check(container: Container, given: Given) -> Violations:
    """No declared command may stand as a word anywhere in the probe's command line."""
    commands = given[COMMANDS]
    probe = container.liveness_probe.exec
    for at, argument in enumerate(probe.command):
        words = re.split(r"[^\w.-]+", argument)
        found = next((command for command in commands if command in words), None)
        if found:
            yield probe.violates(f"runs `{found}` as its liveness probe", "command", at)
            return
