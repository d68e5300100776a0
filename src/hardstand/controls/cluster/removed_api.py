"""API version that Kubernetes no longer serves.

Why
    The API server refuses the object. A deployment that worked before the upgrade stops in the middle, mostly at the
    moment when it is needed: a rollback, a restore, a new cluster.

Fix
    Write the object in the API version that replaces it. Some have other fields: `kubectl convert` or the guide below
    say which.

When it is fine
    While the cluster is older than that; set `kubernetes_version` to what it runs.

References
    - https://kubernetes.io/docs/reference/using-api/deprecation-guide/
    - https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/#install-kubectl-convert-plugin
"""

from hardstand.analysis.api_lifecycle import lifecycle
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, Violations, control
from hardstand.controls.cluster._target import KUBERNETES_VERSION
from hardstand.inventory.views.base import AnyObject


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P8.3",
        "nsa-cisa:maintenance.upgrades",
        "nist-800-53:SA-22",
        "nist-800-53:CM-6",
        "pci-dss:12.3.4",
        "iso-27001:A.8.9",
    ),
    parameters=[KUBERNETES_VERSION],
)
def check(found: AnyObject, given: Given) -> Violations:
    """The object's API version must still be served by the Kubernetes version asked for."""
    version = found.object.api_version
    known = lifecycle(version, found.kind.name)
    if known and known.is_removed(given[KUBERNETES_VERSION].minor):
        instead = f"use {known.replacement}" if known.replacement else "nothing replaces it"
        message = f"uses {version} {found.kind.name}, which Kubernetes 1.{known.removed} stopped serving: {instead}"
        yield found.violates(message, "apiVersion")
