"""Container sets an environment variable that your team forbids.

Why
    Some variables switch a protection off: the authorisation of a library, the checking of certificates, a proxy that
    all traffic should pass. They are meant for a laptop, and come to production with a copied manifest.

Fix
    Remove the variable, or give it a value that is not forbidden.

    In Compose: remove the variable from `environment`, or give it a value that is not forbidden.

When it is fine
    Which variables are forbidden is for you to say: nothing is reported until the parameter `patterns` is declared,
    such as `{"NODE_TLS_REJECT_UNAUTHORIZED": "0"}`.

References
    - https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from hardstand.controls.api import COMPOSE, KUBERNETES, MEDIUM, PRODUCTION, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import text_map
from hardstand.inventory.views.container import Container
from hardstand.text.glob_regex import glob_regex

PATTERNS = text_map("patterns", "Names and values that are forbidden; `*` in them stands for anything")


def _forbidden(given: Given) -> Sequence[Sequence[str]]:
    return [[glob_regex(name), glob_regex(value)] for name, value in given[PATTERNS].items()]


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.3", "nist-800-53:CM-6", "nist-800-53:CM-7"),
    parameters=[PATTERNS],
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        "container.?env.orValue([]).all(one, has(one.valueFrom) || !forbidden.exists(pair,"
        " one.?name.orValue('').matches(pair[0]) && one.?value.orValue('').matches(pair[1])))",
        "env",
        {"forbidden": _forbidden},
    ),
    when=("container.env",),
)
def check(container: Container, given: Given) -> Violations:
    """No literal variable may match a declared pattern in name and value; the message never holds the value."""
    patterns = given[PATTERNS]
    for variable in container.env:
        if variable.value_from.exists:
            continue
        name, value = variable.name or "", variable.value or ""
        if any(fnmatchcase(name, key) and fnmatchcase(value, text) for key, text in patterns.items()):
            yield variable.violates(f"sets {name} to a forbidden value", "value")
