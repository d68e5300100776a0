"""Exports of identity providers, as their documentation shows them: what is told, and what stays open."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardstand.model.directory import Directory, Factor, Person
from hardstand.sources.idp.fields import ExportError
from hardstand.sources.idp.reading import directory

SAMPLES = Path(__file__).parent / "samples"


def read(*names: str) -> Directory:
    return directory([str(SAMPLES / name) for name in names])


def person(found: Directory, name: str) -> Person:
    one = found.person(name)
    assert one is not None, name
    return one


def in_group(found: Directory, name: str) -> tuple[set[str], tuple[str, ...]]:
    team = found.team(name)
    assert team is not None, name
    people, reasons = found.members(team)
    return {one.name for one in people}, tuple(reasons)


def test_scim_tells_who_is_where_and_nothing_of_factors() -> None:
    found = read("scim.json")
    mary, otto = person(found, "mary@shop.example"), person(found, "otto@agency.example")
    assert (mary.active, mary.kind, mary.enforced, mary.factors) == (True, "employee", None, None)
    assert (otto.active, otto.kind) == (False, "contractor")
    assert in_group(found, "developers") == ({"mary@shop.example"}, ())
    assert in_group(found, "empty") == (set(), ())
    assert found.team("e9e30dba") is found.team("developers")


def test_okta_tells_factors_and_no_policy() -> None:
    found = read("okta.json")
    mary, otto, nora = (
        person(found, name) for name in ("mary@shop.example", "otto@agency.example", "nora@shop.example")
    )
    assert (mary.active, mary.factors, mary.enforced) == (True, {Factor.SYNCED}, None)
    assert mary.last_login == datetime(2026, 5, 30, 8, 12, 44, tzinfo=UTC)
    assert (otto.active, otto.factors, otto.kind) == (False, frozenset(), "contractor")
    assert (nora.active, nora.factors) == (True, {Factor.WEAK, Factor.HARDWARE})
    assert in_group(found, "developers")[0] == {"mary@shop.example", "nora@shop.example"}
    assert in_group(found, "unlisted") == (set(), ("the export does not list the members of unlisted",))


def test_entra_joins_accounts_with_their_registration_and_groups_in_groups() -> None:
    found = read("entra.json")
    mary = person(found, "mary@shop.example")
    guest = person(found, "otto_agency.example#EXT#@shop.example")
    assert (mary.enforced, mary.factors, mary.kind) == (True, {Factor.HARDWARE}, "member")
    assert (guest.enforced, guest.factors, guest.kind) == (None, frozenset(), "guest")
    assert in_group(found, "developers") == ({mary.name, guest.name}, ())


def test_keycloak_knows_groups_by_name_and_by_path() -> None:
    found = read("keycloak.json")
    assert person(found, "mary").factors == {Factor.APP}
    assert (person(found, "otto").factors, person(found, "otto").kind) == (frozenset(), "contractor")
    for name in ("developers", "/shop/developers", "shop/developers"):
        assert in_group(found, name) == ({"mary", "otto"}, ())
    assert in_group(found, "shop") == (set(), ())


def test_google_tells_what_is_enforced_and_not_by_what() -> None:
    found = read("google.json")
    mary, otto = person(found, "mary@shop.example"), person(found, "OTTO@shop.example")
    assert (mary.enforced, mary.factors) == (True, None)
    assert (otto.enforced, otto.factors, otto.last_login, otto.active) == (False, frozenset(), None, True)
    assert in_group(found, "developers@shop.example")[0] == {mary.name, otto.name}


def test_tables_add_up() -> None:
    found = read("google-users.csv", "members.csv")
    mary, otto = person(found, "mary@shop.example"), person(found, "otto@shop.example")
    assert (mary.active, mary.enforced, mary.factors) == (True, True, None)
    assert (otto.active, otto.enforced, otto.factors, otto.last_login) == (False, False, frozenset(), None)
    assert in_group(found, "developers@shop.example") == ({mary.name, otto.name}, ())
    found = read("entra-registration.csv")
    assert person(found, "mary@shop.example").factors == {Factor.HARDWARE, Factor.APP}
    assert person(found, "otto@shop.example").factors == frozenset()


def test_a_page_of_several_is_not_all(tmp_path: Path) -> None:
    told = json.loads((SAMPLES / "scim.json").read_text())
    (tmp_path / "scim.json").write_text(json.dumps({**told, "totalResults": 40}))
    page = {"value": [{"userPrincipalName": "mary", "id": "1"}], "@odata.nextLink": "https://graph.example/next"}
    (tmp_path / "graph.json").write_text(json.dumps(page))
    assert "holds 4 of 40 resources" in directory([str(tmp_path / "scim.json")]).gaps[0]
    assert "is one page of several" in directory([str(tmp_path / "graph.json")]).gaps[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names users"),
        ("[]", "holds no users and no groups"),
        ('{"users": [', "is no JSON"),
        ('{"people": []}', "is no export that is known"),
        ('{"users": [{"primaryEmail": 7.5}]}', "users[0].primaryEmail must be a text, found a number"),
        ('{"users": [{"primaryEmail": "a", "suspended": "no"}]}', "users[0].suspended must be true or false"),
        ('{"users": ["mary"]}', "users[0] must be an object"),
        ('{"users": [{"profile": {"email": "a"}}]}', "has no `login`"),
        ('{"users": [{"userPrincipalName": "a", "signInActivity": {"lastSignInDateTime": "soon"}}]}', "is no time"),
        ("colour,size\nred,1\n", "has no column that names users"),
        ("email,2sv enforced\nmary,perhaps\n", ":2: `2sv enforced` must be true or false"),
        ("email,active\n,true\n", ":2 names nobody"),
        ('email,active\n"mary,true\n', "is no CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "export").write_text(text)
    with pytest.raises(ExportError) as caught:
        directory([str(tmp_path / "export")])
    assert words in str(caught.value)
    assert str(tmp_path / "export") in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read: No such file"):
        directory([str(tmp_path / "none.json")])
