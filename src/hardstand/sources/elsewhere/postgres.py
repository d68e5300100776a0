"""PostgreSQL: the roles of a server, their memberships, and their privileges in each of its databases.

Read in read-only transactions, and with nothing but the catalogs on the search path, so that no function of a
user runs.
Source: https://www.postgresql.org/docs/current/catalogs.html, and ddl-priv.html for what the letters of an ACL mean.
PostgreSQL keeps neither when something was granted nor when it was last used.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hardstand.model.right import Right
from hardstand.model.run import Unreadable
from hardstand.sources.elsewhere import postgres_queries as queries
from hardstand.sources.reading import unreadable

if TYPE_CHECKING:
    from psycopg import Connection

SYSTEM = "postgresql"
_PUBLIC, _OWNERSHIP = "PUBLIC", "OWNERSHIP"
_OPTIONS = (
    "-c search_path=pg_catalog -c default_transaction_read_only=on -c statement_timeout=60000 -c lock_timeout=5000"
)
_WAIT = 10
"""Seconds for a connection."""

_ATTRIBUTES = (
    ("rolsuper", "SUPERUSER", "passes every check"),
    ("rolcreaterole", "CREATEROLE", "makes and changes roles"),
    ("rolcreatedb", "CREATEDB", "makes databases"),
    ("rolreplication", "REPLICATION", "reads everything as it is written"),
    ("rolbypassrls", "BYPASSRLS", "passes every row security policy"),
)


class PostgresError(Exception):
    """A server could not be asked. No message has a password in it. `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def rights(dsn: str) -> Iterator[Right | Unreadable]:
    """The rights on the server of a connection string, and what of it could not be read.

    PostgresError where it cannot be asked at all.
    """
    settings = _settings(dsn)
    with _connected(settings, str(settings.get("dbname") or "")) as connection:
        info = connection.info
        place = f"postgresql://{info.host or 'localhost'}:{info.port}"
        yield from _roles(connection, place)
        yield from _memberships(connection, place)
        first, names = info.dbname, [str(name) for (name,) in connection.execute(queries.DATABASES)]
        yield from _privileges(connection, queries.SHARED, place, first)
        yield from _privileges(connection, queries.OWN, f"{place}/{first}", first)
    for name in names:
        if name == first:
            continue
        try:
            with _connected(settings, name) as connection:
                yield from _privileges(connection, queries.OWN, f"{place}/{name}", name)
        except PostgresError as error:
            yield unreadable(f"{place}/{name}", str(error))


def _settings(dsn: str) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ModuleNotFoundError as error:
        hint = "`pip install 'hardstand[postgres]'`"
        raise PostgresError(f"reading PostgreSQL takes {error.name}, which is not installed", hint) from None
    except ImportError:  # Without its own library, psycopg looks for the system's libpq, and says so at length.
        raise PostgresError("psycopg finds no libpq", "`pip install 'hardstand[postgres]'`") from None
    try:
        return dict(conninfo_to_dict(dsn))
    except ProgrammingError:  # Its words repeat parts of the string, which may be the password.
        hint = (
            "write postgresql://USER@HOST/DATABASE, or service=NAME of pg_service.conf; a password is best in ~/.pgpass"
        )
        raise PostgresError("the connection string cannot be read", hint) from None


def _connected(settings: dict[str, Any], database: str) -> "Connection[Any]":
    import psycopg

    own = {"options": f"{settings.get('options') or ''} {_OPTIONS}".strip(), "connect_timeout": _WAIT}
    own["application_name"] = "hardstand"
    named = {"dbname": database} if database else {}
    try:
        return psycopg.connect(**{**settings, **own, **named})
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        secret = settings.get("password")
        reason = reason.replace(str(secret), "***") if secret else reason
        raise PostgresError(f"PostgreSQL cannot be asked: {reason}", "check host, user and ~/.pgpass") from None


def _roles(connection: "Connection[Any]", place: str) -> Iterator[Right]:
    """What roles are by themselves. What of a role its members get is theirs, too, but for these attributes."""
    for name, can_login, *flags in connection.execute(queries.ROLES):
        for held, (_, word, meaning) in zip(flags, _ATTRIBUTES, strict=True):
            if held:
                notes = (meaning,) if can_login else (meaning, "cannot log in itself")
                undo = f"ALTER ROLE {_name(name)} NO{word};"
                yield Right(SYSTEM, f"role:{name}", word, "server", "attribute of the role", place, notes, undo=undo)


def _memberships(connection: "Connection[Any]", place: str) -> Iterator[Right]:
    for role, member, admin in connection.execute(queries.MEMBERS):
        undo = f"REVOKE {_name(role)} FROM {_name(member)};"
        notes = ("may grant it to others",) if admin else ()
        yield Right(SYSTEM, f"role:{member}", f"member of {role}", "server", f"role {role}", place, notes, undo=undo)


@dataclass(frozen=True, slots=True, order=True)
class _Kind:
    """Objects of which the privileges of one role are one right."""

    what: str
    schema: str
    grantee: str


def _privileges(connection: "Connection[Any]", asked: Sequence[str], place: str, database: str) -> Iterator[Right]:
    """The privileges, one right for all that somebody has on objects of one kind in one schema."""
    found: dict[_Kind, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for query in asked:
        for grantee, what, schema, name, privilege, grantable in connection.execute(query):
            word = f"{privilege} WITH GRANT OPTION" if grantable else str(privilege)
            found[_Kind(str(what), str(schema or ""), str(grantee or _PUBLIC))][str(name)].add(word)
    for kind, by_name in sorted(found.items()):
        yield _right(kind, by_name, place, database)


def _right(kind: _Kind, by_name: dict[str, set[str]], place: str, database: str) -> Right:
    subject = "public" if kind.grantee == _PUBLIC else f"role:{kind.grantee}"
    comes_to = tuple(f"{', '.join(sorted(words))} on {name}" for name, words in sorted(by_name.items()))
    if kind.what == "DATABASE":
        scope, noun = "server", "databases"
    else:
        scope = f"schema/{database}.{kind.schema}" if kind.schema else f"database/{database}"
        noun = queries.NOUNS.get(kind.what, f"{kind.what.lower()}s")
    return Right(
        system=SYSTEM,
        subject=subject,
        right=f"privileges on {noun}",
        scope=scope,
        by="GRANT",
        place=place,
        comes_to=comes_to,
        undo=" ".join(_revoke(kind, name, words, database) for name, words in sorted(by_name.items())),
    )


def _revoke(kind: _Kind, name: str, words: set[str], database: str) -> str:
    """The statement that takes privileges on an object away; of what is owned, a comment: somebody has to own it."""
    who = _PUBLIC if kind.grantee == _PUBLIC else _name(kind.grantee)
    taken = sorted({word.removesuffix(" WITH GRANT OPTION") for word in words} - {_OWNERSHIP})
    about = _comment(f"{database}: " if kind.what != "DATABASE" else "")
    owned = _comment(f"{kind.what} {name} needs another owner; ") if _OWNERSHIP in words else ""
    return about + owned + (_statement(kind, name, taken, who) if taken else "")


def _statement(kind: _Kind, name: str, taken: Sequence[str], who: str) -> str:
    plain = ", ".join(taken)
    if kind.what == "DEFAULT":
        maker, _, objects = name.removeprefix("of ").rpartition(" on ")
        where = f" IN SCHEMA {_name(kind.schema)}" if kind.schema else ""
        return f"ALTER DEFAULT PRIVILEGES FOR ROLE {_name(maker)}{where} REVOKE {plain} ON {objects} FROM {who};"
    if kind.what == "COLUMN":
        table, _, column = name.partition(".")
        listed = ", ".join(f"{word} ({_name(column)})" for word in taken)
        return f"REVOKE {listed} ON TABLE {_name(kind.schema)}.{_name(table)} FROM {who};"
    if kind.what == "FUNCTION":
        bare, paren, rest = name.partition("(")
        return f"REVOKE {plain} ON ROUTINE {_name(kind.schema)}.{_name(bare)}{paren}{rest} FROM {who};"
    where = f"{_name(kind.schema)}.{_name(name)}" if kind.schema else _name(name)
    return f"REVOKE {plain} ON {kind.what} {where} FROM {who};"


def _comment(text: str) -> str:
    """A comment in SQL, which nothing in it ends."""
    return f"/* {text.replace('*/', '* /').replace('/*', '/ *').strip()} */ " if text else ""


def _name(word: str) -> str:
    """An identifier, quoted. Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html"""
    return '"' + word.replace('"', '""') + '"'
