"""List everyone who may do something, and by which binding.

  hardstand rbac who-can get secrets -n shop deploy/
  hardstand rbac who-can create pods/exec --cluster
  hardstand rbac who-can get /metrics estate.json.zst

Without -n, those who may do it in one namespace only are listed besides those who may everywhere. Members of
system:masters may do everything, and no binding says so. Exit status: 0 somebody may, 1 nobody, 2 it could not look, or
nobody was found and something that could not be read may let somebody.
"""

import argparse
import json
import sys
from dataclasses import replace

from hardstand.analysis.rbac.permissions import Permissions, Proof
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.who import MASTERS
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED
from hardstand.cli.rbac.asking import add_format, add_input, doubtful, permissions_of, request_named, split
from hardstand.cli.rbac.naming import check_namespace, known_of, naming_reads
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("words", nargs="*", metavar="VERB RESOURCE [PATH…]", help="what is asked, of which")
    parser.add_argument("-n", "--namespace", metavar="NS", help="the namespace that is asked about")
    parser.add_argument("--name", default="", metavar="NAME", help="the one object that is asked about")
    add_format(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer, and give the exit status."""
    (verb, resource), arguments.paths = split(arguments.words, "VERB RESOURCE", 2)
    asked = request_named(verb, resource, namespace=arguments.namespace or "", name=arguments.name)
    permissions, found = permissions_of(arguments, naming_reads(arguments, [], arguments.namespace))
    permissions = doubtful(permissions, found)
    check_namespace(arguments.namespace, known_of(permissions, found), found)
    proofs = permissions.holders(asked, anywhere=arguments.namespace is None)
    doubts = _doubts(permissions, arguments.namespace)
    told = _json(asked, proofs, doubts) if arguments.format == "json" else _text(asked, proofs, doubts)
    sys.stdout.write(told)
    if arguments.format == "text" and asked.verb == "get" and asked.resource and not asked.subresource:
        others = _reading_too(permissions, asked, proofs, anywhere=arguments.namespace is None)
        if others:
            ask = f"hardstand rbac who-can list {plain(resource)} …"
            sys.stdout.write(f"list and watch read them, too: {others}; ask `{ask}`\n")
    if found.unreadable or (doubts and not proofs):
        return COULD_NOT_LOOK
    return PASSED if proofs else BLOCKED


def _reading_too(permissions: Permissions, asked: Request, proofs: list[Proof], *, anywhere: bool) -> str:
    """How many more than those who get a resource may list or watch it, and so read it as well; empty where nobody."""
    told = {one.grant.who for one in proofs if one.grant}
    found = []
    for verb in ("list", "watch"):
        holders = permissions.holders(replace(asked, verb=verb), anywhere=anywhere)
        more = {one.grant.who for one in holders if one.grant} - told
        if more:
            found.append(f"{len(more)} more may {verb}")
    return ", ".join(found)


def _doubts(permissions: Permissions, namespace: str | None) -> list[str]:
    """What may let more subjects do it than are listed."""
    return list(dict.fromkeys(one.reason for one in permissions.doubts if one.about(namespace)))


def _text(asked: Request, proofs: list[Proof], doubts: list[str]) -> str:
    if proofs:
        lines = [f"may {asked}:"]
    elif doubts:
        lines = [f"unknown: it cannot be told whether anybody may {asked}; nothing that was read says so"]
    else:
        lines = [f"no binding lets anybody {asked}"]
    width = max((len(str(one.grant.who)) for one in proofs if one.grant), default=0)
    for one in proofs:
        if one.grant:
            where = f"in {one.grant.namespace}" if one.grant.namespace else "everywhere"
            lines.append(f"  {one.grant.who!s:<{width}}  {where}: {one.grant.given_by} gives {one.grant.role_called}")
    lines.append(f"members of {MASTERS} may do everything")
    if doubts:
        lines += ["there may be more:" if proofs else "there may be somebody:", *(f"  {one}" for one in doubts)]
    return "".join(f"{plain(line)}\n" for line in lines)


def _json(asked: Request, proofs: list[Proof], doubts: list[str]) -> str:
    found: dict[str, object] = {
        "schema": "hardstand.dev/rbac-who-can/v1",
        "request": str(asked),
        "subjects": [
            {
                "subject": one.grant.who.word,
                "namespace": one.grant.namespace or None,
                "binding": one.grant.given_by,
                "role": one.grant.role_called,
                "rule": str(one.ruled.rule),
            }
            for one in proofs
            if one.grant and one.ruled
        ],
        "doubts": doubts,
    }
    if doubts and not proofs:
        found["unknown"] = True
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
