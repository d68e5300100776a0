"""API server holds requests open for too long.

Why
    Each request that waits keeps memory and a place in a queue. With a long time-out, or none, a few slow clients use
    up what all others need.

Fix
    Set `--request-timeout` to what the slowest ordinary request takes; the default is one minute.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.api_server import ApiServer

SECONDS = number("seconds", "How long a request may take, in seconds", 300)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P9.3",
        "cis-kubernetes:1.2.20",
        "nist-800-53:SC-5",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
    parameters=[SECONDS],
)
def check(server: ApiServer, given: Given) -> Violations:
    """`--request-timeout` must not be above the maximum."""
    told = server.request_timeout
    if not 0 < told.value <= given[SECONDS]:
        yield server.breaks(told, f"lets a request take {told.value:g} seconds")
