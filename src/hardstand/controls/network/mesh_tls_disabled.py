"""Mesh is told not to encrypt.

Why
    Where TLS is switched off, traffic crosses nodes and zones readable, and neither end knows who the other is. One
    such rule is often left over from a day of debugging, and silently undoes what the mesh was put in for.

Fix
    Remove the rule so that the setting of the mesh holds, or set `ISTIO_MUTUAL` for hosts inside and `SIMPLE` for
    hosts outside. In Kuma name an enabled backend under `mtls`.

When it is fine
    For a program outside the mesh that speaks TLS by itself, so that the mesh must pass it on untouched.

References
    - https://istio.io/latest/docs/reference/config/security/peer_authentication/
    - https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
    - https://kuma.io/docs/latest/policies/mutual-tls/
"""

from hardstand.analysis.mesh import Mode, mtls_settings
from hardstand.controls.api import (
    HIGH,
    PRODUCTION,
    WEEKS_2_4,
    Confidence,
    NotApplicableError,
    NotNative,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.mesh import MeshPolicy


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
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
    """No policy of a mesh may switch TLS off, for a workload, a port, a host or the whole mesh."""
    settings = mtls_settings(policy)
    if not settings:
        raise NotApplicableError(Why.NO_SUBJECT)
    for setting in settings:
        if setting.mode is Mode.OFF:
            where = f" for {setting.scope}" if setting.scope else ""
            yield setting.view.violates(f"switches TLS off{where}", *setting.steps)
