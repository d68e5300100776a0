"""Image comes from a registry that is not on the list.

Why
    Every registry that a cluster pulls from is a party that can put code into it. Public registries hold look-alike
    names and abandoned accounts; an allow-list keeps typing errors and quick experiments out of production.

Fix
    Push the image to a registry of yours, or mirror it there, and name it by that address.
    Declare the list as the parameter `registries`: registries and parts of them, `registry.example.com`,
    `ghcr.io/acme`, `docker.io/library`, `*.example.com`. They are compared part by part, so `ghcr.io/acme` does not let
    `ghcr.io/acme-2` in. Docker Hub's short names are written out first: `nginx` is `docker.io/library/nginx`.

    In Compose: push the image to a registry of yours, or mirror it there, and name it by that address in `image`.

References
    - https://kubernetes.io/docs/concepts/containers/images/#image-names
    - https://github.com/distribution/reference/blob/main/normalize.go
"""

from hardstand.analysis.cel_text import NO_IMAGE, image_name, place_regexes
from hardstand.analysis.container_images import image_of, within
from hardstand.controls.api import COMPOSE, HIGH, KUBERNETES, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container

REGISTRIES = text_list("registries", "Registries, and parts of them, that images may come from.")


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.2",
        "twelve-controls:T3.4",
        "nsa-cisa:pod-security.secure-images",
        "cis-kubernetes:5.5.1",
        "nist-800-190:4.1.5",
        "nist-800-53:SR-3",
        "iso-27001:A.5.21",
    ),
    parameters=(REGISTRIES,),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        NO_IMAGE + image_name("container.image") + ".all(name, places.exists(place, name.matches(place)))",
        "image",
        {"places": lambda given: place_regexes(given[REGISTRIES])},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The image's repository must lie in a declared registry."""
    allowed = given[REGISTRIES]
    image = image_of(container)
    if not within(image.name, allowed):
        message = f"runs an image from `{image.domain or image.path}`, outside the declared registries"
        yield container.violates(message, "image", cause=f"image:{image}")
