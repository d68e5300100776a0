"""Tunnels that are dug now, by Debian's iodine and dns2tcp in network namespaces, with ordinary lookups beside them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from hardstand.network.alerts.alert import Kind
from tests.network.alerting import TODAY, watched
from tests.network.days.names import grouped, replayed
from tests.network.tunnels.namespaces import pair
from tests.network.tunnels.programs import TUNNELS, missing
from tests.network.tunnels.record import recorded

SECONDS = 25
CHOSEN = [replace(one, seconds=SECONDS) for one in TUNNELS if not one.slow and one.label != "iodine-idle"]


def _lacking() -> str:
    if lacking := missing():
        return f"not installed: {lacking}"
    try:
        with pair("probe"):
            return ""
    except OSError as problem:
        return f"network namespaces cannot be made here: {problem}"


@pytest.fixture(scope="module")
def dug() -> Mapping[str, Sequence[tuple[float, str, str, str, int, int]]]:
    if lacking := _lacking():
        if os.environ.get("HARDSTAND_REQUIRE_TUNNELS"):
            pytest.fail(lacking)
        pytest.skip(lacking)
    return grouped(list(recorded(CHOSEN)))


def test_each_is_found_and_nothing_beside_it(
    dug: Mapping[str, Sequence[tuple[float, str, str, str, int, int]]],
) -> None:
    lookups = [one for label, lines in dug.items() for one in replayed(lines, label, TODAY, None)]
    found = watched(lookups=lookups, before=()).all
    assert {one.kind for one in found} == {Kind.DNS_TUNNEL}
    assert sorted(one.workload for one in found) == sorted(one.label for one in CHOSEN)
    assert all(len(dug[f"ordinary-{one.label}"]) > 10 for one in CHOSEN)
