"""Whose exception counts for a pod: its owner's only where nobody could have made that up."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.baseline.making import exception
from tests.gate.reviewing import answered, message, notes, review, reviewer

BLOCKED: dict[str, Any] = {"mode": "block", "control": "privileged-container"}
MANAGER = "system:kube-controller-manager"


def excepting(kind: str, name: str) -> dict[str, Any]:
    return {"modes": [BLOCKED], "exceptions": [exception(match={"kind": kind, "name": name, "namespace": "shop"})]}


def privileged(name: str) -> dict[str, Any]:
    """A recording whose pods run privileged."""
    sent = review(name)
    template = sent["request"]["object"]
    for step in {"CronJob": ("spec", "jobTemplate", "spec", "template"), "Pod": ()}.get(
        template["kind"], ("spec", "template")
    ):
        template = template[step]
    template["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    return sent


MADE = [
    ("Deployment", "web", ["deployment-create", "replicaset-by-its-controller"], "pod-by-a-replicaset"),
    ("Deployment", "web", ["deployment-create"], "replicaset-by-its-controller"),
    ("DaemonSet", "agent", ["daemonset-create"], "pod-by-a-daemonset"),
    ("StatefulSet", "db", ["statefulset-create"], "pod-by-a-statefulset"),
    ("Job", "once", ["job-create"], "pod-by-a-job"),
    ("CronJob", "often", ["cronjob-create"], "job-by-a-cronjob"),
]


@pytest.mark.parametrize(("kind", "name", "owners", "made"), MADE)
def test_the_exception_of_an_owner_counts_for_what_its_controller_makes(
    kind: str, name: str, owners: list[str], made: str
) -> None:
    there = [privileged(one) for one in owners]
    answer = answered(reviewer(excepting(kind, name), *there), privileged(made))
    assert answer.verdict == "admitted"
    assert (notes(answer)["owner"], notes(answer)["exceptions"]) == (f"{kind} shop/{name}", "e1")
    assert notes(answer)["waived"] == "privileged-container"
    sent = privileged(made)
    sent["request"]["userInfo"]["username"] = MANAGER
    assert answered(reviewer(excepting(kind, name), *there), sent).verdict == "admitted"


@pytest.mark.parametrize(("kind", "name", "owners", "made"), MADE)
def test_an_owner_s_verdict_counts_too(kind: str, name: str, owners: list[str], made: str) -> None:
    there = [privileged(one) for one in owners]
    answer = answered(reviewer({"modes": [BLOCKED]}, *there), privileged(made))
    assert answer.verdict == "denied"
    assert notes(answer)["owner"] == f"{kind} shop/{name}"
    # One asks for an exception for what people edit, and not for a pod of a made-up name.
    assert message(answer).startswith(f"Hardstand refuses {kind} shop/{name}")
    assert f"kind: {kind}, namespace: shop, name: {name}}}" in message(answer)


def test_what_a_controller_makes_is_charged_with_nothing_that_its_owner_is_not() -> None:
    """The labels that a control asks for are the owner's to bear, and every pod would be wrong by itself."""
    declared = {"parameters": {"required-label-missing": {"labels": {"team": ".+"}, "on": ["object"]}}}
    owner = review("deployment-create")
    owner["request"]["object"]["metadata"]["labels"] = {"team": "shop"}
    there = [owner, review("replicaset-by-its-controller")]
    made, sent = reviewer(declared, *there), review("pod-by-a-replicaset")
    told = set(notes(answered(made, sent))["warn"].split(","))
    assert told <= set(notes(answered(made, owner))["warn"].split(","))
    user("mallory")(sent["request"])
    assert set(notes(answered(made, sent))["warn"].split(",")) - told == {"required-label-missing"}


def user(name: str) -> Callable[[dict[str, Any]], None]:
    def change(request: dict[str, Any]) -> None:
        request["userInfo"]["username"] = name

    return change


def reference(**changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(request: dict[str, Any]) -> None:
        request["object"]["metadata"]["ownerReferences"][0].update(changed)

    return change


def container(**changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(request: dict[str, Any]) -> None:
        request["object"]["spec"]["containers"][0].update(changed)

    return change


def spec(**changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(request: dict[str, Any]) -> None:
        request["object"]["spec"].update(changed)

    return change


def second_container(request: dict[str, Any]) -> None:
    containers = request["object"]["spec"]["containers"]
    containers.append({**copy.deepcopy(containers[0]), "name": "other"})


def second_reference(request: dict[str, Any]) -> None:
    references = request["object"]["metadata"]["ownerReferences"]
    references.append({**references[0], "uid": "0000"})


def elsewhere(request: dict[str, Any]) -> None:
    request["namespace"] = request["object"]["metadata"]["namespace"] = "other"


def without_references(request: dict[str, Any]) -> None:
    del request["object"]["metadata"]["ownerReferences"]


FORGED: dict[str, Callable[[dict[str, Any]], None]] = {
    "by a person": user("mallory"),
    "by an administrator": user("kubernetes-admin"),
    "by a pod's own account": user("system:serviceaccount:shop:replicaset-controller"),
    "by an account of a namespace that is called alike": user(
        "system:serviceaccount:kube-system2:replicaset-controller"
    ),
    "by the controller of another kind": user("system:serviceaccount:kube-system:job-controller"),
    "by the controller of the owner's owner": user("system:serviceaccount:kube-system:deployment-controller"),
    "by a name in other letters": user("system:serviceaccount:kube-system:ReplicaSet-Controller"),
    "by nobody": user(""),
    "of another image": container(image="registry.example/evil:1"),
    "of another command": container(command=["/bin/sh"]),
    "with an environment": container(env=[{"name": "A", "value": "b"}]),
    "with further rights": container(securityContext={"privileged": True, "runAsUser": 0}),
    "with a container more": second_container,
    "on the host's network": spec(hostNetwork=True),
    "as another account": spec(serviceAccountName="admin", serviceAccount="admin"),
    "with a volume more": spec(volumes=[{"name": "root", "hostPath": {"path": "/"}}]),
    "of a uid that there is not": reference(uid="00000000-0000-0000-0000-000000000000"),
    "of a uid that is no text": reference(uid=7),
    "of another name": reference(name="other"),
    "of another kind": reference(kind="StatefulSet"),
    "of another group": reference(apiVersion="example.com/v1"),
    "of an owner that is no controller": reference(controller=False),
    "of two controllers": second_reference,
    "in another namespace": elsewhere,
    "without an owner": without_references,
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED.keys())
def test_a_forged_reference_to_an_excepted_owner_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    """Each differs in one thing from a pod that is let in, as the first test of this file shows."""
    there = [privileged(one) for one in ("deployment-create", "replicaset-by-its-controller")]
    made = reviewer(excepting("Deployment", "web"), *there)
    sent = privileged("pod-by-a-replicaset")
    assert answered(made, sent).verdict == "admitted"
    change(sent["request"])
    answer = answered(made, sent)
    assert answer.verdict == "denied"
    assert "owner" not in notes(answer)
    assert "exceptions" not in notes(answer)


def test_an_owner_that_is_not_in_the_picture_counts_for_nothing() -> None:
    sent = privileged("pod-by-a-replicaset")
    early = answered(reviewer(excepting("Deployment", "web")), sent)
    assert early.verdict == "denied"
    words = early.review["response"]["status"]["message"].splitlines()[-1]
    assert words.startswith("ReplicaSet shop/web-7847f7476f, which made it, is not known here yet")
    alone = reviewer(excepting("Deployment", "web"), privileged("replicaset-by-its-controller"))
    answer = answered(alone, sent)  # Its ReplicaSet is there, and is not what is excepted.
    assert (answer.verdict, notes(answer)["owner"]) == ("denied", "ReplicaSet shop/web-7847f7476f")


def test_a_replica_set_that_says_something_else_than_its_deployment_has_a_verdict_of_its_own() -> None:
    """One that somebody hangs below an excepted Deployment, or that a rollout is about to replace."""
    there = [review("deployment-create"), privileged("replicaset-by-its-controller")]
    answer = answered(reviewer(excepting("Deployment", "web"), *there), privileged("pod-by-a-replicaset"))
    assert answer.verdict == "denied"
    assert notes(answer)["owner"].startswith("ReplicaSet shop/web-")


def test_a_deployment_that_changes_takes_its_exception_along() -> None:
    """The ReplicaSet was like it once; what counts is what it says now."""
    there = [privileged("deployment-create"), privileged("replicaset-by-its-controller"), review("deployment-create")]
    answer = answered(reviewer(excepting("Deployment", "web"), *there), privileged("pod-by-a-replicaset"))
    assert answer.verdict == "denied"


def test_a_replica_set_scaled_to_nothing_is_not_taken_for_its_deployment() -> None:
    there = [privileged("deployment-create")]
    sent = privileged("replicaset-by-its-controller")
    sent["request"]["object"]["spec"]["replicas"] = 0
    sent["request"]["object"]["spec"]["template"]["spec"]["hostPID"] = True
    answer = answered(reviewer(excepting("Deployment", "web"), *there), sent)
    assert answer.verdict == "denied"
    assert "owner" not in notes(answer)


def test_a_controller_of_one_s_own_is_declared() -> None:
    rollout = privileged("deployment-create")
    rollout["request"]["object"].update(apiVersion="argoproj.io/v1alpha1", kind="Rollout")
    rollout["request"].update(
        kind={"group": "argoproj.io", "version": "v1alpha1", "kind": "Rollout"},
        resource={"group": "argoproj.io", "version": "v1alpha1", "resource": "rollouts"},
    )
    rollout["request"]["object"]["metadata"]["uid"] = "the-rollout"
    sent = privileged("replicaset-by-its-controller")
    reference(uid="the-rollout", kind="Rollout", apiVersion="argoproj.io/v1alpha1", name="web")(sent["request"])
    user("system:serviceaccount:argo-rollouts:argo-rollouts")(sent["request"])
    declared = excepting("Rollout", "web")
    assert answered(reviewer(declared, rollout), sent).verdict == "denied"
    identity = {"kind": "Rollout.argoproj.io", "user": "system:serviceaccount:argo-rollouts:argo-rollouts"}
    declared["gate"] = {"controllers": [identity]}
    assert answered(reviewer(declared, rollout), sent).verdict == "admitted"
    user("system:serviceaccount:argo-rollouts:other")(sent["request"])
    assert answered(reviewer(declared, rollout), sent).verdict == "denied"
