"""Gatekeeper's ConstraintTemplates in CEL, and constraints.

Source of all fields: https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy, and of
`matchCondition`, which is spelt in the singular there,
https://github.com/open-policy-agent/gatekeeper/blob/master/pkg/drivers/k8scel/schema/schema.go.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hardstand.gate.export.interface import Enforced, Native, Where
from hardstand.gate.export.kinds import by_group, within_namespaces
from hardstand.gate.export.marks import metadata
from hardstand.gate.export.vap import ACTIONS, named

TEMPLATES = "templates.gatekeeper.sh/v1"
CONSTRAINTS = "constraints.gatekeeper.sh/v1beta1"


def written(native: Native) -> Iterator[Mapping[str, Any]]:
    """A template for each control, followed by a constraint for each mode. There are no audit annotations."""
    for one in native.enforced:
        yield _template(one)
        yield from (_constraint(one, where, native.exempt) for where in one.places)


def _kind(one: Enforced) -> str:
    return "Hardstand" + "".join(word.capitalize() for word in one.policy.control.split("-"))


def _template(one: Enforced) -> Mapping[str, Any]:
    policy = one.policy
    source = {
        "failurePolicy": "Fail",
        "matchCondition": named(policy.conditions),
        "variables": named(policy.variables),
        "validations": [
            {
                "expression": policy.expression,
                "message": policy.message,
                "messageExpression": policy.message_expression,
            }
        ],
    }
    return {
        "apiVersion": TEMPLATES,
        "kind": "ConstraintTemplate",
        "metadata": metadata(one, _kind(one).lower()),
        "spec": {
            "crd": {"spec": {"names": {"kind": _kind(one)}}},
            "targets": [
                {
                    "target": "admission.k8s.gatekeeper.sh",
                    "code": [{"engine": "K8sNativeValidation", "source": source}],
                }
            ],
        },
    }


def _constraint(one: Enforced, where: Where, exempt: tuple[str, ...]) -> Mapping[str, Any]:
    action = ACTIONS[where.mode].lower()
    kinds = one.policy.kinds if where.others else within_namespaces(one.policy.kinds)
    match: dict[str, Any] = {"kinds": list(by_group(kinds))}
    if where.others:
        match["excludedNamespaces"] = sorted({*exempt, *where.namespaces})
    else:
        match["namespaces"] = list(where.namespaces)
    return {
        "apiVersion": CONSTRAINTS,
        "kind": _kind(one),
        "metadata": metadata(one, f"{one.policy.control}-{action}"),
        "spec": {"enforcementAction": action, "match": match},
    }
