"""ConfigMap of production can be changed in place.

Why
    A change to a ConfigMap reaches running pods at an unforeseen moment, without a rollout that could be watched, held
    or rolled back, and whoever may edit it changes what programs do without touching them. Immutable ones also spare
    the API server a watch for every pod.

Fix
    Set `immutable: true`, and give each new content a new name that the workloads refer to; kustomize's generators and
    a hash in a chart's name do that.

When it is fine
    Where a program is made to follow the ConfigMap while it runs, or a controller writes it.

References
    - https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
"""

from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.controls.cluster._production import NAMESPACES, PRODUCTION_NAMESPACES, only_in_production
from hardstand.inventory.views.config import ConfigMap

_WRITTEN = ("control-plane.alpha.kubernetes.io/leader",)
"""Annotations of ConfigMaps that programs write, such as locks."""


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("twelve-controls:T2.4", "nist-800-53:CM-5", "pci-dss:6.5.1", "soc2:CC8.1", "iso-27001:A.8.32"),
    parameters=[PRODUCTION_NAMESPACES],
    reads=[NAMESPACES],
    fix=Repair("Make it immutable", safe=False),
)
def check(config_map: ConfigMap, given: Given) -> Violations:
    """`immutable` must be true; the cluster's own certificates and locks are written by Kubernetes."""
    only_in_production(config_map, given)
    if config_map.name == "kube-root-ca.crt" or any(key in config_map.metadata.annotations for key in _WRITTEN):
        raise NotApplicableError(Why.NO_SUBJECT)
    if config_map.immutable is not True:
        yield config_map.violates("can be changed in place", "immutable", edits=[config_map.put(True, "immutable")])
