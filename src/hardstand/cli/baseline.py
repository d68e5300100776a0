"""Look after the baseline.

`hardstand baseline test` holds the controls that it declares against their own tests: the manifests under `accepts` and
`rejects`, and the case files beside Python controls. Exit status: 0 all hold, 1 some fail, 2 it could not look.
"""

import argparse

from hardstand.baseline.custom import Code
from hardstand.cli.customs_file import Declared, declared, place_in, ready
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, complain
from hardstand.engine.custom_tests import Failure, Outcome, run_tests
from hardstand.report.safe import plain
from hardstand.text.document import Document
from hardstand.text.reader import read

DEFAULT = "hardstand.yaml"
"""The baseline's name in the working directory."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    what = parser.add_subparsers(dest="what", required=True, metavar="test")
    test = what.add_parser("test", help="run the tests of the controls that the baseline declares")
    test.add_argument("--baseline", default=DEFAULT, metavar="FILE", help=f"the baseline (default {DEFAULT})")
    test.add_argument("--allow-code", action="store_true", help="run the Python files that the baseline names")


def run(arguments: argparse.Namespace) -> int:
    """Run the tests, tell of each failure and give the exit status."""
    found = declared(arguments.baseline)
    for fault in found.faults:
        complain(fault)
    if found.faults:
        return COULD_NOT_LOOK
    ready(found.customs, allow_code=arguments.allow_code)
    return _told(found, run_tests(found.customs))


def _told(found: Declared, outcome: Outcome) -> int:
    for one in outcome.failures:
        print(plain(f"{_place(found, one)}: {one.control}: {one.message}"))  # noqa: T201 - the verb's output
    for name in outcome.untested:
        print(plain(f"{name}: not tested, since all its expressions ask about a request to an API server"))  # noqa: T201
    failed, tests, controls = len(outcome.failures), outcome.tests, outcome.controls
    print(f"{_count(failed, 'failure')} in {_count(tests, 'test')} of {_count(controls, 'control')}")  # noqa: T201
    return BLOCKED if failed else PASSED


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _place(found: Declared, one: Failure) -> str:
    if one.file is None:
        return found.place(one.path)
    code = found.customs.code or Code("", ())
    name = f"{code.folder.rstrip('/')}/{one.file}"
    if one.line:
        return f"{name}:{one.line}:{one.column}"
    data = dict(code.files)[one.file]
    document = next(part for part in read(data) if isinstance(part, Document))
    return place_in(name, data, document, one.path)
