"""The picture that the gate judges by: another day, another baseline, and what comes before the server is there."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hardstand.engine.findings import Page
from hardstand.engine.settings import Settings
from hardstand.wiring.gating.picture import GatePicture
from hardstand.wiring.gating.turns import Turns
from tests.baseline.making import TODAY, baseline_of, exception
from tests.gate.reviewing import review

BLOCKED: list[dict[str, Any]] = [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}]
TOMORROW = date(2026, 9, 1)


class Waiting:
    """Tasks that wait until somebody does them, one by one."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], object]] = []

    def __call__(self, task: Callable[[], object]) -> None:
        self.tasks.append(task)

    def step(self) -> None:
        self.tasks.pop(0)()

    def all(self) -> None:
        while self.tasks:
            self.step()


def picture(later: Callable[[Callable[[], object]], None], **declared: Any) -> GatePicture:
    settings = Settings(baseline=baseline_of(declared), cluster="test", today=TODAY, excerpts=False)
    return GatePicture(
        settings, None, namespace="hardstand", conceal=lambda data: data, recorder=None, keep=1.0, later=later,
        say=lambda _: None,
    )  # fmt: skip


def allowed(made: GatePicture) -> bool:
    reply = made.validate(json.dumps(review("pod-create-privileged")).encode())
    assert reply.status == 200, reply.body
    big = made.validate_big(json.dumps(review("pod-create-privileged")).encode())
    answer = json.loads(reply.body)["response"]["allowed"]
    assert json.loads(big.body)["response"]["allowed"] is answer, "the two judges agree"
    return bool(answer)


def config_map(number: int) -> Page:
    one = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{number}", "namespace": "shop"}}
    return Page(f"cluster:/api/v1/namespaces/shop/configmaps/c{number}", json.dumps(one).encode(), live=True)


def test_an_exception_ends_with_its_day_while_the_gate_runs() -> None:
    made = picture(Waiting(), modes=BLOCKED, exceptions=[exception(match={"kind": "Pod"})])
    assert allowed(made)
    made.on_day(date(2026, 8, 31))
    assert allowed(made)
    made.on_day(TOMORROW)
    assert not allowed(made)


def test_a_mode_that_is_announced_counts_from_its_day_on() -> None:
    modes = [{"mode": "off"}, {"mode": "block", "control": "privileged-container", "from": TOMORROW.isoformat()}]
    made = picture(Waiting(), modes=modes)
    assert allowed(made)
    made.on_day(TOMORROW)
    assert not allowed(made)


def test_the_emergency_switch_counts_at_once_and_the_rest_when_all_is_carried_over() -> None:
    later = Waiting()
    made = picture(later, modes=BLOCKED)
    made.take([config_map(number) for number in range(30)], (), [])
    made.hold(baseline_of({"modes": [{"mode": "off"}], "gate": {"emergency": "warn"}}))
    assert made.answering.emergency
    assert allowed(made)
    made.hold(baseline_of({"modes": [{"mode": "off"}]}))
    assert not allowed(made), "the modes of before count until the picture is judged by the new ones"
    later.all()
    assert allowed(made)
    assert len(made.answering.live) == 30


def test_a_new_day_in_the_middle_of_a_change_turns_no_switch_back() -> None:
    later = Waiting()
    made = picture(later, modes=BLOCKED)
    made.take([config_map(number) for number in range(30)], (), [])
    made.hold(baseline_of({"modes": BLOCKED, "gate": {"emergency": "warn"}}))
    later.step()
    made.on_day(TOMORROW)
    assert made.answering.emergency
    later.all()
    assert made.answering.emergency
    assert made.day == TOMORROW


def test_what_comes_and_goes_in_the_middle_of_a_change_is_not_lost() -> None:
    later = Waiting()
    made = picture(later, modes=BLOCKED)
    made.take([config_map(number) for number in range(30)], (), [])
    made.hold(baseline_of({"modes": [{"mode": "off"}]}))
    later.step()
    made.take([config_map(77)], [config_map(number).name for number in (0, 29)], [])
    later.all()
    names = set(made.answering.live.names())
    assert names == {config_map(number).name for number in (*range(1, 29), 77)}


@pytest.mark.parametrize("stopped", [False, True])
def test_what_is_to_be_done_before_the_server_is_there_is_done_then_and_in_order(stopped: bool) -> None:
    class Server:
        def __init__(self) -> None:
            self.done: list[str] = []

        def call(self, function: Callable[[], object]) -> None:
            function()

        def stop(self) -> None:
            self.done.append("stop")

    later, server = Turns(), Server()
    later(lambda: server.done.append("first"))
    later(lambda: server.done.append("second"))
    if stopped:
        later.stop()
    assert server.done == []
    later.begin(server)
    later(lambda: server.done.append("third"))
    assert server.done == ["first", "second", *(["stop"] if stopped else []), "third"]
