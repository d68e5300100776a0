"""Label selectors, as Services, policies and monitors have them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
"""

from hardstand.inventory.views.base import (
    View,
    string,
    string_map,
    strings,
    views,
)


class Expression(View):
    """One match expression of a label selector."""

    key = string("key")
    operator = string("operator")
    values = strings("values")


class LabelSelector(View):
    """A label selector; whether an absent or an empty one selects nothing or everything is its reader's matter."""

    match_labels = string_map("matchLabels")
    match_expressions = views("matchExpressions", Expression)
