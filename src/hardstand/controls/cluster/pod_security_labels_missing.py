"""Namespace enforces no Pod Security level.

Why
    Without the `enforce` label, or with the level `privileged`, the API server admits any pod there: privileged, with
    the node's file system, in the node's network. Whoever may create a pod then owns the node, whatever RBAC says.

Fix
    Label the namespace `pod-security.kubernetes.io/enforce: baseline`, better `restricted`; set `warn` and `audit` to
    the level first and see what would be refused.

When it is fine
    Where another admission policy holds all pods to a standard; and for namespaces of node agents that need more, kept
    apart and excepted by name.

References
    - https://kubernetes.io/docs/concepts/security/pod-security-admission/
    - https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEK_1,
    Cel,
    Confidence,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    always,
    control,
)
from hardstand.controls.parameter import Parameter
from hardstand.inventory.views.config import Namespace

_LABEL = "pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")
_SYSTEM = ("kube-node-lease", "kube-public", "kube-system")
"""Namespaces that Kubernetes makes and fills itself."""


def _level(value: object) -> str:
    if value not in _LEVELS[1:]:
        raise ValueError("baseline or restricted")
    return str(value)


LEVEL = Parameter("level", "the least level that namespaces must enforce", "baseline", _level, "Pod Security level")


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.3",
        "production-checklist:P6.1",
        "cis-kubernetes:5.2.1",
        "nsa-cisa:pod-security.enforcement",
        "nist-800-53:CM-6",
        "nist-800-53:AC-6",
        "nist-800-190:4.4.3",
        "pci-dss:2.2.1",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
    parameters=[LEVEL],
    fix=Repair("Enforce the least Pod Security level", safe=False),
    cel=Cel(
        "object.metadata.?name.orValue('') in system || object.metadata.?labels[?label].orValue('') in enough",
        "metadata.labels",
        {
            "system": always(_SYSTEM),
            "label": always(_LABEL),
            "enough": lambda given: _LEVELS[_LEVELS.index(given[LEVEL]) :],
        },
    ),
)
def check(namespace: Namespace, given: Given) -> Violations:
    """The label `pod-security.kubernetes.io/enforce` must name the least level asked for, or a stricter one."""
    if namespace.name in _SYSTEM:
        raise NotApplicableError(Why.NO_SUBJECT)
    level = namespace.metadata.labels.get(_LABEL)
    if level in _LEVELS and _LEVELS.index(level) >= _LEVELS.index(given[LEVEL]):
        return
    message = "enforces no Pod Security level"
    if level:
        message = f"enforces only the Pod Security level {level}" if level in _LEVELS else f"enforces {level}, no level"
    edit = namespace.metadata.put(given[LEVEL], "labels", _LABEL)
    yield namespace.metadata.violates(message, "labels", _LABEL, edits=[edit])
