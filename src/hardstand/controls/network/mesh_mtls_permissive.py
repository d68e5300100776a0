"""Mesh takes connections without mutual TLS.

Why
    In permissive mode a workload answers plain text as readily as mutual TLS. The mesh then neither encrypts what
    comes nor knows who sent it, and its authorization rules see no identity. An attacker simply leaves TLS out.

Fix
    Watch until no plain connections arrive, then set the mode to strict: `STRICT` in Istio and Kuma, `strict` in
    Consul; in Linkerd a default policy of `all-authenticated` or narrower.

When it is fine
    While clients move into the mesh, with an end date; and for ports that outsiders must reach, named one by one.

References
    - https://istio.io/latest/docs/concepts/security/#permissive-mode
    - https://linkerd.io/2/reference/authorization-policy/#default-policies
    - https://kuma.io/docs/latest/policies/mutual-tls/
"""

from hardstand.analysis.mesh import Mode, mtls_settings
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    WEEKS_2_4,
    NotApplicableError,
    NotNative,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.mesh import MeshPolicy


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "production-checklist:P4.2",
        "nsa-cisa:network.encryption",
        "nist-800-53:SC-8",
        "nist-800-53:IA-9",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
    cel=NotNative.SPREAD,
    when=("pod.metadata.annotations",),
)
def check(policy: MeshPolicy) -> Violations:
    """Where mutual TLS is set, plain text must not be taken beside it."""
    settings = mtls_settings(policy)
    if not settings:
        raise NotApplicableError(Why.NO_SUBJECT)
    for setting in settings:
        if setting.mode is Mode.PERMISSIVE:
            where = f" on {setting.scope}" if setting.scope else ""
            yield setting.view.violates(f"takes connections without mutual TLS{where}", *setting.steps)
