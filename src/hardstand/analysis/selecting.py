"""Which labels a selector selects.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from collections.abc import Mapping

from hardstand.inventory.views.selectors import Expression, LabelSelector


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Tell whether `selector` selects something with `labels`; a selector that asks nothing selects everything.

    An operator that Kubernetes does not have makes the field malformed.
    """
    if not subset(selector.match_labels, labels):
        return False
    expressions = selector.match_expressions
    return not expressions or all(_holds(one, labels) for one in expressions)


def asks_nothing(selector: LabelSelector) -> bool:
    """Tell whether the selector is empty or absent."""
    return not selector.match_labels and not selector.match_expressions


def subset(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Tell whether every wanted label is there with its value, as for a Service's selector."""
    return wanted.items() <= labels.items()


def _holds(one: Expression, labels: Mapping[str, str]) -> bool:
    key = one.key or ""
    match one.operator:
        case "In":
            return key in labels and labels[key] in one.values
        case "NotIn":
            return key not in labels or labels[key] not in one.values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    raise one.malformed("In, NotIn, Exists or DoesNotExist", "operator")
