"""What holds of permissions whatever roles and bindings there are."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Sort, actor
from tests.analysis.rbac.generating import Estate, Manifest
from tests.analysis.rbac.test_api_server import actor_of, in_files, request_of

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def whole(manifests: list[Manifest], folder: Path) -> Permissions:
    return in_files(folder, "estate", manifests)


@SOME
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_adding_a_rule_or_a_grant_takes_nothing_away(tmp_path: Path, seed: int, other: int) -> None:
    estate = Estate("hs", seed)
    more = Estate("hs", other, namespaces=estate.namespaces)
    reviews = estate.reviews(150)
    before = whole(estate.manifests(), tmp_path)
    chance = random.Random(other)
    wider = json.loads(json.dumps(estate.manifests()))
    role = chance.choice([one for one in wider if one.get("rules")])
    role["rules"] += more.cluster_roles[0]["rules"]
    binding = {**more.bindings[0], "metadata": {**more.bindings[0]["metadata"], "name": "hs-more"}}
    after = whole([*wider, binding], tmp_path)
    for one in reviews:
        if before.decide(actor_of(one), request_of(one)).allowed:
            assert after.decide(actor_of(one), request_of(one)).allowed


@SOME
@given(st.integers(0, 10_000))
def test_who_can_is_can_asked_of_everybody(tmp_path: Path, seed: int) -> None:
    estate = Estate("hs", seed)
    permissions = whole(estate.manifests(), tmp_path)
    for one in estate.reviews(40):
        asked = request_of(one)
        listed = {proof.grant.who for proof in permissions.holders(asked) if proof.grant}
        for who in permissions.subjects():
            allowed = {proof.grant.who for proof in permissions.proofs(actor(who), asked) if proof.grant}
            groups = {one for one in listed if one.sort is Sort.GROUP and one.name in actor(who).groups}
            assert allowed == listed & {who} | groups


@SOME
@given(st.integers(0, 10_000))
def test_a_proof_allows_it_by_itself(tmp_path: Path, seed: int) -> None:
    estate = Estate("hs", seed)
    permissions = whole(estate.manifests(), tmp_path)
    proven = 0
    for one in estate.reviews(60):
        asked = request_of(one)
        for proof in permissions.proofs(actor_of(one), asked):
            if proof.grant is None or proof.ruled is None:
                continue
            assert proof.ruled.rule.allows(asked)
            alone = Permissions([proof.grant.role] if proof.grant.role else [], [proof.grant])
            assert alone.decide(actor_of(one), asked).allowed
            proven += 1
    assert proven


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_allowed_by_nothing(tmp_path: Path, seed: int) -> None:
    estate = Estate("hs", seed)
    nothing = whole([*estate.cluster_roles, *estate.roles], tmp_path)
    reviews = estate.reviews(100)
    assert any("system:masters" not in one["groups"] for one in reviews)
    for one in reviews:
        masters = "system:masters" in one["groups"]
        assert nothing.decide(actor_of(one), request_of(one)).allowed == masters
