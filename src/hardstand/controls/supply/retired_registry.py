"""Image comes from a registry that is no longer filled.

Why
    A frozen registry serves the images of the day it was frozen: no fix reaches them any more. `k8s.gcr.io` has taken
    no new images since 3 April 2023, and `docker.io/bitnamilegacy` is the attic to which Bitnami moved its versioned
    images in August 2025, without updates and with notice that it may go.

Fix
    `registry.k8s.io` has the images of `k8s.gcr.io` under the same names. For Bitnami's take the project's own image,
    another publisher's, or a subscription. The parameter `registries` replaces the list.

    In Compose: name in `image` the project's own image, or another publisher's.

References
    - https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
    - https://github.com/bitnami/containers/issues/83267
"""

from hardstand.analysis.cel_text import NO_IMAGE, image_name, place_regexes
from hardstand.analysis.container_images import image_of, within
from hardstand.controls.api import COMPOSE, KUBERNETES, MEDIUM, MINIMUM, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container

REGISTRIES = text_list(
    "registries", "Registries, and parts of them, that get no new images.", ("k8s.gcr.io", "docker.io/bitnamilegacy")
)


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P8.2",
        "twelve-controls:T3.4",
        "nist-800-190:4.2.2",
        "nist-800-53:SA-22",
        "pci-dss:12.3.4",
    ),
    parameters=(REGISTRIES,),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        NO_IMAGE + image_name("container.image") + ".all(name, !places.exists(place, name.matches(place)))",
        "image",
        {"places": lambda given: place_regexes(given[REGISTRIES])},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The image's repository must not lie in a registry that is frozen."""
    image = image_of(container)
    retired = given[REGISTRIES]
    if within(image.name, retired):
        message = f"runs `{image.name}`, from a registry that gets no new images"
        yield container.violates(message, "image", cause=f"image:{image}")
