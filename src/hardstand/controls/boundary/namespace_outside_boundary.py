"""Namespace belongs to no environment.

Why
    What the boundary does not name is nobody's: no rule of production holds there, nobody looks for it in an
    incident, and a forgotten test keeps its way into what lies beside it.

Fix
    Name the namespace, or the path of its files, in an environment under `boundary` in the baseline. Where one declares
    namespaces and paths, both must fit: add the path, or give what has no namespace an environment of its own.

When it is fine
    Namespaces of the cluster itself, which serve every environment: the parameter `system_namespaces` names them.
    Where a chart is installed is not in the chart: say so with `--namespace`, or tell its environment by `paths`.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
    - https://kubernetes.io/docs/concepts/security/multi-tenancy/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEK_1, Given, UnknownError, Violations, Why, control
from hardstand.controls.boundary._namespaces import (
    SYSTEM_NAMESPACES,
    misplaced,
    namespace_to_answer_for,
    why_in_none,
)
from hardstand.controls.boundary._production import NAMESPACES
from hardstand.inventory.views.boundary import Resident


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "nist-800-53:CM-8",
        "nist-800-53:SC-7",
        "pci-dss:6.5.3",
        "iso-27001:A.8.31",
    ),
    parameters=[SYSTEM_NAMESPACES],
    reads=[NAMESPACES],
    needs_boundary=True,
)
def check(resident: Resident, given: Given) -> Violations:
    """A namespace must lie in an environment; it answers for its workloads where its object is in the input."""
    namespace = namespace_to_answer_for(resident, given)
    if given.environments(resident):
        return
    perhaps = given.perhaps(resident)
    if perhaps:
        raise given.untold(resident, perhaps[0])
    origin = resident.object.origin
    if origin.rendered_by == "helm" and resident.namespace == "default" and not resident.metadata.namespace:
        # Whoever installs the release chooses its namespace.
        message = f"the input does not say in which namespace {origin.rendered_from} is installed"
        raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:namespace of:{origin.rendered_from}")
    yield misplaced(resident, namespace, f"lies in no environment: {why_in_none(resident, namespace, given)}")
