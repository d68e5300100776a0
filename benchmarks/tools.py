"""The tools that are measured: how each is called on equal terms, and what its report says it looked at."""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import prepare
from estate import Estate
from measure import FailedError


@dataclass(frozen=True, slots=True)
class Seen:
    """What a report says: its findings, the files it names, and the objects it counts where it counts any."""

    findings: int
    files: frozenset[str]
    objects: int | None


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: where it comes from, what it is called with, and how its report is read.

    In `arguments`, `{estate}` is the directory to scan and `{output}` the file to write the report to; without
    `{output}`, the report is what the tool prints, sent to that file.
    """

    name: str
    program: Callable[[], Path]
    version: tuple[str, ...]
    arguments: tuple[str, ...]
    read: Callable[[Any, Estate], Seen]
    statuses: frozenset[int] = frozenset({0, 1})

    def command(self, program: Path, estate: Path, output: Path) -> list[str]:
        """The full command line."""
        return [str(program), *(part.format(estate=estate, output=output) for part in self.arguments)]

    def shown(self) -> str:
        """The command line as the README shows it."""
        line = " ".join(self.arguments).format(estate="DIR", output="FILE")
        return f"{self.name.lower()} {line}" + ("" if "FILE" in line else " > FILE")


def version(tool: Tool, program: Path) -> str:
    """The version that the program itself tells. Raises FailedError where it tells none."""
    done = subprocess.run([program, *tool.version], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+[\w.+-]*", done.stdout)
    if done.returncode or found is None:
        raise FailedError("does not tell its version")
    return found[0]


def seen(tool: Tool, output: Path, estate: Estate) -> Seen:
    """What the report in `output` shows. Raises FailedError where it does not prove that all files were looked at."""
    try:
        result = tool.read(json.loads(output.read_bytes()), estate)
    except FileNotFoundError as error:
        raise FailedError("it wrote no report") from error
    except (ValueError, KeyError, TypeError) as error:
        raise FailedError(f"its report cannot be read: {error!r}"[:160]) from error
    missed = estate.apps - result.files
    if missed:
        raise FailedError(f"its report does not name {len(missed)} of {len(estate.apps)} files, as {min(missed)}")
    if result.objects not in (None, estate.objects):
        raise FailedError(f"it counts {result.objects} objects of {estate.objects}")
    return result


def _relative(names: set[str], estate: Estate) -> frozenset[str]:
    """File names as the tool gives them (absolute, or relative to the estate with or without a slash)."""
    root = f"{estate.root}/"
    return frozenset(name.removeprefix(root).lstrip("/") for name in names)


def _hardstand(report: Any, estate: Estate) -> Seen:
    unread = [fault for source in report["inputs"] for fault in source["unreadable"]]
    if unread:
        raise FailedError(f"it could not read {len(unread)} documents")
    files = {place["file"] for finding in report["findings"] for place in finding["locations"]}
    return Seen(report["summary"]["fail"], _relative(files, estate), report["summary"]["objects"])


def _checkov(report: Any, estate: Estate) -> Seen:
    summary = report["summary"]
    if summary["parsing_errors"]:
        raise FailedError(f"it could not read {summary['parsing_errors']} files")
    files = {failed["file_path"] for failed in report["results"]["failed_checks"]}
    # It counts the pod of each Deployment's template as one resource more.
    return Seen(summary["failed"], _relative(files, estate), summary["resource_count"] - len(estate.apps))


def _kube_linter(report: Any, estate: Estate) -> Seen:
    files = {found["Object"]["Metadata"]["FilePath"] for found in report["Reports"]}
    return Seen(len(report["Reports"]), _relative(files, estate), None)


def _trivy(report: Any, estate: Estate) -> Seen:
    # It names every file that it met: only a finding shows that it was looked into.
    failures = {result["Target"]: result["MisconfSummary"]["Failures"] for result in report["Results"]}
    files = {target for target, count in failures.items() if count}
    return Seen(sum(failures.values()), _relative(files, estate), None)


HARDSTAND = Tool(
    "Hardstand",
    prepare.hardstand,
    ("--version",),
    ("scan", "{estate}", "--format", "json", "--output", "{output}"),
    _hardstand,
)

CHECKOV = Tool(
    "Checkov",
    prepare.checkov,
    ("--version",),
    (
        *("--directory", "{estate}", "--framework", "kubernetes"),
        *("--skip-download", "--quiet", "--compact", "--output", "json"),
    ),
    _checkov,
)

KUBE_LINTER = Tool(
    "kube-linter", prepare.kube_linter, ("version",), ("lint", "{estate}", "--format", "json"), _kube_linter
)

TRIVY = Tool(
    "Trivy",
    prepare.trivy,
    ("--version",),
    (
        *("config", "{estate}", "--misconfig-scanners", "kubernetes", "--skip-check-update", "--skip-version-check"),
        *("--disable-telemetry", "--quiet", "--format", "json", "--output", "{output}"),
    ),
    _trivy,
)

TOOLS = (HARDSTAND, CHECKOV, KUBE_LINTER, TRIVY)
