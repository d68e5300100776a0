"""ValidatingPolicies of Kyverno: what Kubernetes has, with the actions in the policy itself.

Source of all fields: https://kyverno.io/docs/policy-types/validating-policy/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hardstand.gate.export.interface import Enforced, Native, Where
from hardstand.gate.export.marks import metadata
from hardstand.gate.export.vap import ACTIONS, constraints, parts

API = "policies.kyverno.io/v1"


def written(native: Native) -> Iterator[Mapping[str, Any]]:
    """A policy for each control and mode."""
    for one in native.enforced:
        for where in one.places:
            yield _policy(one, where, native.exempt)


def _policy(one: Enforced, where: Where, exempt: tuple[str, ...]) -> Mapping[str, Any]:
    action = ACTIONS[where.mode]
    return {
        "apiVersion": API,
        "kind": "ValidatingPolicy",
        "metadata": metadata(one, f"{one.policy.control}-{action.lower()}"),
        "spec": {
            "validationActions": [action],
            "failurePolicy": "Fail",
            # The expressions know every kind that makes pods; Kyverno need not write policies for those.
            "autogen": {"podControllers": {"controllers": []}},
            "matchConstraints": constraints(one.policy, exempt, where),
            **parts(one.policy),
        },
    }
