"""List everything that a subject may do, and which binding gives it.

  hardstand rbac what-can serviceaccount:shop/web deploy/
  hardstand rbac what-can user:jane --group dev --cluster

What it may do as a member of a group is listed too: of its own groups that are named, and of those that the API server
puts everybody in. Exit status: 0 it may do something, 1 nothing, 2 it could not look, or what could not be
read may allow it something and nothing else does.
"""

import argparse
import json
import sys

from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.who import MASTERS, Actor, Who, actor
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED
from hardstand.cli.rbac.asking import add_format, add_input, doubtful, permissions_of, split, subject_named
from hardstand.cli.rbac.naming import check_namespace, known_of, naming_reads, tell_unknown
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("words", nargs="*", metavar="SUBJECT [PATH…]", help="who is asked about, of which")
    parser.add_argument("-n", "--namespace", metavar="NS", help="only what it may do in this namespace")
    parser.add_argument(
        "--group", action="append", default=[], metavar="NAME", help="a group that the user is in; repeatable"
    )
    add_format(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer, and give the exit status."""
    (subject,), arguments.paths = split(arguments.words, "SUBJECT", 1)
    who = subject_named(subject)
    meant = actor(who, frozenset(arguments.group))
    permissions, found = permissions_of(arguments, naming_reads(arguments, [who], arguments.namespace))
    permissions = doubtful(permissions, found)
    known = known_of(permissions, found)
    check_namespace(arguments.namespace, known, found)
    tell_unknown(who, known, groups=arguments.group)
    grants = list(permissions.given(meant, arguments.namespace))
    doubts = permissions.doubts_about(meant, arguments.namespace)
    something = MASTERS in meant.groups or any(one.role is not None and one.role.rules for one in grants)
    unknown = bool(doubts) and not something
    text = _json(who, grants, doubts, unknown) if arguments.format == "json" else _text(who, meant, grants, doubts)
    sys.stdout.write(text)
    if found.unreadable or unknown:
        return COULD_NOT_LOOK
    return PASSED if something else BLOCKED


def _text(who: Who, meant: Actor, grants: list[Grant], doubts: tuple[str, ...]) -> str:
    lines = []
    if MASTERS in meant.groups:
        lines.append(f"{who} may do everything: it is in {MASTERS}")
    for grant in grants:
        where = f"in {grant.namespace}" if grant.namespace else "everywhere"
        way = "" if grant.who == who else f", as {grant.who}"
        lines.append(f"{where}{way}: {grant.given_by} gives {grant.role_called}")
        if grant.role is None:
            lines.append("    there is no such role")
        else:
            lines += [f"    {one.rule}" for one in grant.role.rules]
    if not lines:
        told = f"unknown: it cannot be told what {who} may do; nothing that was read gives it anything"
        lines.append(told if doubts else f"no binding gives {who} anything")
    if doubts:
        lines += ["there may be more:", *(f"  {one}" for one in doubts)]
    return "".join(f"{plain(line)}\n" for line in lines)


def _json(who: Who, grants: list[Grant], doubts: tuple[str, ...], unknown: bool) -> str:
    found: dict[str, object] = {
        "schema": "hardstand.dev/rbac-what-can/v1",
        "subject": who.word,
        "grants": [
            {
                "as": grant.who.word,
                "namespace": grant.namespace or None,
                "binding": grant.given_by,
                "role": grant.role_called,
                "rules": None if grant.role is None else [one.rule.written() for one in grant.role.rules],
            }
            for grant in grants
        ],
        "doubts": list(doubts),
    }
    if unknown:
        found["unknown"] = True
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
