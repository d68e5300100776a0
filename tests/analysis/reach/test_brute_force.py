"""The engine answers as a judge does that goes packet by packet, on 5,000 random estates, and on more with admins.

What it says nobody can tell is so: for most of it worlds are found in which it goes one way and the other. The rest
takes a node with an address of IPv6, of which there is none in these worlds, or more worlds than are made, or it could
be told by the node that a pod names, at which the engine does not look.
"""

from collections import Counter

import pytest
import yaml

from tests.analysis.reach.brute_force import allowed
from tests.analysis.reach.brute_force_admin import allowed_with_admin
from tests.analysis.reach.comparing import Judge, compared, differs
from tests.analysis.reach.random_admin import admin_estate
from tests.analysis.reach.random_estates import Estate, estate
from tests.analysis.reach.reducing import reduced

SHARDS = 8
CORE, ADMIN = 5_000, 500


def agree(seed: int, one: Estate, judge: Judge, counted: Counter[str]) -> None:
    wrong = next(compared(seed, one, judge, counted), None)
    if wrong is not None:
        smallest = reduced(one.objects, differs(seed, one, judge))
        pytest.fail(f"seed {seed}: {wrong}\n{yaml.safe_dump_all(smallest, sort_keys=False)}")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_core_policies(shard: int) -> None:
    counted: Counter[str] = Counter()
    for seed in range(shard, CORE, SHARDS):
        agree(seed, estate(seed), allowed, counted)
    print(f"\n{CORE // SHARDS} estates: {dict(counted)}")
    assert counted["said True"] > 60_000
    assert counted["said False"] > 20_000
    assert counted["witnessed"] > 0.8 * counted["said None"] > 0


@pytest.mark.parametrize("shard", range(SHARDS))
def test_policies_of_administrators(shard: int) -> None:
    counted: Counter[str] = Counter()
    for seed in range(shard, ADMIN, SHARDS):
        agree(seed, admin_estate(seed), allowed_with_admin, counted)
    print(f"\n{ADMIN // SHARDS} estates: {dict(counted)}")
    assert counted["said True"] > 15_000
    assert counted["said False"] > 5_000
    assert counted["witnessed"] > 0.25 * counted["said None"] > 0
