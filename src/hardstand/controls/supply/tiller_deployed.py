"""Tiller, the server of Helm 2, is deployed.

Why
    Tiller does what it is told on port 44134, by default without asking who is speaking, with the rights of its service
    account, which is usually cluster-admin: every pod that reaches it owns the cluster. Helm 2 has had no releases, and
    so no fixes, since November 2020.

Fix
    Move releases to Helm 3 or later with the `helm-2to3` plugin, which has no server, then delete Tiller's Deployment,
    Service and role binding.

References
    - https://helm.sh/blog/helm-v2-deprecation-timeline/
    - https://v2.helm.sh/docs/securing_installation/
"""

import re

from hardstand.analysis.cel_text import NO_IMAGE, image_path
from hardstand.analysis.container_images import images
from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Cel, Violations, always, control
from hardstand.inventory.views.workload import Workload

# Whole words, so that `distiller` is innocent.
_TILLER = re.compile(r"(?<![a-z0-9])tiller(?![a-z0-9])")
_LABELS = ({"app": "helm", "name": "tiller"}, {"app": "tiller"}, {"name": "tiller"}, {"k8s-app": "tiller"})


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P8.2",
        "production-checklist:P4.3",
        "twelve-controls:T1.3",
        "nist-800-53:SA-22",
        "nist-800-53:AC-14",
        "pci-dss:12.3.4",
    ),
    cel=Cel(
        "!labels.exists(wanted, wanted.all(key, podMetadata.?labels[?key].orValue('') == wanted[key]))"
        " && containers.all(container, "
        + NO_IMAGE
        + image_path("container.image")
        + ".all(path, !path.matches('(^|[^a-z0-9])tiller([^a-z0-9]|$)')))",
        "image or labels",
        {"labels": always(_LABELS)},
    ),
)
def check(workload: Workload) -> Violations:
    """No image may be Tiller's, and no pod may carry the labels that `helm init` gave it."""
    labels = workload.pod_metadata.labels
    if "tiller" in labels.values() and any(wanted.items() <= labels.items() for wanted in _LABELS):
        yield workload.pod_metadata.violates("carries the labels of Tiller, the server of Helm 2", "labels")
        return
    for container, image in images(workload):
        if "tiller" in image.path and _TILLER.search(image.path):
            yield container.violates("runs Tiller, the server of Helm 2", "image", cause=f"image:{image}")
