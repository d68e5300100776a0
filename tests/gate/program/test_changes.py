"""A gate that runs, and its baseline changes: the emergency switch, mistakes, other modes, broken glass."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.asking import PLAIN, PRIVILEGED, Became, Client, Load, pod, proven
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import CONFIGURATION, Gate, declare, gates

BLOCKED = [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}]
HELD: dict[str, Any] = {"modes": BLOCKED, "gate": {"timeout": "30s", "break_glass": {"groups": ["on-call"]}}}
EMERGENCY = {**HELD, "gate": {**HELD["gate"], "emergency": "warn"}}


@pytest.fixture(scope="module")
def running(gated_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    declare(folder, HELD)
    made = Gate(folder, gated_cluster.kubeconfig)
    with gates(gated_cluster, made):
        yield made


@pytest.fixture
def gate(running: Gate) -> Gate:
    """The gate that all tests of this module share, with the baseline held that it began with, under a fresh name."""
    running.said.clear()
    declare(running.folder, {"name": uuid.uuid4().hex, **HELD})
    running.hear("is held")
    running.said.clear()
    return running


@pytest.fixture
def client(gated_cluster: Cluster) -> Iterator[Client]:
    made = Client(gated_cluster)
    yield made
    made.close()


def test_the_emergency_switch_counts_while_it_runs(gate: Gate, client: Client, space: Spaces) -> None:
    namespace = space()

    def became() -> Became:
        return client.create(namespace, {**pod("", PRIVILEGED), "metadata": {"generateName": "agent-"}}).became

    assert became() is Became.REFUSED
    declare(gate.folder, EMERGENCY)
    eventually(lambda: became() is Became.ADMITTED, "the emergency to count")
    gate.hear("is held")
    assert gate.metrics()["hardstand_gate_emergency"] == 1
    answer = client.create(namespace, pod("agent", PRIVILEGED))
    assert answer.became is Became.ADMITTED
    first = r"Hardstand: the gate only warns, by hardstand.yaml:\d+ \(emergency\); 1 finding would have blocked"
    assert re.fullmatch(first, answer.warnings[0])
    (event,) = [one for one in gate.events() if (one["ref"]["namespace"], one["ref"]["name"]) == (namespace, "agent")]
    assert (event["verdict"], event["mode"]) == ("admitted", "emergency-warn")
    declare(gate.folder, HELD)
    eventually(lambda: became() is Became.REFUSED, "the emergency to end")
    eventually(lambda: gate.metrics()["hardstand_gate_emergency"] == 0, "the metrics to tell")


def test_a_baseline_with_a_mistake_changes_nothing_and_is_said(gate: Gate, client: Client, space: Spaces) -> None:
    namespace, before = space(), (gate.folder / "hardstand.yaml").read_text()
    declare(gate.folder, "modes:\n- {mode: off}\n- {mode: blok, control: privileged-container}\n")
    gate.hear(r"cannot be used, and the one before is held: hardstand.yaml:3:10: ")
    assert client.create(namespace, pod("agent", PRIVILEGED)).became is Became.REFUSED
    declare(gate.folder, "modes: [")
    gate.hear(r"cannot be used, and the one before is held: hardstand.yaml:1:\d+: ")
    assert client.create(namespace, pod("agent", PRIVILEGED)).became is Became.REFUSED
    assert client.create(namespace, pod("web", PLAIN)).became is Became.ADMITTED
    assert not gate.heard("can be used again")
    declare(gate.folder, before)
    gate.hear("the baseline can be used again, and is what it was before: hardstand.yaml$")
    assert not gate.heard("Traceback|unexpected|has changed")


def test_a_baseline_that_is_gone_changes_nothing_and_is_said(gate: Gate, client: Client, space: Spaces) -> None:
    namespace, before = space(), (gate.folder / "hardstand.yaml").read_text()
    (gate.folder / "hardstand.yaml").unlink()
    gate.hear(r"the one before is held: hardstand.yaml:1:1: cannot be read: No such file")
    assert client.create(namespace, pod("agent", PRIVILEGED)).became is Became.REFUSED
    declare(gate.folder, before)
    gate.hear("the baseline can be used again, and is what it was before: hardstand.yaml$")


def test_webhooks_that_somebody_deletes_are_put_back_and_it_is_said(
    gate: Gate, gated_cluster: Cluster, client: Client, space: Spaces
) -> None:
    namespace = space()
    gated_cluster.kubectl("delete", CONFIGURATION)
    gate.hear(
        "ValidatingWebhookConfiguration hardstand-gate was gone, and nothing was gated meanwhile; it is there again$"
    )
    assert gated_cluster.get(CONFIGURATION)["webhooks"]

    def became() -> Became:
        return client.create(namespace, {**pod("", PRIVILEGED), "metadata": {"generateName": "agent-"}}).became

    eventually(lambda: became() is Became.REFUSED, "the API server to ask again")


def test_what_a_baseline_extends_counts_too(gate: Gate, client: Client, space: Spaces) -> None:
    namespace = space()
    parent = gate.folder / "parent.yaml"
    parent.write_text("modes:\n- {mode: warn}\n")
    declare(gate.folder, "extends: parent.yaml\n")
    gate.hear("is held")
    assert client.create(namespace, pod("before", PRIVILEGED)).became is Became.ADMITTED
    gate.said.clear()
    parent.write_text("modes:\n- {mode: warn}\n- {mode: block, control: privileged-container}\n")
    gate.hear("is held")
    assert client.create(namespace, pod("after", PRIVILEGED)).became is Became.REFUSED


def test_other_modes_are_held_without_one_wrong_answer(
    gate: Gate, gated_cluster: Cluster, client: Client, space: Spaces
) -> None:
    """What both baselines refuse is refused all the time, what both let pass is let pass; the rest changes once."""
    namespace = space()
    also = {**HELD, "modes": [*BLOCKED, {"mode": "block", "control": "host-network"}]}

    def became(name: str) -> Became:
        one = pod(name)
        return client.create(namespace, {**one, "spec": {**one["spec"], "hostNetwork": True}}).became

    with Load(gated_cluster, [namespace]) as load:
        assert became("first") is Became.ADMITTED
        for turn in range(2):
            gate.said.clear()
            declare(gate.folder, also)
            gate.hear("is held")
            assert became(f"also-{turn}") is Became.REFUSED
            gate.said.clear()
            declare(gate.folder, HELD)
            gate.hear("is held")
            assert became(f"not-{turn}") is Became.ADMITTED
    proven(load)
    assert not gate.heard("unexpected")


def test_breaking_the_glass_is_recorded_before_it_is_answered(
    gate: Gate, gated_cluster: Cluster, space: Spaces
) -> None:
    namespace = space()
    erin = Client(gated_cluster, "erin", ["on-call", "system:masters"])
    answer = erin.create(namespace, pod("agent", PRIVILEGED))
    erin.close()
    assert answer.became is Became.ADMITTED
    assert answer.warnings[0] == (
        "Hardstand: erin may break the glass, and this is recorded; 1 finding would have blocked"
    )
    (event,) = [one for one in gate.events() if one["user"]["name"] == "erin"]
    assert (event["verdict"], event["mode"]) == ("admitted", "break-glass")
    assert [one["control"] for one in event["findings"]] == ["privileged-container"]
    entry = eventually(lambda: gated_cluster.audited(user__username="erin"), "the audit log's entry")[0]
    (mode,) = [value for key, value in entry["annotations"].items() if key.endswith("/mode")]
    assert mode == "break-glass"


def test_big_requests_are_judged_while_the_picture_changes(
    gate: Gate, gated_cluster: Cluster, client: Client, space: Spaces
) -> None:
    """They are judged on a thread of their own, beside the one on which the picture changes."""
    namespace = space()
    many = [{**PLAIN, "name": f"c{number}", "args": ["x" * 100]} for number in range(150)]
    one = pod("")
    big = {**one, "spec": {**one["spec"], "containers": many}, "metadata": {"generateName": "big-"}}
    bad = {**big, "spec": {**one["spec"], "containers": [*many, {**PRIVILEGED, "name": "bad"}]}}
    with Load(gated_cluster, [namespace]) as load:
        for _ in range(6):
            assert client.create(namespace, big).became is Became.ADMITTED
            assert client.create(namespace, bad).became is Became.REFUSED
    proven(load)
    assert not gate.heard("unexpected")
