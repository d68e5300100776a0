"""Look after the baseline.

`hardstand baseline test` holds the controls that it declares against their own tests: the manifests under `accepts` and
`rejects`, and the case files beside Python controls. Exit status: 0 all hold, 1 some fail, 2 it could not look.
"""

import argparse

from hardstand.baseline.baseline import Layer
from hardstand.baseline.custom import Code, Customs
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, PASSED, UsageError
from hardstand.engine.custom_tests import Failure, run_tests
from hardstand.report.safe import plain
from hardstand.text.document import Document
from hardstand.text.positions import locate
from hardstand.text.reader import read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    what = parser.add_subparsers(dest="what", required=True, metavar="test")
    test = what.add_parser("test", help="run the tests of the controls that the baseline declares")
    add_baseline_arguments(test)


def run(arguments: argparse.Namespace) -> int:
    """Run the tests, tell of each failure and give the exit status."""
    baseline = baseline_of(arguments)
    if baseline.path is None:
        raise UsageError(
            "there is no baseline here", "name one with --baseline FILE, or draft one: `hardstand init PATH…`"
        )
    failed = tests = controls = 0
    for layer in baseline.layers:
        outcome = run_tests(Customs(layer.customs, layer.code))
        for one in outcome.failures:
            print(plain(f"{_place(layer, one)}: {one.control}: {one.message}"))  # noqa: T201 - the verb's output
        for name in outcome.untested:
            why = "not tested, since all its expressions ask about a request to an API server"
            print(plain(f"{name}: {why}"))  # noqa: T201
        failed, tests, controls = failed + len(outcome.failures), tests + outcome.tests, controls + outcome.controls
    print(f"{_count(failed, 'failure')} in {_count(tests, 'test')} of {_count(controls, 'control')}")  # noqa: T201
    return BLOCKED if failed else PASSED


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _place(layer: Layer, one: Failure) -> str:
    """FILE:LINE:COLUMN of a test, in the baseline or in a case file."""
    if one.file is None:
        span = locate(layer.text.data, layer.text.document, [one.path])[one.path]
        return f"{layer.file}:{span.line}:{span.column}"
    code = layer.code or Code("", ())
    name = f"{code.folder.rstrip('/')}/{one.file}"
    if one.line:
        return f"{name}:{one.line}:{one.column}"
    data = dict(code.files)[one.file]
    document = next(part for part in read(data) if isinstance(part, Document))
    span = locate(data, document, [one.path])[one.path]
    return f"{name}:{span.line}:{span.column}"
