"""Where personas are at home: patterns, environments and labels, and what stays open."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from hardstand.access.personas.places import Home, Places
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import load
from hardstand.engine.words import vocabulary
from tests.baseline.making import Files

TODAY = date(2026, 6, 1)
ENVIRONMENTS = """\
production: {namespaces: [shop, {name: "pay-*", labels: {stage: production}}]}
staging: {namespaces: ["*-staging"]}
laboratory: {clusters: [lab-*], namespaces: [play]}
"""


def baseline(persona: str, environments: str = ENVIRONMENTS) -> Baseline:
    told = {
        "boundary": {"environments": yaml.safe_load(environments)},
        "personas": {"deployer": yaml.safe_load(persona)},
    }
    return load(yaml.safe_dump(told).encode(), vocabulary(), today=TODAY)


def home(persona: str, known: Mapping[str, Any] | None = None, cluster: str | None = None) -> Home:
    held = baseline(persona)
    return Places(held.boundary, known or {}, cluster).home(held.personas["deployer"])


def test_names_are_taken_at_their_word_and_patterns_by_what_there_is() -> None:
    assert home("{namespaces: [shop, b]}") == Home(("b", "shop"))
    assert home('{namespaces: ["s*"]}', {"shop": {}, "site": None, "other": {}}) == Home(("shop", "site"))
    assert home('{namespaces: ["s*"]}').open == ("no namespace in the input fits `s*`",)
    assert home('{namespaces: ["*"]}') == Home(everywhere=True)
    assert home("{}") == Home()


def test_an_environment_is_its_namespaces() -> None:
    known = {"shop-staging": {}, "pay-a": {"stage": "production"}, "pay-b": {"stage": "staging"}}
    assert home("{environments: [staging]}", known) == Home(("shop-staging",))
    assert home("{environments: [production]}", known) == Home(("pay-a", "shop"))
    assert home('{environments: [production], namespaces: ["pay-*"]}', known) == Home(("pay-a",))
    assert "labels of namespace pay-a are not" in home("{environments: [production]}", {"pay-a": None}).open[0]


def test_namespaces_that_may_not_be_listed_leave_it_open() -> None:
    held = baseline('{namespaces: ["s*", shop]}')
    found = Places(held.boundary, {"site": None}, gap="they may not be listed").home(held.personas["deployer"])
    assert (found.namespaces, found.open) == (("shop", "site"), ("they may not be listed",))


def test_an_environment_of_another_cluster_is_not_here() -> None:
    assert home("{environments: [laboratory]}", cluster="lab-1") == Home(("play",))
    assert home("{environments: [laboratory]}", cluster="prod-1") == Home()
    assert home("{environments: [laboratory]}") == Home(("play",))


def test_what_may_be_production_is_not_outside_of_it() -> None:
    held = baseline("{}", 'production: {namespaces: ["*-live"]}\nstaging: {namespaces: ["shop-*"]}\n')
    found = Places(held.boundary, {"shop-live": {}, "shop-test": {}, "other": {}}).outside_production()
    assert found.namespaces == ("shop-test",)
    held = baseline("{}", "production: {namespaces: [{labels: {stage: live}}]}\nstaging: {namespaces: [a, b]}\n")
    found = Places(held.boundary, {"a": {"stage": "test"}, "b": None}).outside_production()
    assert found.namespaces == ("a",)


def test_what_files_say_of_signing_in_adds_up() -> None:
    parent = (
        "identity: {issuer: https://login.example.com, max_grant: 8h, mfa: {groups: [a]}}\n"
        "cadences: [{unused_access: 90d}]\n"
    )
    child = (
        "extends: base.yaml\nidentity: {client_id: kubernetes, max_grant: 4h, mfa: {groups: [b], hardware_keys: [c]}}\n"
    )
    held = load(child.encode(), vocabulary(), today=TODAY, tree=Files({"base.yaml": parent})).signing_in
    assert (held.issuer, held.client_id, held.max_grant) == ("https://login.example.com", "kubernetes", 240)
    assert [str(one) for one in held.mfa_groups] == ["a", "b"]
    assert [str(one) for one in held.hardware_keys] == ["c"]
    assert held.unused_after == 90 * 24 * 60
    assert held.group("dev") == "dev"


def test_the_parameters_of_the_api_server_s_control_are_what_identity_says() -> None:
    text = "identity: {issuer: https://login.example.com, groups_prefix: 'oidc:'}\n"
    held = load(text.encode(), vocabulary(), today=TODAY)
    declared = held.parameters["api-server-oidc-not-declared"]
    assert declared == {"issuer": "https://login.example.com", "groups_prefix": "oidc:"}
    assert held.signing_in.group("dev") == "oidc:dev"
    assert held.signing_in.at_provider("oidc:dev") == "dev"
    assert held.signing_in.at_provider("dev") is None


def test_only_the_first_file_says_who_breaks_the_glass() -> None:
    parent = "identity: {groups_prefix: 'oidc:'}\npersonas: {break-glass: {groups: [emergency]}}\n"
    child = "extends: base.yaml\npersonas: {mine: {like: break-glass, groups: [team]}}\n"
    held = load(child.encode(), vocabulary(), today=TODAY, tree=Files({"base.yaml": parent}))
    assert held.parameters["cluster-admin-granted"] == {"break_glass": ["oidc:emergency"]}
