"""Persistent volume is a path of the node.

Why
    Whoever claims the volume mounts a directory of the node, past every rule that forbids `hostPath` in pods. The data
    is only on that one node, and a pod that lands elsewhere sees another directory or makes an empty one.

Fix
    Use a storage class with a driver, or a `local` volume with node affinity on a disk of its own.

When it is fine
    On a cluster of one node for trying things out.

References
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/#types-of-persistent-volumes
    - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
"""

from hardstand.analysis.cel_text import below_regexes, plain_steps
from hardstand.analysis.host_paths import below
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.config import PersistentVolume

ALLOWED = text_list("allowed_prefixes", "directories of the node below which volumes may lie", default=())


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "cis-kubernetes:5.2.11",
        "nist-800-53:AC-6",
        "nist-800-190:4.5.5",
        "pci-dss:2.2.6",
        "soc2:CC6.1",
        "iso-27001:A.8.9",
    ),
    parameters=[ALLOWED],
    cel=Cel(
        "!object.?spec.?hostPath.hasValue() || "
        + plain_steps("object.spec.hostPath.?path.orValue('/')")
        + ".all(path, !path.matches('(^|/)[.][.](/|$)') && below.exists(folder, path.matches(folder)))",
        "spec.hostPath.path",
        {"below": lambda given: below_regexes(given[ALLOWED])},
    ),
)
def check(volume: PersistentVolume, given: Given) -> Violations:
    """`spec.hostPath` must be absent, or below a directory that is allowed."""
    host_path = volume.spec.host_path
    if host_path.exists and not below(host_path.path_ or "/", given[ALLOWED]):
        yield host_path.violates(f"is the path {host_path.path_} of whichever node the pod runs on", "path")
