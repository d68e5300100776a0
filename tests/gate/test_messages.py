"""The exact texts that people and audit logs get."""

from typing import Any

from tests.gate.reviewing import BLOCK, answered, message, notes, review, reviewer

DENIAL = """\
Hardstand refuses Pod shop/privileged, tier high: 2 findings block
critical[privileged-container] spec.containers[name=app].securityContext.privileged: container app runs privileged. \
Fix: Remove `privileged: true` and add back only the capabilities that the program uses.
medium[memory-limit-missing] spec.containers[name=app].resources.limits.memory: container app has no memory limit. \
Fix: Set `resources.limits.memory` to a little more than the most that the program needs under load.
To ask for an exception, propose `match: {control: ONE OF THESE, kind: Pod, namespace: shop, name: privileged}` under \
`exceptions` in hardstand.yaml; ann or bob may approve it"""


def test_a_denial() -> None:
    declared = {
        "modes": [{"mode": "block", "control": ["privileged-container", "memory-limit-missing"]}],
        "approvers": {"high": ["ann", "bob"]},
    }
    response: Any = answered(reviewer(declared), review("pod-create-privileged")).review["response"]
    assert response["status"] == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": DENIAL,
        "reason": "Forbidden",
        "details": {
            "name": "privileged",
            "group": "",
            "kind": "pods",
            "causes": [
                {
                    "reason": "FieldValueForbidden",
                    "message": "privileged-container: container app runs privileged",
                    "field": "spec.containers[name=app].securityContext.privileged",
                },
                {
                    "reason": "FieldValueForbidden",
                    "message": "memory-limit-missing: container app has no memory limit",
                    "field": "spec.containers[name=app].resources.limits.memory",
                },
            ],
        },
        "code": 403,
    }
    assert "warnings" not in response


def test_a_denial_of_one_control_names_it_where_the_exception_is_asked_for() -> None:
    answer = answered(reviewer(BLOCK), review("daemonset-create"))
    assert message(answer).splitlines()[0] == "Hardstand refuses DaemonSet shop/agent, tier high: 1 finding blocks"
    assert message(answer).splitlines()[-1] == (
        "To ask for an exception, propose `match: {control: privileged-container, kind: DaemonSet, namespace: shop, "
        "name: agent}` under `exceptions` in hardstand.yaml"
    )


WARNINGS = """\
medium[capabilities-not-dropped] spec.template.spec.containers[name=app].securityContext.capabilities.drop: \
container app does not drop all capabilities
medium[memory-limit-missing] spec.template.spec.containers[name=app].resources.limits.memory: \
container app has no memory limit
low[image-without-digest] spec.template.spec.containers[name=app].image: \
container app runs an image that no digest pins"""


def test_warnings_are_the_most_severe_first() -> None:
    chosen = ["image-without-digest", "memory-limit-missing", "capabilities-not-dropped"]
    answer = answered(reviewer({}, controls=chosen), review("deployment-create"))
    assert answer.review["response"]["warnings"] == WARNINGS.splitlines()
    assert "status" not in answer.review["response"]


def test_what_is_off_is_not_told_and_what_is_unknown_is_told_last() -> None:
    chosen = ["image-without-digest", "memory-limit-missing", "privileged-container"]
    sent = review("deployment-create")
    pod = sent["request"]["object"]["spec"]["template"]["spec"]
    pod["containers"][0]["securityContext"] = {"privileged": "yes"}
    declared = {"modes": [{"mode": "off", "control": "image-without-digest"}]}
    answer = answered(reviewer(declared, controls=chosen), sent)
    assert answer.review["response"]["warnings"] == [
        WARNINGS.splitlines()[1],
        "unknown[privileged-container] spec.template.spec.containers[name=app].securityContext.privileged: "
        "spec.template.spec.containers[0].securityContext.privileged must be a boolean, found a string",
    ]
    assert answered(reviewer({**declared, "unknown": "block"}, controls=chosen), sent).verdict == "denied"


def test_audit_annotations() -> None:
    chosen = ["image-without-digest", "privileged-container"]
    made = reviewer(BLOCK, controls=chosen)
    answer = answered(made, review("pod-create-privileged"))
    assert answer.event is not None
    event = answer.event()
    assert notes(answer) == {
        "verdict": "denied",
        "mode": "enforce",
        "tier": "high",
        "baseline": event.baseline,
        "findings": ",".join(one.id for one in event.findings),
        "block": "privileged-container",
        "warn": "image-without-digest",
    }
    assert len(event.findings) == 2


def test_what_passes_is_not_annotated() -> None:
    response = answered(reviewer(BLOCK), review("pod-update-label")).review["response"]
    assert response == {"uid": review("pod-update-label")["request"]["uid"], "allowed": True}
