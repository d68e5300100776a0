"""API version that Kubernetes will stop serving.

Why
    The API server still takes the object, with a warning, and will refuse it after an upgrade in the coming year.
    Changing it now is a line in a quiet week, later it is what stands between you and a security release.

Fix
    Write the object in the API version that replaces it. Some have other fields: the guide below says which.

When it is fine
    Where the cluster is too old to serve the new version; set `kubernetes_version` to what it runs.

References
    - https://kubernetes.io/docs/reference/using-api/deprecation-policy/
    - https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from hardstand.analysis.api_lifecycle import lifecycle
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.cluster._target import KUBERNETES_VERSION
from hardstand.inventory.views.base import AnyObject


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P8.3",
        "nsa-cisa:maintenance.upgrades",
        "nist-800-53:SA-22",
        "pci-dss:12.3.4",
        "iso-27001:A.8.9",
    ),
    parameters=[KUBERNETES_VERSION],
)
def check(found: AnyObject, given: Given) -> Violations:
    """The object's API version must not be deprecated, yet still served, in the Kubernetes version asked for."""
    version = found.object.api_version
    known = lifecycle(version, found.kind.name)
    if known and known.is_deprecated(given[KUBERNETES_VERSION].minor):
        end = f", gone in 1.{known.removed}" if known.removed else ""
        instead = f": use {known.replacement}" if known.replacement else ""
        message = f"uses {version} {found.kind.name}, deprecated since Kubernetes 1.{known.deprecated}{end}{instead}"
        yield found.violates(message, "apiVersion")
