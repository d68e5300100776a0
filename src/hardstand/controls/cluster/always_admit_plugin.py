"""API server has a plugin that admits everything.

Why
    `AlwaysAdmit` does nothing but say yes, has been deprecated for years, and stands for a cluster in which admission
    was switched off to get something through.

Fix
    Remove `AlwaysAdmit` from `--enable-admission-plugins`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwaysadmit
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "cis-kubernetes:1.2.10",
        "nist-800-53:CM-7",
        "pci-dss:2.2.4",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin AlwaysAdmit must be off."""
    told = server.plugin("AlwaysAdmit")
    if told.value:
        yield server.breaks(told, "admits everything by the plugin AlwaysAdmit")
