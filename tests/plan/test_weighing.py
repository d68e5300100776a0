"""What a radius adds to the weight of a finding: something, and never as much as a tier."""

from hypothesis import given
from hypothesis import strategies as st

from hardstand.model.tier import Tier
from hardstand.plan.weighing import TIER, reach


def test_quarters_by_doublings() -> None:
    expected = {None: 4, 0: 4, 320: 4, 512: 4, 1023: 4, 1024: 5, 2048: 6, 16384: 9, 131072: 12, 1 << 40: 12}
    assert {points: reach(points) for points in expected} == expected


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_a_wider_fall_never_weighs_less_nor_more_than_a_tier(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert reach(less) <= reach(more) <= reach(less) * TIER[Tier.MEDIUM]
