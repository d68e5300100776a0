"""Image is named by a tag that moves.

Why
    `latest`, no tag (which means `latest`), branch names and channels point to another image tomorrow. Two replicas of
    one Deployment may then run different code, a rollback brings back nothing, a scan of yesterday says nothing about
    today, and whoever may push to the registry deploys to you without a change that anybody reviews.

Fix
    Name a release and its digest: `registry.example/app:1.4.2@sha256:…`. Tools such as Renovate keep it current by
    pull request. Further names that move in your registries go into the parameter `tags`, which replaces the list.

    In Compose: name a release and its digest in `image`: `app:1.4.2@sha256:…`.

When it is fine
    On throw-away development clusters. Version tags such as `1.4` or `7-alpine` also move with each patch release;
    this control leaves them to `image-without-digest`.

References
    - https://kubernetes.io/docs/concepts/containers/images/#image-names
    - https://kubernetes.io/docs/concepts/configuration/overview/#container-images
"""

from hardstand.analysis.cel_text import NO_IMAGE
from hardstand.analysis.container_images import MOVING_TAGS, image_of, moves
from hardstand.controls.api import (
    COMPOSE,
    KUBERNETES,
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Cel,
    Given,
    Violations,
    control,
    patterns,
)
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container

TAGS = text_list("tags", "Tags that move; `*` stands for anything, and no tag counts as `latest`.", MOVING_TAGS)


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P5.2",
        "nist-800-190:4.2.2",
        "nist-800-53:CM-2",
        "nist-800-53:SR-4",
        "iso-27001:A.8.32",
        "soc2:CC8.1",
    ),
    parameters=(TAGS,),
    platforms=(KUBERNETES, COMPOSE),
    cel=Cel(
        NO_IMAGE + "container.image.contains('@') || "
        "[container.image.find(':[^/:]*$')].map(found, found == '' ? 'latest' : found.substring(1))"
        " .all(tag, !moving.exists(pattern, tag.lowerAscii().matches(pattern)))",
        "image",
        {"moving": patterns(TAGS, lower=True)},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The tag that is pulled must not be one of those that move; with a digest no tag is looked at."""
    if "@" in (container.image or ""):
        return  # What follows the `@` decides which image runs, and nothing runs when it is malformed.
    image = image_of(container)
    tag, moving = image.pulled_tag or "", given[TAGS]
    if moves(tag, moving):
        message = f"runs an image by the tag `{tag}`, which moves" if image.tag else "runs an image without a tag"
        yield container.violates(message, "image", cause=f"image:{image}")
