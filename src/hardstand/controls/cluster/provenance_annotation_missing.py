"""Workload of production does not say where it comes from.

Why
    When something breaks at night, or an auditor asks, nobody can tell which commit runs, which change brought it and
    whom to call. The logs of the cluster name the pod, and the trail ends there.

Fix
    Let the pipeline write the annotations when it deploys: the commit, the ticket or change, and the owner. The names
    are a parameter; `a|b` accepts either.

When it is fine
    For what does not come from a pipeline of yours; declare the namespaces that do.

References
    - https://github.com/opencontainers/image-spec/blob/main/annotations.md
    - https://ambassadorlabs.github.io/k8s-for-humans/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.cluster._production import NAMESPACES, PRODUCTION_NAMESPACES, only_in_production
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

ANNOTATIONS = text_list(
    "annotations",
    "annotations that every workload must have; in each, `|` stands between names of which one is enough",
    default=(
        "org.opencontainers.image.revision|app.openshift.io/vcs-ref",
        "hardstand.dev/ticket|a8r.io/bugs",
        "hardstand.dev/owner|a8r.io/owner",
    ),
)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.2",
        "production-checklist:P5.2",
        "nist-800-53:CM-3",
        "nist-800-53:SR-4",
        "pci-dss:6.5.1",
        "soc2:CC8.1",
        "iso-27001:A.5.9",
    ),
    parameters=[PRODUCTION_NAMESPACES, ANNOTATIONS],
    reads=[NAMESPACES],
)
def check(workload: Workload, given: Given) -> Violations:
    """Each annotation must be on the workload or on its pod template, and not empty."""
    only_in_production(workload, given)
    known = {**workload.pod_metadata.annotations, **workload.metadata.annotations}
    for wanted in given[ANNOTATIONS]:
        names = wanted.split("|")
        if not any(known.get(name, "").strip() for name in names):
            yield workload.metadata.violates(f"has no annotation {' or '.join(names)}", "annotations", names[0])
