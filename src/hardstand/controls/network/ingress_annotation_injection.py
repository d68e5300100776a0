"""Ingress annotation carries text that breaks out of its place in the proxy's configuration.

Why
    ingress-nginx wrote the values of some annotations into its configuration as they stood. A line break, a semicolon
    or a brace there ends the directive and begins another: whoever may write an Ingress runs code in the controller,
    which can read the Secrets of all namespaces (CVE-2025-1974 with CVE-2025-24514, CVE-2025-1097 and CVE-2025-1098).

Fix
    Write the plain URL, host or name that the annotation is for, percent-encoding what a URL needs, and find out who
    wrote the rest. Upgrade the controller, or move to one that is maintained: ingress-nginx is retired.

When it is fine
    A choice of names in `auth-tls-match-cn`, such as `CN=a|b`, which old controllers took for a regular expression.

References
    - https://kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974/
    - https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
    - https://nvd.nist.gov/vuln/detail/CVE-2025-24514
"""

import re

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Confidence, Violations, always, control
from hardstand.inventory.views.ingress import Ingress

_PREFIX = "nginx.ingress.kubernetes.io/"
_RAW = tuple(
    _PREFIX + name
    for name in (
        "auth-signin",
        "auth-tls-match-cn",
        "auth-url",
        "mirror-host",
        "mirror-target",
        "permanent-redirect",
        "temporal-redirect",
        "x-forwarded-prefix",
    )
)
"""Annotations for one URL, host or name that end up in a directive of nginx."""

_VARIABLE = re.compile(r"\$\{\w+\}")
_BREAKS_OUT = re.compile(r"""[\s;{}"'`|\\]""")
"""What ends or nests a directive of nginx, or quotes. A URL that needs one of them percent-encodes it."""

_PLAIN = r"""^(\s|\$\{\w+\})*([^\s;{}"'`|\\]|\$\{\w+\})*(\s|\$\{\w+\})*$"""
"""What a text matches as a whole in which nothing breaks out."""


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P5.3",
        "nist-800-53:SI-10",
        "nist-800-53:SC-7",
        "iso-27001:A.8.20",
    ),
    cel=Cel(
        "raw.all(key, object.metadata.?annotations[?key].orValue('').matches(plain))",
        "metadata.annotations",
        {"raw": always(_RAW), "plain": always(_PLAIN)},
    ),
)
def check(ingress: Ingress) -> Violations:
    """The annotations must hold nothing that breaks out of a directive; `$name` and `${name}` are nginx's"
    " variables."""
    metadata = ingress.metadata
    for key in _RAW:
        text = _VARIABLE.sub("", metadata.annotations.get(key, "")).strip()
        if _BREAKS_OUT.search(text):
            yield metadata.violates(f"has text in `{key}` that can end a directive of nginx", "annotations", key)
