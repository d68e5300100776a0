"""What is remembered of owners, and of what they made, never speaks for anything else."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from hardstand.engine.findings import Page
from hardstand.gate.review import Answer, Reviewer
from hardstand.model.live import live_name
from tests.gate.reviewing import answered, notes, put, review, reviewer
from tests.gate.test_alike import forgetful
from tests.gate.test_owners import BLOCKED, MADE, excepting, privileged

Change = Callable[[dict[str, Any]], None]


def again(sent: dict[str, Any], number: int) -> dict[str, Any]:
    """Another object of the same template, as its controller makes it."""
    made = copy.deepcopy(sent)
    name = f"{made['request']['object']['metadata']['name'][:-5]}{number:05d}"
    made["request"].update(name=name, uid=f"request-{number}")
    made["request"]["object"]["metadata"].update(name=name, uid=f"uid-{number}")
    return made


def same(remembering: Reviewer, forgetting: Reviewer, sent: dict[str, Any]) -> Answer:
    """The answer of a gate that remembers, which is that of one that does not."""
    said, other = answered(remembering, sent), answered(forgetting, sent)
    assert json.dumps(said.review) == json.dumps(other.review)
    assert (said.event and said.event()) == (other.event and other.event())
    return said


def pair(declared: dict[str, Any], there: list[dict[str, Any]]) -> tuple[Reviewer, Reviewer]:
    return reviewer(declared, *there), forgetful(reviewer(declared, *there))


def by(user: str) -> Change:
    return lambda request: request["userInfo"].update(username=user)


def referring(**changed: Any) -> Change:
    return lambda request: request["object"]["metadata"]["ownerReferences"][0].update(changed)


def running(key: str, value: Any) -> Change:
    return lambda request: request["object"]["spec"].update({key: value})


FORGED: dict[str, Change] = {
    "another requester": by("mallory"),
    "another controller": by("system:serviceaccount:kube-system:cronjob-controller"),
    "another uid": referring(uid="of-nobody"),
    "another name": referring(name="other"),
    "another kind": referring(kind="StatefulSet"),
    "no controller": referring(controller=False),
    "another template": running("hostNetwork", True),
    "another account": running("serviceAccountName", "admin"),
}


@pytest.mark.parametrize("how", FORGED)
def test_what_is_forged_has_no_share_in_what_is_remembered(how: str) -> None:
    there = [privileged("deployment-create"), privileged("replicaset-by-its-controller")]
    gates = pair(excepting("Deployment", "web"), there)
    for number in range(3):
        assert same(*gates, again(privileged("pod-by-a-replicaset"), number)).verdict == "admitted"
    forged = again(privileged("pod-by-a-replicaset"), 3)
    FORGED[how](forged["request"])
    answer = same(*gates, forged)
    assert answer.verdict == "denied"
    assert "owner" not in notes(answer)
    genuine = same(*gates, again(privileged("pod-by-a-replicaset"), 4))
    assert (genuine.verdict, notes(genuine)["owner"]) == ("admitted", "Deployment shop/web")


def test_an_owner_that_has_changed_or_gone_speaks_no_more() -> None:
    there = [privileged("deployment-create"), privileged("replicaset-by-its-controller")]
    gates = pair(excepting("Deployment", "web"), there)
    pods = [again(privileged("pod-by-a-replicaset"), number) for number in range(6)]
    assert [same(*gates, one).verdict for one in pods[:2]] == ["admitted"] * 2
    changed = copy.deepcopy(there[0])
    changed["request"]["object"]["spec"]["template"]["spec"]["hostNetwork"] = True
    for gate in gates:
        put(gate._live, changed)
    answer = same(*gates, pods[2])
    assert (answer.verdict, notes(answer)["owner"].partition(" ")[0]) == ("denied", "ReplicaSet")
    for gate in gates:
        put(gate._live, there[0])
    assert same(*gates, pods[3]).verdict == "admitted"
    for gate in gates:
        name = next(one for one in gate._live.names() if "/deployments/" in one)
        gate._live.remove(name)
    assert same(*gates, pods[4]).verdict == "denied"


@pytest.mark.parametrize("declared", [{}, {"modes": [BLOCKED]}], ids=["warning", "blocking"])
@pytest.mark.parametrize(("kind", "name", "owners", "made"), MADE)
def test_owners_speak_as_if_nothing_were_remembered(
    kind: str, name: str, owners: list[str], made: str, declared: dict[str, Any]
) -> None:
    gates = pair(declared, [privileged(one) for one in owners])
    for number in range(3):
        assert notes(same(*gates, again(privileged(made), number)))["owner"] == f"{kind} shop/{name}"
        isolate(gates, number)  # What is around them changes what is found of them.


def isolate(gates: tuple[Reviewer, Reviewer], number: int) -> None:
    metadata = {"name": f"all-{number}", "namespace": "shop"}
    data = {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata,
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }  # fmt: skip
    path = f"/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/all-{number}"
    for gate in gates:
        gate._live.put(Page(live_name(path), json.dumps(data).encode(), live=True))


def test_what_an_object_says_itself_is_judged_once_whatever_happens_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gates = pair({}, [])
    alone, judged = gates[0]._live.evaluator.alone, []
    monkeypatch.setattr(gates[0]._live.evaluator, "alone", lambda kube: judged.append(kube.kind) or alone(kube))
    told = []
    for number in range(3):
        answer = same(*gates, again(privileged("pod-by-a-replicaset"), number))
        told.append("workload-not-isolated" in notes(answer)["warn"])
        isolate(gates, number)
    assert len(judged) == 1
    assert told == [True, False, False]


def test_answers_that_are_kept_of_an_owner_s_pods_are_bounded() -> None:
    there = [review("deployment-create"), review("replicaset-by-its-controller")]
    gates = pair({}, there)
    for number in range(40):
        sent = again(review("pod-by-a-replicaset"), number)
        sent["request"]["object"]["metadata"].setdefault("labels", {})["number"] = str(number)
        same(*gates, sent)
    kept = [answer.kept for _, answer in gates[0]._live._recent._found.values()]
    assert 10 < max(map(len, kept)) < 20


def test_nothing_is_kept_of_what_came_and_went() -> None:
    live = reviewer({}, review("deployment-create"), review("replicaset-by-its-controller"))._live
    for name in sorted(live.names(), reverse=True):
        live.remove(name)
    assert (len(live), live._made, live._owners._known) == (0, {}, {})
