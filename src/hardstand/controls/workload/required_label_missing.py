"""Object lacks a label that your team requires.

Why
    Labels say what a thing belongs to and who looks after it. What has none cannot be found in an alert at night,
    charged to anybody, or selected by a policy.

Fix
    Add the label where the finding points: to the pod template, or to the object itself.

When it is fine
    Which labels are required is for you to say: nothing is reported until the parameter `labels` or `any_of` is
    declared.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from hardstand.analysis.metadata_places import metadata_of
from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import pattern_map, text_list
from hardstand.inventory.views.base import AnyObject

LABELS = pattern_map("labels", "Labels that must be there, each with a regular expression that its value must match")
ANY_OF = text_list("any_of", "Labels of which at least one must be there and not be empty", default=())
ON = text_list("on", "Where: `object`, `template` (the pods' own) or `volumeClaimTemplates`", default=["template"])
KINDS = text_list("kinds", "The kinds that are looked at; without any, all that make pods", default=())


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P7.2", "nist-800-53:CM-8", "iso-27001:A.5.9"),
    parameters=[LABELS, ANY_OF, ON, KINDS],
)
def check(subject: AnyObject, given: Given) -> Violations:
    """Each declared label must be there with a value that matches, in each of the declared places."""
    labels, any_of = given[LABELS], given[ANY_OF]
    if not labels and not any_of:
        raise NotApplicableError(Why.NOT_DECLARED)
    for metadata in metadata_of(subject, given[ON], given[KINDS]):
        found = metadata.labels
        for key, pattern in labels.items():
            if key not in found:
                yield metadata.violates(f"lacks the label `{key}`", "labels", key)
            elif not pattern.fullmatch(found[key]):
                yield metadata.violates(f"has a label `{key}` whose value is not as declared", "labels", key)
        if any_of and not any(found.get(key) for key in any_of):
            yield metadata.violates(f"has none of the labels {', '.join(any_of)}", "labels")
