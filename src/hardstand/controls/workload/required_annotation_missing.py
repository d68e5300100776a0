"""Object lacks an annotation that your team requires.

Why
    Annotations carry what labels cannot: who to call, which ticket, how a controller should treat the object. What
    has none of it is left to guessing at the worst time.

Fix
    Add the annotation where the finding points: to the pod template, or to the object itself.

When it is fine
    Which annotations are required is for you to say: nothing is reported until the parameter `annotations` is
    declared.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

from hardstand.analysis.metadata_places import metadata_of
from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import pattern_map, text_list
from hardstand.inventory.views.base import AnyObject

ANNOTATIONS = pattern_map(
    "annotations", "Annotations that must be there, each with a regular expression that its value must match"
)
ON = text_list("on", "Where: `object`, `template` (the pods' own) or `volumeClaimTemplates`", default=["template"])
KINDS = text_list("kinds", "The kinds that are looked at; without any, all that make pods", default=())


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P7.2", "nist-800-53:CM-8", "iso-27001:A.5.9"),
    parameters=[ANNOTATIONS, ON, KINDS],
)
def check(subject: AnyObject, given: Given) -> Violations:
    """Each declared annotation must be there with a value that matches, in each of the declared places."""
    annotations = given[ANNOTATIONS]
    if not annotations:
        raise NotApplicableError(Why.NOT_DECLARED)
    for metadata in metadata_of(subject, given[ON], given[KINDS]):
        found = metadata.annotations
        for key, pattern in annotations.items():
            if key not in found:
                yield metadata.violates(f"lacks the annotation `{key}`", "annotations", key)
            elif not pattern.fullmatch(found[key]):
                message = f"has an annotation `{key}` whose value is not as declared"
                yield metadata.violates(message, "annotations", key)
