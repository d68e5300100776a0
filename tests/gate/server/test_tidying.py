"""The garbage collector looks between reviews."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from hardstand.gate.server.tidying import Tidying, seldom
from tests.gate.server.serving import Answer, echo, post, serving

FEW, MANY = 64, 64 * 256


class Circle:
    """What only the collector finds."""

    def __init__(self, gone: list[str]) -> None:
        self.itself = self
        weakref.finalize(self, gone.append, "gone")


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """The generations that were looked at; the collector does not look by itself."""
    found: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            found.append(info["generation"])

    gc.disable()
    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)
    gc.enable()


def test_what_is_young_is_looked_at_every_few_reviews_and_the_rest_seldom(looks: list[int]) -> None:
    tidying = Tidying()
    for _ in range(FEW - 1):
        tidying.reviewed()
    assert looks == []
    for _ in range(MANY - FEW + 1):
        tidying.reviewed()
    assert looks == [*[1] * 255, 2]


@pytest.mark.usefixtures("looks")
def test_a_server_has_it_look_after_answers() -> None:
    gone: list[str] = []

    def circling(body: bytes) -> Answer:
        if not body:
            Circle(gone)
        return echo(body)

    with serving(circling) as running, running.connect() as client:
        client.ask(post(b""))
        for _ in range(FEW - 2):
            client.ask(post(b"a"))
        assert not gone
        client.ask(post(b"a"))
        client.ask(post(b"a"))  # By the time it is answered, the collector has looked.
        assert gone


def test_it_looks_by_itself_as_before_when_nothing_is_served_any_more() -> None:
    at_first = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # What another test in this process left is another's.
    try:
        with seldom():
            assert gc.get_threshold()[0] > 700
        assert gc.get_threshold() == (700, 10, 10)
    finally:
        gc.set_threshold(*at_first)
