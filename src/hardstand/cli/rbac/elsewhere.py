"""Rights in other systems than Kubernetes, as the verbs of a review take them."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass

from hardstand.cli.errors import UsageError, complain
from hardstand.model.right import Right
from hardstand.model.run import Unreadable
from hardstand.wiring.elsewhere import SYSTEMS, PostgresError, export, rights_in, rights_of_postgres


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was read of other systems."""

    rights: tuple[Right, ...]
    unknown: tuple[str, ...]
    """Why there may be more; told already."""
    systems: frozenset[str]
    """Those that were asked, whether or not they hold anything."""

    @property
    def asked(self) -> bool:
        """Whether any was."""
        return bool(self.systems)


def add_elsewhere(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments that name other systems."""
    group = parser.add_argument_group("other systems")
    group.add_argument(
        "--from-elsewhere", action="append", default=[], metavar="SYSTEM[:SCOPE]=FILE",
        help=f"rights as JSON of {', '.join(SYSTEMS)}; docs/access-review.md has the commands; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--postgres", action="append", default=[], metavar="DSN",
        help="the roles and privileges of this PostgreSQL server; a password is best in ~/.pgpass; repeatable",
    )  # fmt: skip


def elsewhere_of(arguments: argparse.Namespace) -> Elsewhere:
    """Read what the arguments name. UsageError where a system is not known, or a server cannot be asked."""
    rights: list[Right] = []
    unknown: list[str] = []
    systems: set[str] = set()

    def take(found: Iterable[Right | Unreadable]) -> None:
        for one in found:
            if isinstance(one, Unreadable):
                unknown.append(f"{one.path}: {one.reason}")
                complain(unknown[-1])
            else:
                rights.append(one)

    for word in arguments.from_elsewhere:
        try:
            named = export(word)
        except ValueError as error:
            raise UsageError(f"--from-elsewhere: {error}") from error
        systems.add(named.system)
        take(rights_in(named))
    for dsn in arguments.postgres:
        systems.add("postgresql")
        try:
            take(rights_of_postgres(dsn))
        except PostgresError as error:
            raise UsageError(f"--postgres: {error}", error.hint) from error
    return Elsewhere(tuple(rights), tuple(unknown), frozenset(systems))
