"""API server takes any number of events.

Why
    One component in a loop, or one that is meant to be, can fill etcd with events and slow the API server down for
    everybody.

Fix
    Add `EventRateLimit` to `--enable-admission-plugins`, with limits in the file that
    `--admission-control-config-file` names.

When it is fine
    Where API priority and fairness already keeps a noisy client from starving the others.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#eventratelimit
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P9.3",
        "cis-kubernetes:1.2.9",
        "nsa-cisa:network.resource-policies",
        "nist-800-53:SC-5",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin EventRateLimit must be on."""
    told = server.plugin("EventRateLimit")
    if not told.value:
        yield server.breaks(told, "does not limit the rate of events")
