"""Ingress puts text of its own into the proxy's configuration.

Why
    Snippets are pasted into the configuration that all Ingresses share, and run with the controller's rights. Whoever
    may write an Ingress in one namespace can so read files of the controller, its token among them, and with it every
    Secret that the controller may read (CVE-2021-25742).

Fix
    Use the controller's own annotations for what the snippet does, and switch snippets off in the controller.

When it is fine
    In a cluster where only those who run the controller write Ingresses.

References
    - https://github.com/kubernetes/kubernetes/issues/126811
    - https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/nginx-configuration/annotations-risk.md
"""

import re
from fnmatch import fnmatchcase

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Cel, Given, Repair, Violations, control
from hardstand.controls.cel import regexes
from hardstand.controls.parameter import Parameter
from hardstand.inventory.views.ingress import Ingress

_SNIPPETS = (
    "nginx.ingress.kubernetes.io/*-snippet",
    "nginx.org/*-snippets",
    "ingress.kubernetes.io/config-*",
    "haproxy-ingress.github.io/config-*",
    "haproxy.org/*-config-snippet",
)
"""ingress-nginx, the controller of NGINX, HAProxy Ingress under its two prefixes, the controller of HAProxy."""


def _regular_expression(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a regular expression")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return value


CONTAINING = Parameter(
    "containing", "only snippets in which this is found", "", _regular_expression, "regular expression"
)


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "nist-800-53:AC-6",
        "nist-800-53:SI-10",
        "pci-dss:6.2.4",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
    parameters=[CONTAINING],
    fix=Repair("Take the snippet away", safe=False),
    cel=Cel(
        "object.metadata.?annotations.orValue({}).all(key, !snippets.exists(name, key.matches(name))"
        " || !object.metadata.annotations[key].matches(containing))",
        "metadata.annotations",
        {"snippets": regexes(_SNIPPETS)},
    ),
)
def check(ingress: Ingress, given: Given) -> Violations:
    """No annotation may be a snippet."""
    metadata = ingress.metadata
    for key, text in metadata.annotations.items():
        if any(fnmatchcase(key, pattern) for pattern in _SNIPPETS) and re.search(given[CONTAINING], text):
            yield metadata.violates(
                "puts text of its own into the proxy's configuration",
                "annotations",
                key,
                edits=[metadata.remove("annotations", key)],
            )
