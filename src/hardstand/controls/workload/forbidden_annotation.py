"""Object carries an annotation that your team forbids.

Why
    Annotations switch on behaviour of controllers: restarts on change, deployments from elsewhere, identities of a
    cloud. One that your platform did not agree to is configuration past its review.

Fix
    Remove the annotation.

When it is fine
    Which annotations are forbidden is for you to say: nothing is reported until the parameter `patterns` is declared.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
"""

from fnmatch import fnmatchcase

from hardstand.analysis.metadata_places import all_metadata_of
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.parameter import text_list, text_map
from hardstand.inventory.views.base import AnyObject

PATTERNS = text_map("patterns", "Names and values that are forbidden; `*` in them stands for anything")
EXCEPT = text_list("except", "Names of annotations that are allowed all the same", default=())


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.3", "nist-800-53:CM-7"),
    parameters=[PATTERNS, EXCEPT],
)
def check(subject: AnyObject, given: Given) -> Violations:
    """No annotation of the object or its pod template may match a declared pattern in name and value."""
    patterns, excepted = given[PATTERNS], given[EXCEPT]
    for metadata in all_metadata_of(subject):
        for key, value in metadata.annotations.items():
            forbidden = any(fnmatchcase(key, name) and fnmatchcase(value, text) for name, text in patterns.items())
            if forbidden and key not in excepted:
                yield metadata.violates(f"carries the forbidden annotation `{key}`", "annotations", key)
