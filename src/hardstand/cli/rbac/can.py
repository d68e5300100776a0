"""Tell whether a subject may do something, and by which binding, exactly as Kubernetes' RBAC answers.

  hardstand rbac can serviceaccount:shop/web get secrets -n shop deploy/
  hardstand rbac can group:dev create deployments.apps/scale -n shop --cluster
  hardstand rbac can user:jane get /metrics estate.json.zst
  hardstand rbac can --batch requests.jsonl estate.json.zst

A SUBJECT is user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME. Without -n the question is about all namespaces,
or about what lies in none. --batch takes one JSON request a line, and gives one answer a line; docs/rbac.md has the
form. Exit status: 0 it may, 1 it may not, 2 it cannot be told. With --batch, 0 once all are answered: an answer that
cannot be told has `"unknown": true`.
"""

import argparse
import json
import sys
from pathlib import Path

from hardstand.access.batch import answers
from hardstand.analysis.rbac.permissions import Answer
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.who import Who, actor
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.rbac.asking import (
    add_format,
    add_input,
    doubtful,
    permissions_of,
    request_named,
    split,
    subject_named,
)
from hardstand.cli.rbac.naming import check_namespace, known_of, naming_reads, tell_unknown
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("words", nargs="*", metavar="SUBJECT VERB RESOURCE [PATH…]", help="what is asked, of which")
    parser.add_argument("-n", "--namespace", default="", metavar="NS", help="the namespace that is asked about")
    parser.add_argument("--name", default="", metavar="NAME", help="the one object that is asked about")
    parser.add_argument(
        "--group", action="append", default=[], metavar="NAME", help="a group that the user is in; repeatable"
    )
    parser.add_argument("--batch", metavar="FILE", help="answer the requests of this file, `-` for standard input")
    add_format(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer, and give the exit status."""
    if arguments.batch is not None:
        return _batch(arguments)
    (subject, verb, resource), arguments.paths = split(arguments.words, "SUBJECT VERB RESOURCE", 3)
    who = subject_named(subject)
    asked = request_named(verb, resource, namespace=arguments.namespace, name=arguments.name)
    permissions, found = permissions_of(arguments, naming_reads(arguments, [who], arguments.namespace))
    permissions = doubtful(permissions, found)
    known = known_of(permissions, found)
    check_namespace(arguments.namespace, known, found)
    tell_unknown(who, known, groups=arguments.group)
    answer = permissions.decide(actor(who, frozenset(arguments.group)), asked)
    sys.stdout.write(_json(who, asked, answer) if arguments.format == "json" else _text(who, asked, answer))
    if found.unreadable or answer.doubts:
        return COULD_NOT_LOOK
    return PASSED if answer.allowed else BLOCKED


def _text(who: Who, asked: Request, answer: Answer) -> str:
    if answer.allowed:
        lines = [f"yes: {who} may {asked}", f"  because {answer.because}"]
    elif answer.doubts:
        lines = [f"unknown: nothing that was read lets {who} {asked}, but", *(f"  {one}" for one in answer.doubts)]
    else:
        lines = [f"no: nothing lets {who} {asked}"]
    return "".join(f"{plain(line)}\n" for line in lines)


def _json(who: Who, asked: Request, answer: Answer) -> str:
    found: dict[str, object] = {
        "schema": "hardstand.dev/rbac-can/v1",
        "subject": who.word,
        "request": str(asked),
        "allowed": answer.allowed,
        "because": answer.because,
        "doubts": list(answer.doubts),
    }
    if answer.doubts:
        found["unknown"] = True
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _batch(arguments: argparse.Namespace) -> int:
    arguments.paths = arguments.words
    try:
        data = sys.stdin.buffer.read() if arguments.batch == "-" else Path(arguments.batch).read_bytes()
    except OSError as error:
        raise UsageError(f"{arguments.batch} cannot be read: {error.strerror or error}") from error
    permissions, found = permissions_of(arguments)
    permissions = doubtful(permissions, found)
    wrong = 0
    for at, (answer, fault) in enumerate(answers(permissions, data.splitlines()), 1):
        sys.stdout.write(answer + "\n")
        if fault:
            wrong += 1
            complain(f"{arguments.batch}:{at}: {fault}")
    return COULD_NOT_LOOK if wrong or found.unreadable else PASSED
