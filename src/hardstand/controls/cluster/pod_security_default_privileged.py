"""Namespaces without a Pod Security label take privileged pods.

Why
    A new namespace says nothing of Pod Security, and then the default of the plugin holds. Where that is `privileged`,
    whoever forgets the label, or may make namespaces, is held to nothing.

Fix
    Set `defaults.enforce` to `baseline` or `restricted` in the plugin's configuration.

When it is fine
    Where every namespace is labelled by whatever makes it, and `pod-security-labels-missing` passes.

References
    - https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.admission import PodSecurityPlugin


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P5.3",
        "cis-kubernetes:5.2.1",
        "nsa-cisa:pod-security.enforcement",
        "nist-800-53:CM-6",
        "nist-800-190:4.4.3",
        "pci-dss:2.2.6",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
)
def check(plugin: PodSecurityPlugin) -> Violations:
    """`defaults.enforce` must be baseline or restricted."""
    if plugin.settings.defaults.enforce in (None, "", "privileged"):
        yield plugin.settings.defaults.violates("lets namespaces without a label take privileged pods", "enforce")
