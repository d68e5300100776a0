"""Binding for a contractor or an emergency has no end.

Why
    What was given for a week is held for years: nobody is reminded, and the account of someone who has left still
    opens the cluster.

Fix
    Write the end in the annotation `hardstand.dev/expires`, as in `2030-06-30T18:00:00Z`; `hardstand rbac grant`
    makes such bindings.

When it is fine
    Names that merely look like it: narrow `names` and `marks`.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://www.rfc-editor.org/rfc/rfc3339#section-5.6
"""

import re
from fnmatch import fnmatchcase

from hardstand.analysis.rbac.expiry import EXPIRES
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Cel, Given, Violations, always, control, patterns
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.rbac import Binding

NAMES = text_list(
    "names",
    "The names, of bindings and of those whom they name, that are for a while; `*` stands for anything",
    default=["*contractor*", "*emergency*", "*temporary*", "*incident*", "*vendor-access*"],
)
MARKS = text_list(
    "marks",
    "The labels and annotations of bindings that are for a while, as `key=value`; `*` stands for anything",
    default=["*temporary=true", "*purpose=emergency", "*purpose=contractor"],
)

_MOMENT = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$"
"""A date-time of RFC 3339, section 5.6. Whether it has passed is asked elsewhere."""


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "nist-800-53:AC-2(3)",
        "pci-dss:8.2.7",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    parameters=[NAMES, MARKS],
    cel=Cel(
        "object.metadata.?annotations[?'hardstand.dev/expires'].orValue('').matches(moment)"
        " || !(named.exists(name, object.metadata.?name.orValue('').matches(name)"
        " || object.?subjects.orValue([]).exists(one, one.name.matches(name)))"
        " || marked.exists(mark, object.metadata.?labels.orValue({}).exists(key,"
        " (key + '=' + object.metadata.labels[key]).matches(mark))"
        " || object.metadata.?annotations.orValue({}).exists(key,"
        " (key + '=' + object.metadata.annotations[key]).matches(mark))))",
        "metadata.annotations",
        {"named": patterns(NAMES), "marked": patterns(MARKS), "moment": always(_MOMENT)},
    ),
)
def check(binding: Binding, given: Given) -> Violations:
    """What is for a while must have an end in its annotation."""
    metadata = binding.metadata
    end = metadata.annotations.get(EXPIRES)
    if (end is not None and re.search(_MOMENT, end)) or not _for_a_while(binding, given):
        return
    if end is None:
        yield metadata.violates("is for a while and has no end", "annotations")
    else:
        yield metadata.violates("has an end that is no date and time as in RFC 3339", "annotations", EXPIRES)


def _for_a_while(binding: Binding, given: Given) -> bool:
    names = [binding.name, *(one.name or "" for one in binding.grantees)]
    if any(fnmatchcase(name, pattern) for name in names for pattern in given[NAMES]):
        return True
    pairs = [*binding.metadata.labels.items(), *binding.metadata.annotations.items()]
    return any(fnmatchcase(f"{key}={value}", pattern) for key, value in pairs for pattern in given[MARKS])
