"""A text that tells four characters of a secret tells of it."""

import base64

import pytest

from hardstand.analysis.secret_traces import holds_secret_object, tells, told_values

SECRET = "Tr0ub4dor&3-Zauberwort"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        SECRET[:12],
        SECRET[5:9],
        SECRET[-4:],
        SECRET.lower(),
        SECRET.upper(),
        SECRET[::-1],
        f"it begins with {SECRET[:4]}",
        "-".join(SECRET),
        " ".join(reversed(SECRET)),
        SECRET.replace("-", ""),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"x" + SECRET.encode()).decode(),
        base64.b64encode(b"xy" + SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.lower().encode()).decode(),
        base64.b64encode(SECRET[::-1].encode()).decode(),
        base64.b64encode(SECRET.encode()).decode()[::-1],
        SECRET.encode().hex(),
        SECRET[7:11].encode().hex().upper(),
    ],
)
def test_a_piece_is_told(text: str) -> None:
    assert tells(text, [SECRET])
    assert tells(f"has the label {text}!", ["something else", SECRET])


@pytest.mark.parametrize(
    "text", ["", SECRET[:3], "has no label `team`", "it is 22 characters long", SECRET[:3] + "_" + SECRET[9:12]]
)
def test_what_tells_no_piece(text: str) -> None:
    assert not tells(text, [SECRET])


def test_no_secret_is_no_trace() -> None:
    assert not tells("belongs to legal", [])


def test_a_secret_inside_of_another_object_is_one_and_a_reference_is_not() -> None:
    assert holds_secret_object({"kind": "Secret"})
    assert holds_secret_object({"kind": "Template", "objects": [{"kind": "Secret", "stringData": {"a": "b"}}]})
    assert holds_secret_object({"kind": "Bundle", "spec": {"x": {"kind": "Secret", "data": {}}}})
    assert not holds_secret_object({"kind": "Gateway", "spec": {"ref": {"kind": "Secret", "name": "tls"}}})
    assert not holds_secret_object({"kind": "ConfigMap", "data": {"kind": "Secret"}})


def test_a_number_is_a_secret_too() -> None:
    assert "12345678" in told_values({"kind": "X", "spec": {"users": [{"password": 12345678, "admin": True}]}})
