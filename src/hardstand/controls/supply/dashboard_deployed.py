"""Kubernetes Dashboard is deployed.

Why
    The Dashboard is a web page in front of the cluster's API. Published by mistake, or with a service account that may
    too much, it has handed whole clusters to strangers. Its repository was archived on 21 January 2026: holes found
    since then stay open.

Fix
    Remove it. For a page to look at, Headlamp is its named successor: on the desktop, or behind single sign-on with
    each person's own rights.

References
    - https://github.com/kubernetes-retired/dashboard
    - https://headlamp.dev/
"""

import re

from hardstand.analysis.cel_text import NO_IMAGE, image_path
from hardstand.analysis.container_images import images
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Violations, always, control
from hardstand.inventory.views.workload import Workload

# Old images are k8s.gcr.io/kubernetes-dashboard-ARCH; those since 2.0 kubernetesui/dashboard and, since 7.0, its parts.
_IMAGE = re.compile(r"(?:^|/)(?:kubernetesui/dashboard|kubernetes-dashboard)(?:-(?!metrics-scraper)[a-z0-9]+)*$")
_NAME = "dashboard"
"""What hardly any image has in it, and is looked for faster than the whole."""
_LABELS = ("app", "k8s-app", "app.kubernetes.io/name", "app.kubernetes.io/part-of")


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P8.2",
        "nist-800-53:SA-22",
        "nist-800-53:CM-7",
        "pci-dss:12.3.4",
    ),
    cel=Cel(
        "!labels.exists(key, podMetadata.?labels[?key].orValue('') == 'kubernetes-dashboard'"
        " || object.metadata.?labels[?key].orValue('') == 'kubernetes-dashboard')"
        " && containers.all(container, "
        + NO_IMAGE
        + image_path("container.image")
        + ".all(path, !path.matches('(^|/)(kubernetesui/dashboard|kubernetes-dashboard)(-[a-z0-9]+)*$')"
        " || path.matches('dashboard(-[a-z0-9]+)*-metrics-scraper[a-z0-9]*(-[a-z0-9]+)*$')))",
        "image or labels",
        {"labels": always(_LABELS)},
    ),
)
def check(workload: Workload) -> Violations:
    """No image may be the Dashboard's, and no workload may carry its labels."""
    for metadata in (workload.pod_metadata, workload.metadata):
        labels = metadata.labels
        for label in _LABELS if labels else ():
            if labels.get(label) == "kubernetes-dashboard":
                yield metadata.violates("carries the label of the Kubernetes Dashboard", "labels", label)
                return
    for container, image in images(workload):
        if _NAME in image.path and _IMAGE.search(image.path):
            yield container.violates("runs the Kubernetes Dashboard", "image", cause=f"image:{image}")
