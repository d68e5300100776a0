"""The engine answers as judges do that read the policies of Cilium and Calico by themselves, packet by packet."""

from collections import Counter

import pytest

from tests.analysis.reach.brute_force_calico import allowed_with_calico
from tests.analysis.reach.brute_force_cilium import allowed_with_cilium
from tests.analysis.reach.random_plugins import calico_estate, cilium_estate
from tests.analysis.reach.test_brute_force import agree

SHARDS, ESTATES = 8, 240


@pytest.mark.parametrize("shard", range(SHARDS))
def test_policies_of_cilium(shard: int) -> None:
    counted: Counter[str] = Counter()
    for seed in range(shard, ESTATES, SHARDS):
        agree(seed, cilium_estate(seed), allowed_with_cilium, counted)
    print(f"\n{ESTATES // SHARDS} estates: {dict(counted)}")
    assert counted["said True"] > 5_000
    assert counted["said False"] > 5_000


@pytest.mark.parametrize("shard", range(SHARDS))
def test_policies_of_calico(shard: int) -> None:
    counted: Counter[str] = Counter()
    for seed in range(shard, ESTATES, SHARDS):
        agree(seed, calico_estate(seed), allowed_with_calico, counted)
    print(f"\n{ESTATES // SHARDS} estates: {dict(counted)}")
    assert counted["said True"] > 5_000
    assert counted["said False"] > 5_000
