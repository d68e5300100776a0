"""Rules that are told to change nothing are taken out, and the rows of all ends are made again."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.rows import Rows
from hardstand.analysis.reach.rule import Direction, Origin, Policies, Stage
from hardstand.analysis.reach.spare import spare_rules
from tests.analysis.reach.drawing import Manifest
from tests.analysis.reach.random_admin import admin_estate
from tests.analysis.reach.random_estates import estate as core_estate
from tests.analysis.reach.test_rows_and_traces import estate

SEEDS = range(250)


def without(policies: Policies, gone: Collection[Origin]) -> Policies:
    """The policies without some written rules; what is isolated stays so."""

    def left(stage: Stage) -> Stage:
        return replace(stage, rules=[one for one in stage.rules if one.origin not in gone])

    return Policies(tuple(map(left, policies.ingress)), tuple(map(left, policies.egress)))


def rows(made: Estate, policies: Policies) -> list[dict[int, int]]:
    found = [Rows(made.peers, policies, made.universe, certain=certain) for certain in (True, False)]
    return [one.row(peer.number) for one in found for peer in made.peers]


def made_of(seed: int, kind: str) -> list[Manifest]:
    return (core_estate(seed) if kind == "core" else admin_estate(seed)).objects


@pytest.mark.parametrize("kind", ["core", "admin"])
def test_without_them_the_same_is_allowed(kind: str) -> None:
    told = 0
    for seed in SEEDS:
        made = estate(made_of(seed, kind))
        gone = {one.origin for one in spare_rules(made.policies)}
        told += len(gone)
        assert rows(made, made.policies) == rows(made, without(made.policies, gone)), f"seed {seed}"
    assert told > 20, "so few that the test says nothing"


def test_without_any_of_the_others_a_direction_is_another() -> None:
    """Of rules that only allow: each that is left over allows something that no other does."""
    looked = 0
    for seed in SEEDS:
        made = estate(made_of(seed, "core"))
        left = without(made.policies, {one.origin for one in spare_rules(made.policies)})
        for direction in Direction:
            alone = Policies(left.ingress) if direction is Direction.INGRESS else Policies((), left.egress)
            before = rows(made, alone)
            rules = [one for stage in alone.towards(direction) for one in stage.rules]
            for origin in {one.origin for one in rules if one.about and one.peers and not one.unsupported}:
                if any(one.condition for one in rules):
                    continue  # What depends on more may be allowed by others as well, or not.
                looked += 1
                assert rows(made, without(alone, {origin})) != before, f"seed {seed}: {origin}"
    assert looked > 50, "so few that the test says nothing"
