"""API server does not enforce the Pod Security Standards.

Why
    The labels of namespaces say which pods they take, and this plugin is what reads them. Without it the labels stay,
    and privileged pods come in all the same.

Fix
    Remove `PodSecurity` from `--disable-admission-plugins`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podsecurity
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "cis-kubernetes:5.2.1",
        "nsa-cisa:pod-security.enforcement",
        "nist-800-53:CM-7",
        "nist-800-190:4.4.3",
        "pci-dss:2.2.6",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin PodSecurity must be on."""
    told = server.plugin("PodSecurity")
    if not told.value:
        yield server.breaks(told, f"runs without the admission plugin PodSecurity{told.by_default}")
