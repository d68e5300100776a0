"""Image in production comes from a registry of another environment.

Why
    What fills a staging registry is whatever a branch built: unreviewed, unsigned, and pushed with credentials that
    many hold. A production workload that pulls from it runs what any of them pushes next.

Fix
    Promote the image to a registry of production, and name it by that address.
    Registries are declared in the baseline, `registries` of each environment under `boundary`. They are compared part
    by part, and the longest decides: where production declares `registry.example` and staging
    `registry.example/staging`, what lies in the latter is of staging alone.

When it is fine
    Where both sides are meant to use the registry: declare it for production as well.

References
    - https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from collections.abc import Iterable

from hardstand.analysis.container_images import closest, image_of
from hardstand.analysis.sides import places_of
from hardstand.baseline.boundary import Environment
from hardstand.baseline.globs import Glob
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.boundary._production import NAMESPACES, only_in_production
from hardstand.inventory.views.container import Container

Places = tuple[list[str], list[tuple[str, list[str]]]]


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "production-checklist:P5.2",
        "twelve-controls:T3.4",
        "nist-800-53:SR-3",
        "pci-dss:6.5.3",
        "iso-27001:A.8.31",
    ),
    reads=[NAMESPACES],
    needs_boundary=True,
)
def check(container: Container, given: Given) -> Violations:
    """No environment but production may be the one that declares the image's registry most closely."""
    only_in_production(container.workload, given)
    own, others = given.once(_registries)
    if not any(registries for _, registries in others):
        raise NotApplicableError(Why.NOT_DECLARED)
    image = image_of(container)
    nearest = closest(image.name, own)
    for name, registries in others:
        if closest(image.name, registries) > nearest and given.in_production(container.workload):
            message = f"runs an image from `{image.domain or image.path}`, a registry of {name}, in production"
            yield container.violates(message, "image", cause=f"image:{image}")
            return


def _registries(given: Given) -> Places:
    return places_of(given.boundary, _of)


def _of(environment: Environment) -> Iterable[Glob]:
    return environment.registries
