"""Secrets in headers: told by the name of the header, and of Basic by what it decodes to."""

import base64

import pytest

from hardstand.analysis.secret_text import all_in_named_value, in_text
from hardstand.analysis.secret_values import secret_values
from tests.analysis.test_secret_text import made


def test_a_login_is_found_once_in_its_header() -> None:
    login = "Basic " + base64.b64encode(b"shop:not-a-real-password").decode()
    assert [found.kind for found in in_text(f"Authorization: {login}")] == ["authorization header"]
    assert [found.kind for found in in_text(f"X-Login: {login}")] == ["Basic login"]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Authorization", "Basic dXNlcjpwYXNzd29yZA==", ["Basic dXNlcjpwYXNzd29yZA=="]),
        ("authorization", "Custom not-a-real-token", ["not-a-real-token"]),
        ("Proxy-Authorization", "Bearer not-a-real-token", ["not-a-real-token"]),
        ("Authorization", "Bearer $(TOKEN)", []),
        ("Authorization", "Bearer <token>", []),
        ("Authorization", 'Digest username="shop", response="6629fae49393a05397450978507c4ef1"', []),
        ("Authorization", "enabled", []),
        ("Authorization", "Basic ${LOGIN}", []),
        ("Basic", "Basic dXNlcjpwYXNzd29yZA==", []),
        ("Cookie", f"lang=en; sid={'not-a-real-one'}; x={made(20)}", ["not-a-real-one", made(20)]),
        ("Cookie", "lang=en; consent=all", []),
        ("X-Api-Key", "not-a-real-key", ["not-a-real-key"]),
        ("Accept", "text/plain", []),
    ],
)
def test_what_stands_behind_the_name_of_a_header(name: str, value: str, found: list[str]) -> None:
    assert [one.value for one in all_in_named_value(name, value)] == found


def test_the_password_of_a_login_is_kept_out_of_what_is_shown_as_well() -> None:
    login = "Basic " + base64.b64encode(b"shop:not-a-real-password").decode()
    pod = {"httpHeaders": [{"name": "Authorization", "value": login}]}
    assert {login, login[6:], "not-a-real-password"} <= secret_values(pod)  # type: ignore[arg-type]
