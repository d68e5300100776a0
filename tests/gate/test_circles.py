"""Reviews leave nothing behind that only the collector of garbage would find: while it looks, all others wait."""

import gc
from collections.abc import Iterator

import pytest

from tests.gate.reviewing import BLOCK, answered, review, reviewer

NAMES = ("deployment-create", "pod-by-a-replicaset", "pod-create", "pod-create-privileged", "job-create")


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("name", NAMES)
def test_what_was_judged_goes_when_it_is_answered(name: str) -> None:
    made, sent = reviewer(BLOCK), review(name)
    for at in range(3):  # What is made once, as what controls say of a bare pod, is made.
        answered(made, {**sent, "request": {**sent["request"], "uid": f"first-{at}"}})
    gc.collect()
    for number in range(5):
        sent["request"]["object"]["metadata"]["labels"] = {"number": str(number)}  # Nothing is alike.
        answered(made, sent)
    assert gc.collect() == 0
