"""Container names no image.

Why
    The API server refuses a container without an image, so nothing runs from this manifest as it stands. Where
    something fills the image in on the way, what runs is decided in a place that this manifest's review and every check
    of its image do not see.

Fix
    Name the image, with its digest. If a tool fills it in, scan what the tool gives instead of what goes into it.

When it is fine
    OpenShift's image triggers, which put the image in (a DeploymentConfig, or an object with the annotation
    `image.openshift.io/triggers`), and Istio's gateway injection with `image: auto`: these are left alone.

References
    - https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
    - https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/images/triggering-updates-on-imagestream-changes
"""

from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, NotApplicableError, NotNative, Violations, Why, control
from hardstand.inventory.views.container import Container


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P5.2", "nist-800-53:CM-2", "nist-800-53:SR-4"),
    cel=NotNative.REFUSED,
)
def check(container: Container) -> Violations:
    """`image` must be set, unless an OpenShift trigger sets it."""
    if container.image:
        return
    workload = container.workload
    if workload.kind.name == "DeploymentConfig" or "image.openshift.io/triggers" in workload.metadata.annotations:
        raise NotApplicableError(Why.NO_SUBJECT)
    yield container.violates("names no image", "image")
