"""Hosts in variables, arguments and commands; and never what stands before an @."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardstand.analysis.cluster_names import service_named
from hardstand.analysis.hosts_named import hosts_named
from hardstand.model.path import dotted
from tests.analysis.objects import workload_of

CASES = yaml.safe_load((Path(__file__).parent / "hosts_named.yaml").read_text())["cases"]
AT = len(("spec", "template", "spec", "containers", 0))


def in_shop(container: Any) -> Any:
    whole = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    return workload_of({"object": whole})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_hosts(case: dict[str, Any]) -> None:
    found = hosts_named(in_shop(case["container"]), frozenset(case.get("namespaces", ())))
    assert [f"{one.host} {one.store or '-'} {dotted(one.place[AT:])}" for one in found.hosts] == case["hosts"]
    assert list(found.notes) == case.get("notes", [])


def test_a_broker_is_no_database() -> None:
    env = [{"name": "A", "value": "amqp://q"}, {"name": "B", "value": "mysql://d"}, {"name": "C", "value": "http://w"}]
    assert [one.is_database for one in hosts_named(in_shop({"env": env})).hosts] == [False, True, False]


SCHEMES = st.sampled_from(["postgres", "mysql", "mongodb+srv", "redis", "amqp", "http", "jdbc:postgresql", "sqlserver"])
PIECES = st.sampled_from(["qz", "qz", "1", *":/#?;,@='\\|$(%.!&"])
PASSWORDS = st.lists(PIECES, min_size=1, max_size=6).map("".join)


@settings(max_examples=500)
@given(SCHEMES, PASSWORDS)
@example("postgres", "1,qz;1")
@example("http", "1@qz/1")
@example("postgres", "qz@qz?qz")
@example("mysql", "@qz;")
@example("postgres", "@qz?=")
@example("postgres", "1@qz;a=")
def test_no_part_of_a_password_is_ever_named(scheme: str, password: str) -> None:
    """Whatever is in it but spaces: where it cannot be told from the rest, nothing is named."""
    value = f"{scheme}://app:{password}@db.example.com:5432/x"
    for name in ("DATABASE_URL", "DB_HOST", "ANY"):
        container = {"env": [{"name": name, "value": value}], "args": [value, f"--url={value}"]}
        assert not [one for one in hosts_named(in_shop(container)).hosts if "qz" in one.host]


@given(st.text(max_size=200), st.sampled_from(["DB_HOST", "DB_URL", "PG_DSN", "X"]))
def test_any_text_is_borne(text: str, name: str) -> None:
    for one in hosts_named(in_shop({"env": [{"name": name, "value": text}], "args": [text]})).hosts:
        assert one.host == one.host.lower()
        assert "@" not in one.host


@pytest.mark.parametrize(
    "part", ["a://", "jdbc:oracle:thin:", "a,", "host=", "tcp(", "a.", "[", "a@", "postgres://a:", "x "]
)
def test_time_is_linear_in_the_text(part: str) -> None:
    """Were it quadratic, the watchdog would end this."""
    text = part * 50_000
    found = hosts_named(in_shop({"env": [{"name": "DB_URL", "value": text}], "args": [text]}))
    assert found.notes == ()


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("web", ("shop", "web")),
        ("web.stage", ("stage", "web")),
        ("web.stage.svc", ("stage", "web")),
        ("web.stage.svc.corp.example", ("stage", "web")),
        ("WEB.Stage.", ("stage", "web")),
        ("example.com", None),
        ("bbc.uk", None),
        ("printer.local", None),
        ("a.b.example", None),
        ("10.0.0.1", None),
        ("*.stage", None),
        ("", None),
        ("a..b", None),
        ("svc", ("shop", "svc")),
        ("a.svc", ("svc", "a")),
    ],
)
def test_names_of_services(host: str, service: tuple[str, str] | None) -> None:
    assert service_named(host, "shop") == service
