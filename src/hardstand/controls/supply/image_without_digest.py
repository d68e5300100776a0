"""Image is named without a digest.

Why
    A tag is a pointer that whoever can push to the registry moves at will; a digest is the image itself. Only with a
    digest is the image that was scanned, signed and tested the one that every node runs, also after the registry or a
    publisher's account has fallen into other hands.

Fix
    Add the digest behind the tag, `app:1.4.2@sha256:…`, and let a bot or the pipeline raise both together.
    `crane digest IMAGE` and `docker buildx imagetools inspect IMAGE` print it.

    In Compose: add the digest behind the tag in `image`, `app:1.4.2@sha256:…`; `docker compose config
    --resolve-image-digests` prints it.

When it is fine
    Where admission resolves tags to digests, or the registry refuses to overwrite tags.

References
    - https://kubernetes.io/docs/concepts/containers/images/#image-names
    - https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
"""

from hardstand.analysis.cel_text import NO_IMAGE
from hardstand.analysis.container_images import image_of
from hardstand.controls.api import COMPOSE, KUBERNETES, LOW, PRODUCTION, QUARTERLY, Cel, Violations, control
from hardstand.inventory.views.container import Container


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P5.2",
        "twelve-controls:T3.3",
        "nist-800-190:4.2.2",
        "nist-800-190:4.1.5",
        "nist-800-53:SI-7",
        "nist-800-53:SR-4",
    ),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        NO_IMAGE + "container.image.matches('@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$')",
        "image",
    ),
)
def check(container: Container) -> Violations:
    """The reference must end in a digest."""
    image = image_of(container)
    if image.digest is None:
        yield container.violates("runs an image that no digest pins", "image", cause=f"image:{image}")
