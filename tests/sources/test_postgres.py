"""Roles and privileges of a real PostgreSQL server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from hardstand.model.right import Right
from hardstand.model.run import Unreadable
from hardstand.sources.elsewhere.postgres import PostgresError, rights
from tests.sources.postgres_server import PASSWORD, programs, server

ESTATE = """
CREATE ROLE app LOGIN; CREATE ROLE readers; CREATE ROLE jane LOGIN SUPERUSER;
CREATE ROLE replica LOGIN REPLICATION; CREATE ROLE passing LOGIN BYPASSRLS CREATEROLE CREATEDB;
CREATE ROLE "odd ""name"" x" LOGIN;
GRANT readers TO app WITH ADMIN OPTION;
GRANT pg_read_all_data TO replica;
CREATE DATABASE shop OWNER app;
GRANT CONNECT, TEMPORARY ON DATABASE shop TO "odd ""name"" x";
"""
SHOP = """
CREATE SCHEMA private; GRANT USAGE ON SCHEMA private TO readers;
CREATE TABLE private.orders (id int, card text); CREATE TABLE private.customers (id int, card text);
CREATE SEQUENCE private.numbers;
GRANT SELECT ON private.orders, private.customers TO readers;
GRANT INSERT ON private.orders TO app WITH GRANT OPTION;
GRANT SELECT (card), UPDATE (card) ON private.customers TO "odd ""name"" x";
GRANT USAGE ON SEQUENCE private.numbers TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA private GRANT SELECT ON TABLES TO readers;
CREATE FUNCTION private.strong(a int, b text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION private.weak() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE private.own (); ALTER TABLE private.own OWNER TO app;
GRANT SELECT ON pg_catalog.pg_authid TO readers;
CREATE FUNCTION public.aclexplode(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''called''; END';
"""


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    found = programs()
    if found is None:
        if os.environ.get("HARDSTAND_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with server(found) as port:
        dsn = f"postgresql://root:{quote(PASSWORD)}@127.0.0.1:{port}"
        with psycopg.connect(f"{dsn}/postgres", autocommit=True) as one:
            for statement in filter(str.strip, ESTATE.split(";")):
                one.execute(statement)
        with psycopg.connect(f"{dsn}/shop", autocommit=True) as one:
            one.execute(SHOP)
        yield f"{dsn}/postgres"


@pytest.fixture(scope="module")
def found(dsn: str) -> list[Right]:
    told = list(rights(dsn))
    assert not [one for one in told if isinstance(one, Unreadable)]
    return [one for one in told if isinstance(one, Right)]


def of(found: list[Right], subject: str) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.right, one.scope, one.comes_to) for one in found if one.subject == subject}


def test_attributes_and_memberships(found: list[Right]) -> None:
    assert of(found, "role:jane") == {("SUPERUSER", "server", ("passes every check",))}
    assert {right for right, _, _ in of(found, "role:passing")} == {"CREATEROLE", "CREATEDB", "BYPASSRLS"}
    assert {right for right, _, _ in of(found, "role:replica")} == {"REPLICATION", "member of pg_read_all_data"}
    assert ("member of readers", "server", ("may grant it to others",)) in of(found, "role:app")
    assert not of(found, "role:pg_monitor")


def test_privileges_of_every_database(found: list[Right]) -> None:
    assert of(found, "role:readers") == {
        ("privileges on schemas", "database/shop", ("USAGE on private",)),
        ("privileges on tables", "schema/shop.private", ("SELECT on customers", "SELECT on orders", "SELECT on own")),
        ("privileges on tables", "schema/shop.pg_catalog", ("SELECT on pg_authid",)),
        ("privileges on what will be made", "schema/shop.private", ("SELECT on of root on TABLES",)),
    }
    app = of(found, "role:app")
    assert ("privileges on databases", "server", ("OWNERSHIP on shop",)) in app
    assert (
        "privileges on tables",
        "schema/shop.private",
        ("INSERT WITH GRANT OPTION on orders", "OWNERSHIP on own"),
    ) in app
    assert of(found, 'role:odd "name" x') == {
        ("privileges on databases", "server", ("CONNECT, TEMPORARY on shop",)),
        ("privileges on columns", "schema/shop.private", ("SELECT, UPDATE on customers.card",)),
    }


def test_what_everybody_may(found: list[Right]) -> None:
    public = of(found, "public")
    assert ("privileges on functions", "schema/shop.private", ("EXECUTE on strong(a integer, b text)",)) in public
    assert ("privileges on sequences", "schema/shop.private", ("USAGE on numbers",)) in public
    assert not [one for one in public if "pg_catalog" in repr(one) or "information_schema" in repr(one)]


def test_what_is_not_told_is_unknown(found: list[Right]) -> None:
    assert {(one.since, one.last_used) for one in found} == {(None, None)}


def test_what_is_taken_away_is_away(dsn: str, found: list[Right]) -> None:
    """The statements that undo what a person gave do so, and nothing else."""
    before = {one.key: one for one in found}
    gone = [one for one in found if one.subject in ("role:readers", 'role:odd "name" x') and one.undo]
    assert len(gone) == 6
    with psycopg.connect(dsn.removesuffix("/postgres") + "/shop") as one:
        for right in gone:
            one.execute(right.undo)
        one.commit()
    after = {one.key for one in rights(dsn) if isinstance(one, Right)}
    with psycopg.connect(dsn.removesuffix("/postgres") + "/shop", autocommit=True) as one:
        one.execute(SHOP_AGAIN)
    assert set(before) - after == {one.key for one in gone}


SHOP_AGAIN = """
GRANT USAGE ON SCHEMA private TO readers; GRANT SELECT ON private.orders, private.customers TO readers;
"""


def test_no_password_is_told(dsn: str, found: list[Right]) -> None:
    assert PASSWORD not in repr(found)
    assert quote(PASSWORD) not in repr(found)
    for wrong in (
        dsn.replace("root", "nobody-here"),
        dsn.replace(":", "://", 1),
        f"host=127.0.0.1 password='{PASSWORD}",
        f"postgresql://root:{PASSWORD}%zz@127.0.0.1:1/x",
        f"host=127.0.0.1 port=1 user=root password='{PASSWORD}'",
    ):
        with pytest.raises(PostgresError) as raised:
            list(rights(wrong))
        said = f"{raised.value} {raised.value.hint}"
        assert PASSWORD not in said
        assert quote(PASSWORD) not in said


def test_a_review_of_a_server(dsn: str, tmp_path: Path) -> None:
    words = ("rbac", "review", "start", "--due", "2999-01-01", "--reviewer", "dba", "--postgres", dsn, "-o", "review")
    command = [sys.executable, "-m", "hardstand", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    written = "".join(one.read_text() for one in tmp_path.rglob("*") if one.is_file())
    assert "role:jane has SUPERUSER in server of postgresql" in written
    for secret in (PASSWORD, quote(PASSWORD)):
        assert secret not in written + done.stdout + done.stderr


def test_a_database_that_cannot_be_read_is_told(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as one:
        one.execute("CREATE ROLE auditor LOGIN PASSWORD 'x'")
        one.execute("CREATE DATABASE closed")
        one.execute("REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
    try:
        told = list(rights(dsn.replace(f"root:{quote(PASSWORD)}", "auditor:x")))
        (fault,) = [one for one in told if isinstance(one, Unreadable)]
        assert fault.path.endswith("/closed")
        assert "permission denied" in fault.reason
        assert any(isinstance(one, Right) and one.subject == "role:jane" for one in told)
    finally:
        with psycopg.connect(dsn, autocommit=True) as one:
            one.execute("DROP DATABASE closed")
            one.execute("DROP ROLE auditor")
