"""Helm: a chart in, the text of every template out. Nothing is fetched and no cluster is asked."""

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from hardstand.sources import process

INSTALL_HINT = "install helm, or `pip install 'hardstand[helm]'`"

_RELEASE = "release-name"
"""The name that `helm template` itself gives a release that has none."""

_HEADER = re.compile(rb"^---\n# Source: ([^\n]+)\n", re.MULTILINE)
"""How `helm template` starts each document. Three dashes in the first column always end the document before them
(YAML 1.2, 9.1.4), so no value in a document can look like this."""

_PLACE = re.compile(r"(?P<file>[^\s():\"'`]+/templates/[^\s():\"'`]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")
"""A template in helm's errors. Lines count from 1 and columns from 0 (Go text/template, ErrorContext)."""

_MISSING = re.compile(r"missing in charts/ directory: ([^\n]*)")

_RENDERED_LINE = re.compile(r"\byaml: line (\d+):")
"""A line in an error about what a template gave."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template that gave something: its path inside the chart, and the text of all its documents."""

    path: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why helm did not render: its words as they came, and the template and place in it where it told them."""

    message: str
    template: str = ""
    line: int = 1
    column: int = 1


def render(
    chart: str, values: tuple[str, ...], settings: tuple[str, ...], namespace: str
) -> tuple[Template, ...] | Failure:
    """Render the chart at `chart`, a directory or an archive, by the helm on PATH or else by the SDK.

    `values` are paths of readable files, `settings` are `--set` expressions. CRDs and hooks are part of what comes
    back, for both are created in the cluster.
    """
    binary = shutil.which("helm")
    if binary is None and importlib.util.find_spec("helm_python") is None:
        return Failure(f"helm is not there: {INSTALL_HINT}")
    try:
        text = (
            _by_binary(binary, chart, values, settings, namespace)
            if binary
            else _by_sdk(chart, values, settings, namespace)
        )
    except OSError as error:
        return Failure(f"helm could not be started: {error.strerror}: {INSTALL_HINT}")
    return text if isinstance(text, Failure) else tuple(_templates(text))


def _by_binary(
    binary: str, chart: str, values: tuple[str, ...], settings: tuple[str, ...], namespace: str
) -> bytes | Failure:
    """Render with the program `helm`."""
    # Helm reads --values as a line of CSV, so that a comma in a name needs quotes.
    quoted = [file.replace('"', '""') for file in values]
    options = [*(f'--values="{file}"' for file in quoted), *(f"--set={setting}" for setting in settings)]
    outcome = process.run(
        [binary, "template", _RELEASE, _local(chart), "--include-crds", f"--namespace={namespace}", *options]
    )
    if outcome.stopped:
        return Failure(f"helm {outcome.stopped}")
    return outcome.output if outcome.status == 0 else _failure(outcome.error.decode("utf-8", "replace"))


def _by_sdk(chart: str, values: tuple[str, ...], settings: tuple[str, ...], namespace: str) -> bytes | Failure:
    """Render with helm-python-sdk, in a program of its own (see `helm_sdk`).

    `-P` keeps the working directory, which may be the very tree that is scanned, out of Python's search path.
    """
    texts = [Path(file).read_text("utf-8", "replace") for file in values]
    request = {"chart": chart, "name": _RELEASE, "values": texts, "set": settings, "namespace": namespace}
    program = str(Path(__file__).with_name("helm_sdk.py"))
    outcome = process.run([sys.executable, "-P", program], json.dumps(request).encode())
    if outcome.stopped:
        return Failure(f"helm {outcome.stopped}")
    if outcome.status != 0:
        last = outcome.error.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Failure(f"helm-python-sdk ended with status {outcome.status}: {''.join(last)}")
    answer = json.loads(outcome.output)
    return str(answer["text"]).encode() if "text" in answer else _failure(str(answer["error"]))


def _local(chart: str) -> str:
    """Give a path that helm cannot take for a chart in a repository or for an option."""
    return chart if chart.startswith("/") else f"./{chart}"


def _templates(output: bytes) -> Iterator[Template]:
    """Take helm's output apart by template, in order of path; a template's documents keep helm's order."""
    found: dict[str, list[bytes]] = {}
    starts = list(_HEADER.finditer(output))
    for start, following in zip_longest(starts, starts[1:]):
        end = following.start() if following else len(output)
        # The path begins with the chart's name from its Chart.yaml, which need not be the directory's.
        _, _, path = start[1].decode("utf-8", "surrogateescape").partition("/")
        found.setdefault(path, []).append(b"---\n" + output[start.end() : end].strip(b"\n") + b"\n")
    return (Template(path, b"".join(found[path])) for path in sorted(found))


def _failure(message: str) -> Failure:
    """Read helm's error: where it is, and in which words."""
    message = message.replace("Use --debug flag to render out invalid YAML", "").strip().removeprefix("Error: ")
    if missing := _MISSING.search(message):
        message = f"it depends on {missing[1]}, missing in its charts/: `helm dependency build` fetches what it needs"
    place = _PLACE.search(message)
    if place is None:
        return Failure(message)
    _, _, path = place["file"].partition("/")
    line, column = int(place["line"] or 1), int(place["column"] or 0) + 1
    if rendered := _RENDERED_LINE.search(message):
        message += f" (line {rendered[1]} counts in the rendered text)"
    return Failure(message, path, line, column)
