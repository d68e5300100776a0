"""Who and what passes: exempt namespaces, the emergency switch, breaking the glass, dry runs; and what is recorded."""

import json
from typing import Any

import pytest

from hardstand.gate.handling import Validating
from hardstand.model.admission import AdmissionEvent
from tests.baseline.making import exception
from tests.gate.reviewing import BLOCK, NOON, allowed, answered, message, notes, review, reviewer


def gated(**gate: Any) -> dict[str, Any]:
    return {**BLOCK, "gate": gate}


class Kept:
    """A Recorder in memory."""

    def __init__(self) -> None:
        self.events: list[AdmissionEvent] = []

    def record(self, event: AdmissionEvent) -> None:
        self.events.append(event)


ALWAYS = ("kube-system", "kube-node-lease", "kube-public", "hardstand")


@pytest.mark.parametrize("namespace", [*ALWAYS, "calico-system"])
def test_an_exempt_namespace_is_never_refused(namespace: str) -> None:
    made = reviewer(gated(exempt_namespaces=["calico-system"]))
    sent = review("pod-create-privileged", namespace=namespace)
    sent["request"]["object"]["metadata"]["namespace"] = namespace
    answer = answered(made, sent)
    assert (answer.verdict, allowed(answer), answer.event) == ("exempt", True, None)
    itself = review("namespace-create", name=namespace, namespace=namespace)
    itself["request"]["object"]["metadata"]["name"] = namespace
    strict = {"modes": [{"mode": "block"}], "gate": {"exempt_namespaces": ["calico-system"]}}
    assert answered(reviewer(strict), itself).verdict == "exempt"
    assert answered(reviewer(strict), review("namespace-create")).verdict == "denied"


def test_the_namespace_that_the_gate_runs_in_is_exempt_wherever_that_is() -> None:
    sent = review("pod-create-privileged")
    assert answered(reviewer(BLOCK, namespace="shop"), sent).verdict == "exempt"
    assert answered(reviewer(BLOCK, namespace="other"), sent).verdict == "denied"
    assert answered(reviewer(gated(namespace="shop")), sent).verdict == "exempt"


def test_in_an_emergency_everything_warns_and_says_so() -> None:
    answer = answered(reviewer(gated(emergency="warn")), review("pod-create-privileged"))
    assert allowed(answer)
    told = answer.review["response"]["warnings"]
    assert told[0] == "Hardstand: the gate only warns, by hardstand.yaml:8 (emergency); 1 finding would have blocked"
    assert told[1].startswith("critical[privileged-container] spec.containers[name=app].securityContext.privileged: ")
    assert (notes(answer)["mode"], notes(answer)["block"]) == ("emergency-warn", "privileged-container")
    assert answer.loud
    calm = answered(reviewer(gated(emergency="warn")), review("service-create"))
    assert calm.review["response"]["warnings"][0].endswith("; 0 findings would have blocked")
    assert calm.loud
    assert answered(reviewer(gated(emergency="off")), review("pod-create-privileged")).verdict == "denied"


@pytest.mark.parametrize("glass", [{"users": ["erin"]}, {"groups": ["on-call"]}])
def test_breaking_the_glass_passes_and_is_told(glass: dict[str, list[str]]) -> None:
    made = reviewer(gated(break_glass=glass))
    someone = {"username": "mallory", "groups": ["developers", "on-call-2"]}
    assert answered(made, review("pod-create-privileged", userInfo=someone)).verdict == "denied"
    erin = {"username": "erin", "groups": ["developers", "on-call"]}
    answer = answered(made, review("pod-create-privileged", userInfo=erin))
    assert allowed(answer)
    assert answer.review["response"]["warnings"][0] == (
        "Hardstand: erin may break the glass, and this is recorded; 1 finding would have blocked"
    )
    assert notes(answer)["mode"] == "break-glass"
    assert answer.loud
    assert answer.event is not None
    dry = answered(made, review("pod-create-privileged", userInfo=erin, dryRun=True))
    assert dry.review["response"]["warnings"][0] == (
        "Hardstand: erin may break the glass, a dry run, which is not recorded; 1 finding would have blocked"
    )
    assert dry.event is None


def test_a_namespace_has_the_modes_of_its_environment() -> None:
    declared = {
        "boundary": {"environments": {"production": {"namespaces": ["shop"]}, "staging": {"namespaces": ["staging"]}}},
        "modes": [{"mode": "warn"}, {"mode": "block", "control": "privileged-container", "environment": "production"}],
    }
    sent = review("pod-create-privileged")
    assert answered(reviewer(declared), sent).verdict == "denied"
    for step in (sent["request"], sent["request"]["object"]["metadata"]):
        step["namespace"] = "staging"
    answer = answered(reviewer(declared), sent)
    assert answer.verdict == "admitted"
    assert "privileged-container" in notes(answer)["warn"].split(",")


def test_an_exception_lets_in_and_is_named() -> None:
    declared = {**BLOCK, "exceptions": [exception(match={"name": "privileged", "namespace": "shop"})]}
    answer = answered(reviewer(declared), review("pod-create-privileged"))
    assert (answer.verdict, notes(answer)["exceptions"]) == ("admitted", "e1")
    expired = {**declared, "exceptions": [exception(match={"name": "privileged"}, expires="2026-05-31")]}
    assert answered(reviewer(expired), review("pod-create-privileged")).verdict == "denied"


def test_a_dry_run_is_answered_and_leaves_no_trace() -> None:
    kept = Kept()
    serve = Validating(reviewer(BLOCK), kept, clock=lambda: NOON)
    for dry_run, verdict in ((True, "denied"), (False, "denied")):
        before = len(kept.events)
        reply = serve(json.dumps(review("pod-create-privileged", dryRun=dry_run)).encode())
        assert (reply.status, reply.verdict) == (200, verdict)
        assert len(kept.events) - before == (0 if dry_run else 1)


def test_what_is_recorded_is_what_a_later_baseline_can_be_tried_on() -> None:
    kept = Kept()
    serve = Validating(reviewer(BLOCK), kept, clock=lambda: NOON)
    sent = review("pod-create-privileged")
    serve(json.dumps(sent).encode())
    (event,) = kept.events
    said = event.as_json()
    assert event.loud
    assert {key: said[key] for key in ("schema", "time", "operation", "resource", "verdict", "mode", "tier")} == {
        "schema": "hardstand.dev/admission/v1",
        "time": "2026-06-01T12:00:00.000Z",
        "operation": "CREATE",
        "resource": "pods",
        "verdict": "denied",
        "mode": "enforce",
        "tier": "high",
    }
    assert said["uid"] == sent["request"]["uid"]
    assert said["user"] == {"name": "admin", "groups": sorted(sent["request"]["userInfo"]["groups"])}
    assert said["ref"] == {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "privileged"}
    blocked = [one for one in said["findings"] if one["action"] == "block"]
    assert [(one["control"], one["field"], one["waiver"]) for one in blocked] == [
        ("privileged-container", "spec.containers[name=app].securityContext.privileged", None)
    ]
    assert said["object"]["spec"] == sent["request"]["object"]["spec"]
    assert "managedFields" not in said["object"]["metadata"]
    assert json.loads(json.dumps(said)) == said


def test_passed_and_exempt_requests_are_not_recorded_and_of_the_admitted_as_many_as_asked() -> None:
    kept = Kept()
    made = reviewer({"modes": [{"mode": "warn"}], "gate": {"exempt_namespaces": ["calm"]}})
    serve = Validating(made, kept, clock=lambda: NOON)
    serve(json.dumps(review("pod-update-label")).encode())
    assert kept.events == []
    some = Validating(made, kept, keep=0.3, clock=lambda: NOON)
    for number in range(200):
        some(json.dumps(review("service-create", uid=f"{number}")).encode())
    assert 30 <= len(kept.events) <= 90
    uids = [one.uid for one in kept.events]
    kept.events.clear()
    for number in range(200):
        some(json.dumps(review("service-create", uid=f"{number}")).encode())
    assert [one.uid for one in kept.events] == uids


def test_no_secret_leaves_with_an_event() -> None:
    kept = Kept()
    serve = Validating(reviewer({}), kept, clock=lambda: NOON)
    serve(json.dumps(review("secret-create")).encode())
    sent = review("deployment-create")
    container = sent["request"]["object"]["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "DB_PASSWORD", "value": "correct-horse-battery"}]
    container["args"] = ["--password", "correct-horse-battery", "--verbose"]
    note = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(container)}
    sent["request"]["object"]["metadata"]["annotations"] = note
    serve(json.dumps(sent).encode())
    written = json.dumps([one.as_json() for one in kept.events])
    assert len(kept.events) == 2
    assert "horse" not in written
    assert "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5" not in written  # The same in base64.
    assert "last-applied" not in written
    seen = kept.events[1].as_json()["object"]["spec"]["template"]["spec"]["containers"][0]
    assert seen["args"] == ["--password", "•" * 21, "--verbose"]
    assert seen["image"] == container["image"]


def test_an_answer_that_cannot_be_recorded_is_given_and_told() -> None:
    class Full:
        def record(self, event: AdmissionEvent) -> None:
            raise OSError(28, "No space left on device")

    reply = Validating(reviewer(BLOCK), Full(), clock=lambda: NOON)(
        json.dumps(review("pod-create-privileged")).encode()
    )
    assert (reply.status, reply.verdict) == (200, "denied")
    assert reply.fault.endswith("could not be recorded: No space left on device")


def test_values_of_secrets_are_taken_out_before_anything_is_judged() -> None:
    def conceal(data: Any) -> Any:
        seen.append(data)
        return {**data, "data": dict.fromkeys(data["data"])}

    seen: list[Any] = []
    answer = answered(reviewer({}, conceal=conceal), review("secret-create"))
    assert answer.event is not None
    assert answer.event().as_json()["object"]["data"] == {"password": None}
    assert len(seen) == 1


def test_a_denial_says_who_may_approve() -> None:
    declared = {**BLOCK, "approvers": {"critical": ["ann"], "high": ["ann", "bob", "cy", "dee"]}}
    assert message(answered(reviewer(declared), review("pod-create-privileged"))).endswith(
        "under `exceptions` in hardstand.yaml; ann or bob or cy or others may approve it"
    )
