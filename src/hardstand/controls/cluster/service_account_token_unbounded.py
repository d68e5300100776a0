"""API server grants service account tokens of any length.

Why
    Whoever may create tokens for a service account decides how long they last: up to a hundred years. Such a token
    outlives the person, the ticket and the reason.

Fix
    Set `--service-account-max-token-expiration` to the longest that anybody needs, such as `24h`.

References
    - https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.api_server import ApiServer

HOURS = number("hours", "How long a token may live, in hours", 48)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T1.2",
        "nist-800-53:IA-5",
        "pci-dss:8.6.3",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
    parameters=[HOURS],
)
def check(server: ApiServer, given: Given) -> Violations:
    """`--service-account-max-token-expiration` must be set, and not above the maximum."""
    told = server.token_lifetime
    if not told.value:
        yield server.breaks(told, "sets no bound to the lifetime of tokens")
    elif told.value > given[HOURS] * 3600:
        yield server.breaks(told, f"lets tokens live for {told.value / 3600:g} hours")
