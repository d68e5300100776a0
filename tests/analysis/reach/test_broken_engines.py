"""An engine with a fault is told from a sound one: each of these faults is found on the first random estates."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from hardstand.analysis.reach import admin, kubernetes
from hardstand.analysis.reach.peers import Peers
from tests.analysis.reach.brute_force import allowed
from tests.analysis.reach.brute_force_admin import allowed_with_admin
from tests.analysis.reach.comparing import Judge, compared, differs
from tests.analysis.reach.random_admin import admin_estate
from tests.analysis.reach.random_estates import Estate, estate
from tests.analysis.reach.reducing import reduced

ESTATES = 400
Fault = Callable[[Any], Callable[..., Any]]


def egress_needs_its_type(_: Any) -> Callable[..., Any]:
    return lambda policy, direction: str(direction) in (policy.spec.policy_types or ["Ingress"])


def exceptions_are_passed_over(_: Any) -> Callable[..., Any]:
    return lambda view: kubernetes.blocks(view.cidr or "")


def named_ports_are_tcp(sound: Any) -> Callable[..., Any]:
    return lambda peers, name, protocol, among: sound(peers, name, "TCP", among)


def a_peer_is_of_any_namespace(_: Any) -> Callable[..., Any]:
    return lambda peers, namespace: peers.pods


def high_priorities_come_first(sound: Any) -> Callable[..., Any]:
    return lambda policy: (-sound(policy)[0], policy.name)


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [
        (kubernetes, "is_about", egress_needs_its_type),
        (kubernetes, "_block", exceptions_are_passed_over),
        (Peers, "by_port", named_ports_are_tcp),
        (Peers, "in_namespace", a_peer_is_of_any_namespace),
    ],
)
def test_with_core_policies(owner: Any, name: str, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, name, fault(getattr(owner, name)))
    assert_found(estate, allowed)


def test_with_policies_of_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "_order", high_priorities_come_first(admin._order))
    assert_found(admin_estate, allowed_with_admin)


def assert_found(made: Callable[[int], Estate], judge: Judge) -> None:
    """The fault is found, and the estate with which it is shown is small."""
    for seed in range(ESTATES):
        one = made(seed)
        if next(compared(seed, one, judge, Counter()), None) is not None:
            smallest = reduced(one.objects, differs(seed, one, judge))
            assert len(smallest) <= 5, smallest
            return
    pytest.fail("the fault is not found")
