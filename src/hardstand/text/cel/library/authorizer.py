"""Questions that only an API server answers. They are known, so that their use can be told from a mistake.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library.
"""

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

SINCE, SELECTORS = 28, 32
"""Versions of Kubernetes 1.x: the library, and its selectors."""


@function(
    SINCE,
    "<dyn>.path(string)",
    "<dyn>.check(string)",
    "<dyn>.serviceAccount(string, string)",
    "<dyn>.group(string)",
    "<dyn>.resource(string)",
    "<dyn>.subresource(string)",
    "<dyn>.namespace(string)",
    "<dyn>.name(string)",
    "<dyn>.allowed()",
    "<dyn>.reason()",
    "<dyn>.errored()",
    "<dyn>.error()",
    evaluated=False,
)
def ask(*_: object) -> object:
    """There is nobody to ask."""
    raise EvaluationError("no such overload: only an API server can authorize")


function(SELECTORS, "<dyn>.fieldSelector(string)", "<dyn>.labelSelector(string)", evaluated=False)(ask)
