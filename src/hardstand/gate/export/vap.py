"""ValidatingAdmissionPolicies and their bindings.

Source of all fields: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardstand.baseline.modes import Mode
from hardstand.gate.export.interface import Enforced, Named, Native, Policy, Where
from hardstand.gate.export.kinds import rules, within_namespaces
from hardstand.gate.export.marks import metadata

API = "admissionregistration.k8s.io/v1"
ACTIONS: Mapping[Mode, str] = {Mode.BLOCK: "Deny", Mode.WARN: "Warn"}
_NAME = "kubernetes.io/metadata.name"
"""The label that every Namespace has with its own name."""


def written(native: Native) -> Iterator[Mapping[str, Any]]:
    """A policy for each control, followed by its bindings: one for each mode, since Deny and Warn may not share one."""
    for one in native.enforced:
        yield {
            "apiVersion": API,
            "kind": "ValidatingAdmissionPolicy",
            "metadata": metadata(one, name_of(one.policy)),
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": constraints(one.policy, native.exempt),
                **parts(one.policy),
            },
        }
        yield from (_binding(one, where, native.exempt) for where in one.places)


def name_of(policy: Policy) -> str:
    """The policy's name, which the audit log puts before its annotations."""
    return f"{policy.control}.hardstand.dev"


def parts(policy: Policy) -> Mapping[str, Any]:
    """What is evaluated."""
    return {
        "matchConditions": named(policy.conditions),
        "variables": named(policy.variables),
        "validations": [
            {
                "expression": policy.expression,
                "message": policy.message,
                "messageExpression": policy.message_expression,
                "reason": "Forbidden",
            }
        ],
        "auditAnnotations": [{"key": one.name, "valueExpression": one.expression} for one in policy.audit],
    }


def named(several: Sequence[Named]) -> list[Mapping[str, str]]:
    """Expressions with their names."""
    return [{"name": one.name, "expression": one.expression} for one in several]


def constraints(policy: Policy, exempt: Sequence[str], where: Where | None = None) -> Mapping[str, Any]:
    """The requests that a policy is asked about, outside of the namespaces that nothing may touch."""
    kinds = within_namespaces(policy.kinds) if where and not where.others else policy.kinds
    return {**selected(exempt, where), "resourceRules": list(rules(kinds))}


def selected(exempt: Sequence[str], where: Where | None) -> Mapping[str, Any]:
    """A selector of namespaces by their names; nothing where all are meant."""
    found = []
    without = [*exempt, *(where.namespaces if where and where.others else ())]
    if where and not where.others:
        found.append({"key": _NAME, "operator": "In", "values": list(where.namespaces)})
    elif without:
        found.append({"key": _NAME, "operator": "NotIn", "values": sorted(set(without))})
    return {"namespaceSelector": {"matchExpressions": found}} if found else {}


def _binding(one: Enforced, where: Where, exempt: Sequence[str]) -> Mapping[str, Any]:
    action = ACTIONS[where.mode]
    spec: dict[str, Any] = {"policyName": name_of(one.policy), "validationActions": [action]}
    if chosen := selected(exempt, where):
        spec["matchResources"] = dict(chosen)
        if not where.others and within_namespaces(one.policy.kinds) != one.policy.kinds:
            spec["matchResources"]["resourceRules"] = list(rules(within_namespaces(one.policy.kinds)))
    return {
        "apiVersion": API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": metadata(one, f"{one.policy.control}-{action.lower()}.hardstand.dev"),
        "spec": spec,
    }
