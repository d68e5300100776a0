"""Image with a moving tag may come from the node's cache.

Why
    With `IfNotPresent` or `Never` a node runs what it once pulled under that tag. Nodes then differ in what they run,
    a fixed image under the same tag reaches only nodes that never had the old one, and which code a pod got depends on
    where it was scheduled.
    Without `imagePullPolicy` Kubernetes takes `Always` for `latest` and `IfNotPresent` for every other tag.

Fix
    Best pin the image by its digest: the cache cannot be wrong then. Else set `imagePullPolicy: Always`: only the tag
    is looked up then, and layers that the node has are not fetched again.

When it is fine
    Nodes without a way to the registry whose images are put there by hand.

References
    - https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwayspullimages
"""

from hardstand.analysis.cel_text import NO_IMAGE
from hardstand.analysis.container_images import MOVING_TAGS, image_of, moves
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Repair, Violations, control, patterns
from hardstand.controls.parameter import flag, text_list
from hardstand.inventory.views.container import Container

TAGS = text_list("tags", "Tags that move; `*` stands for anything, and no tag counts as `latest`.", MOVING_TAGS)
ONLY_MUTABLE = flag("only_mutable_tags", "Judge only images whose tag moves, instead of all.", default=True)
EXPLICIT = flag("explicit", "Ask for the field to be written out, also where its default is right.", default=False)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P5.2",
        "cis-kubernetes:1.2.11",
        "nist-800-190:4.2.2",
        "nist-800-53:CM-2",
    ),
    parameters=(TAGS, ONLY_MUTABLE, EXPLICIT),
    fix=Repair("Set `imagePullPolicy: Always`", safe=False),
    cel=Cel(
        NO_IMAGE + "(only_mutable_tags && container.image.contains('@')) || "
        "[container.image.find(':[^/:]*$')].map(found, found == '' ? 'latest' : found.substring(1))"
        " .all(tag, (only_mutable_tags && !moving.exists(pattern, tag.lowerAscii().matches(pattern)))"
        " || (container.?imagePullPolicy.orValue('') == '' ? !explicit && tag == 'latest'"
        " : container.imagePullPolicy == 'Always'))",
        "imagePullPolicy",
        {"moving": patterns(TAGS, lower=True)},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The effective pull policy of an image whose tag moves must be Always.

    Default: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting.
    """
    if given[ONLY_MUTABLE] and "@" in (container.image or ""):
        return  # What follows the `@` decides, and the cache holds exactly that.
    image = image_of(container)
    tag, moving = image.pulled_tag or "", given[TAGS]
    if given[ONLY_MUTABLE] and not moves(tag, moving):
        return
    written = container.image_pull_policy or None
    if written not in (None, "Always", "IfNotPresent", "Never"):
        raise container.malformed("Always, IfNotPresent or Never", "imagePullPolicy")
    by_default = "Always" if (image.tag or tag) == "latest" else "IfNotPresent"
    policy = written or ("unset" if given[EXPLICIT] else by_default)
    if policy != "Always":
        words = "leaves its pull policy unset" if policy == "unset" else f"may run a cached image ({policy})"
        yield container.violates(words, "imagePullPolicy", edits=[container.put("Always", "imagePullPolicy")])
