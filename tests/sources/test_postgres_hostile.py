"""Names chosen to break out of a statement: what is revoked on a real server is what was named, and no more."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from hardstand.model.right import Right
from hardstand.sources.elsewhere.postgres import rights
from tests.sources.postgres_server import PASSWORD, programs, server

NAMES = (
    'f() FROM PUBLIC; ALTER ROLE mallory SUPERUSER; --',
    'x" FROM PUBLIC; ALTER ROLE mallory SUPERUSER; --',
    "a.b",
    "'; ALTER ROLE mallory SUPERUSER; --",
    "*/ ALTER ROLE mallory SUPERUSER; /*",
    "*/*; ALTER ROLE mallory SUPERUSER; --",
    "line\nALTER ROLE mallory SUPERUSER;",
    "\\! touch x",
    ':mallory :"mallory" :\'mallory\' $$ $x$',
    "of mallory on TABLES",
    "PUBLIC",
    "select",
    "Größe",
)  # fmt: skip
"""Each is the name of an object of every kind, and of a role that has rights on all of these."""

MADE = (
    "CREATE SCHEMA {n}",
    "CREATE TABLE {n}.{n} ({n} int, other int)",
    "CREATE SEQUENCE {n}.{s}",
    "CREATE TYPE {n}.{t} AS ENUM ('x')",
    "CREATE FUNCTION {n}.{n}({n} {n}.{t}, OUT {o} int) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "CREATE PROCEDURE {n}.{p}({n} {n}.{t}[], INOUT {o} int) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    "CREATE FOREIGN DATA WRAPPER {n}",
    "CREATE SERVER {n} FOREIGN DATA WRAPPER {n}",
    "GRANT USAGE, CREATE ON SCHEMA {n} TO {n}, beside",
    "GRANT SELECT ON {n}.{n} TO {n} WITH GRANT OPTION",
    "GRANT SELECT ON {n}.{n} TO beside",
    "GRANT UPDATE ({n}), UPDATE (other) ON {n}.{n} TO {n}, beside",
    "GRANT USAGE ON SEQUENCE {n}.{s} TO {n}, beside",
    "GRANT EXECUTE ON ROUTINE {n}.{n} TO {n}, beside",
    "GRANT EXECUTE ON ROUTINE {n}.{p} TO {n}, beside",
    "GRANT USAGE ON FOREIGN SERVER {n} TO {n}, beside",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {n} IN SCHEMA {n} GRANT SELECT ON TABLES TO {n2}, beside",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {n} GRANT USAGE ON SEQUENCES TO {n2}, beside",
)
DECOYS = """
CREATE SCHEMA a; CREATE TABLE a.b (c int, "b.c" int); CREATE SCHEMA "a.b.c"; CREATE TABLE "a.b.c".d (e int);
GRANT SELECT (c), SELECT ("b.c") ON a.b TO beside; GRANT SELECT (e) ON "a.b.c".d TO beside;
CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION public.x() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES FOR ROLE mallory GRANT SELECT ON TABLES TO beside;
"""
"""What is meant by a name that is taken apart at the wrong place."""


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    found = programs()
    if found is None:
        if os.environ.get("HARDSTAND_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with server(found) as port:
        dsn = f"postgresql://root:{quote(PASSWORD)}@127.0.0.1:{port}/postgres"
        with psycopg.connect(dsn, autocommit=True) as one:
            one.execute("CREATE ROLE mallory LOGIN")
            one.execute("CREATE ROLE beside")
            one.execute(DECOYS)
            for at, name in enumerate(NAMES):
                _make(one, at, name)
        yield dsn


def _make(one: "psycopg.Connection[tuple[object, ...]]", at: int, name: str) -> None:
    words = {
        key: sql.Identifier(text)
        for key, text in {
            "n": name, "n2": NAMES[at - 1], "s": f"s{name}", "t": f"t{name}", "o": f"o{name}", "p": f"p{name}"
        }.items()
    }  # fmt: skip
    if at == 0:
        for each in NAMES:
            one.execute(sql.SQL("CREATE ROLE {} CREATEDB").format(sql.Identifier(each)))
            one.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(each)))
    one.execute(sql.SQL("GRANT CONNECT, CREATE ON DATABASE {n} TO {n}, beside").format(**words))
    one.execute(sql.SQL("GRANT {n} TO beside").format(**words))
    one.execute(sql.SQL("GRANT mallory TO {n}").format(**words))
    for statement in MADE:
        one.execute(sql.SQL(statement).format(**words))


def held(dsn: str) -> dict[tuple[str, str, str, str], set[str]]:
    """What there is, by what tells it from other rights."""
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for one in rights(dsn):
        assert isinstance(one, Right), one
        assert one.key not in found, "two rights of one name"
        found[one.key] = set(one.comes_to)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_revoked_is_what_was_named(dsn: str, name: str) -> None:
    before = held(dsn)
    gone = [one for one in rights(dsn) if isinstance(one, Right) and one.subject == f"role:{name}"]
    sorts = {one.right for one in gone} - {"member of mallory"}
    assert sorts == {
        "CREATEDB", "privileges on databases", "privileges on schemas", "privileges on tables", "privileges on columns",
        "privileges on sequences", "privileges on functions", "privileges on foreign servers",
        "privileges on what will be made",
    }  # fmt: skip
    statements = "\n".join(sorted(one.undo for one in gone)) + "\n"
    if shutil.which("psql"):
        _by_psql(dsn, statements)
    else:
        with psycopg.connect(dsn, autocommit=True) as one:
            one.execute(statements)  # type: ignore[call-overload]
    after = held(dsn)
    assert before.keys() - after.keys() == {one.key for one in gone}
    assert all(before[key] == told for key, told in after.items())
    with psycopg.connect(dsn) as one:
        assert one.execute("SELECT rolname FROM pg_roles WHERE rolsuper").fetchall() == [("root",)]


def test_what_everybody_may_is_taken_from_everybody_alone(dsn: str) -> None:
    before = held(dsn)
    told = [one for one in rights(dsn) if isinstance(one, Right) and one.subject == "public" and one.undo]
    gone = [one for one in told if one.scope.startswith(("server", "database/postgres", "schema/postgres."))]
    assert {one.right for one in gone} == {
        "privileges on databases",
        "privileges on schemas",
        "privileges on functions",
    }
    with psycopg.connect(dsn, autocommit=True) as one:
        one.execute("\n".join(right.undo for right in gone))  # type: ignore[call-overload]
    after = held(dsn)
    assert before.keys() - after.keys() == {one.key for one in gone}
    assert all(before[key] == told for key, told in after.items())


def test_members_are_taken_out(dsn: str) -> None:
    (gone,) = [one for one in rights(dsn) if isinstance(one, Right) and one.right == f"member of {NAMES[0]}"]
    before = held(dsn)
    with psycopg.connect(dsn, autocommit=True) as one:
        one.execute(gone.undo)  # type: ignore[call-overload]
    assert before.keys() - held(dsn).keys() == {gone.key}


def _by_psql(dsn: str, statements: str) -> None:
    """Run statements as people do, who have them in a file."""
    command = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f", "-"]
    done = subprocess.run(command, input=statements, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
