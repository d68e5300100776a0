"""API server takes objects into namespaces that are gone or do not exist.

Why
    Objects in a namespace that is being deleted, or was never made, escape its quotas, policies and owners, and
    `kube-system` can be deleted.

Fix
    Remove `NamespaceLifecycle` from `--disable-admission-plugins`, and add it to `--admission-control` where that flag
    is used.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "cis-kubernetes:1.2.13",
        "nist-800-53:CM-6",
        "soc2:CC6.3",
        "iso-27001:A.8.9",
    ),
)
def check(server: ApiServer) -> Violations:
    """The plugin NamespaceLifecycle must be on."""
    told = server.plugin("NamespaceLifecycle")
    if not told.value:
        yield server.breaks(told, f"runs without the admission plugin NamespaceLifecycle{told.by_default}")
