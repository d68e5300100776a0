"""Tell: a Run in the form that its reader wants, one file per format."""

import importlib
from collections.abc import Iterator

from hardstand.model.run import Run
from hardstand.report.interface import Pages

FORMATS = {
    "text": "a report for a person at a terminal",
    "json": "the whole run, by a published schema",
    "sarif": "SARIF 2.1.0, for code scanning and editors",
    "junit": "JUnit XML, for what shows test results",
    "github": "annotations of lines, for a step of GitHub Actions",
    "markdown": "the comment on a pull request",
    "html": "one page with search and filters, for a browser and without a network",
}
"""The formats there are; each is a module of this package with a function `render`, imported when it is asked for."""

SHOW_EXCERPTS = frozenset({"text", "junit", "sarif", "html"})
"""The formats that show source lines."""


def pieces(name: str, run: Run, pages: Pages, *, colour: bool = False, whole: bool = False) -> Iterator[str]:
    """The report as pieces to be written one after the other."""
    if name == "json":
        from hardstand.report import json

        return json.stream(run)
    return iter((render(name, run, pages, colour=colour, whole=whole),))


def render(name: str, run: Run, pages: Pages, *, colour: bool = False, whole: bool = False) -> str:
    """The run as a report in the format called `name`.

    `colour` is for terminals, and `whole` tells what a long report folds: only text knows either.
    """
    if name == "text":
        from hardstand.report import text

        return text.render(run, pages, colour=colour, whole=whole)
    rendered: str = importlib.import_module(f"hardstand.report.{name}").render(run, pages)
    return rendered
