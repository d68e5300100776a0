"""Measure Hardstand and its peers on estates of several sizes, and print the result as Markdown.

    python benchmarks/scan.py --apps 100 500 1000 [--repeat 3] [--tools NAME …] [--write]

README.md beside this file says what is measured and how. Exit status 1 when a tool ran and its result cannot be
trusted; a tool that cannot be set up here is a row that says so.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import estate
import machine
import measure
import tools
from measure import FailedError
from tools import HARDSTAND, TOOLS, Seen, Tool

README = Path(__file__).with_name("README.md")
START, END = "<!-- bench:start -->", "<!-- bench:end -->"
STARTS = 20
HEAD = (
    "| Tool | Version | Apps | Objects | Time | Time ÷ Hardstand | Peak memory | Memory ÷ Hardstand | Findings |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(slots=True)
class Row:
    """One tool on one estate: what was measured so far, and why it stopped where it did."""

    tool: Tool
    program: Path | None
    version: str
    apps: int
    objects: int = 0
    times: list[float] = field(default_factory=list)
    memory: int = 0
    seen: Seen | None = None
    why_not: str = ""
    failed: bool = False

    def cells(self, base: "Row | None") -> str:
        """The row as Markdown, with the ratios to the row of Hardstand where there is one."""
        size = f"{self.apps:,} | {self.objects:,}"
        if self.why_not or self.seen is None:
            return f"| {self.tool.name} | {self.version} | {size} | {self.why_not} | – | – | – | – |"
        time, memory = statistics.median(self.times), self.memory
        ratios = ("–", "–")
        if base is not None and base.seen is not None:
            ratios = (f"{time / statistics.median(base.times):.1f}", f"{memory / base.memory:.1f}")
        return (
            f"| {self.tool.name} | {self.version} | {size} | {time:.2f} s | {ratios[0]} "
            f"| {memory / 1e6:.0f} MB | {ratios[1]} | {self.seen.findings:,} |"
        )


def run(chosen: Sequence[Tool], sizes: Sequence[int], repeat: int) -> Iterator[Row]:
    """Measure the tools in turn on each size, `repeat` times for time and then once for memory."""
    programs = {tool.name: _set_up(tool) for tool in chosen}
    for apps in sizes:
        with tempfile.TemporaryDirectory(prefix="estate-") as folder, tempfile.TemporaryDirectory() as reports:
            made = estate.write(Path(folder), apps)
            rows = []
            for tool in chosen:
                program, version, why_not = programs[tool.name]
                rows.append(Row(tool, program, version, apps, made.objects, why_not=why_not))
            for turn in range(repeat + 1):
                for row in rows:
                    if row.program is not None and not row.failed:
                        _say(f"{row.tool.name}, {apps} apps, run {turn + 1} of {repeat + 1}")
                        _turn(row, row.program, made, Path(reports) / "report.json", for_memory=turn == repeat)
            yield from rows


def _set_up(tool: Tool) -> tuple[Path | None, str, str]:
    _say(f"setting up {tool.name}")
    try:
        program = tool.program()
        return program, tools.version(tool, program), ""
    except FailedError as error:
        return None, "–", f"not runnable here: {error}"


def _turn(row: Row, program: Path, made: estate.Estate, output: Path, *, for_memory: bool) -> None:
    printed = output if "{output}" not in row.tool.arguments else output.with_suffix(".stdout")
    output.unlink(missing_ok=True)
    command = row.tool.command(program, made.root, output)
    try:
        if for_memory:
            row.memory = measure.peak_bytes(command, printed, row.tool.statuses)
        else:
            row.times.append(measure.seconds(command, printed, row.tool.statuses))
        row.seen = tools.seen(row.tool, output, made)
    except FailedError as error:
        row.why_not, row.failed = f"failed: {error}", True


def start_up() -> str:
    """One line on how long `hardstand --version` takes."""
    program, version, why_not = _set_up(HARDSTAND)
    if program is None:
        return f"Start-up: `hardstand --version` {why_not}."
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "version.txt"
        command = [str(program), "--version"]
        times = [measure.seconds(command, output, frozenset({0})) for _ in range(STARTS)]
    milliseconds = statistics.median(times) * 1000
    return f"Start-up: `hardstand --version` ({version}) takes {milliseconds:.0f} ms, the median of {STARTS}."


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a Markdown table, and the command line of each tool below it."""
    base = {row.apps: row for row in rows if row.tool is HARDSTAND}
    yield from HEAD
    yield from (row.cells(base.get(row.apps)) for row in rows)
    yield ""
    yield "| Tool | Command |"
    yield "|---|---|"
    yield from (f"| {tool.name} | `{tool.shown()}` |" for tool in dict.fromkeys(row.tool for row in rows))


def put(text: str) -> None:
    """Replace what stands between the README's markers."""
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure Hardstand and its peers.")
    parser.add_argument("--apps", type=int, nargs="+", default=[100, 500, 1000], help="sizes of the estates")
    parser.add_argument("--repeat", type=int, default=3, help="timed runs of each tool on each estate")
    parser.add_argument("--tools", nargs="+", choices=[tool.name.lower() for tool in TOOLS], help="only these tools")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    chosen = [tool for tool in TOOLS if not options.tools or tool.name.lower() in options.tools]
    about = machine.line()
    started = start_up()
    rows = list(run(chosen, options.apps, options.repeat))
    text = "\n".join([about, "", *table(rows), "", started])
    print(text)
    if options.write:
        put(text)
    return int(any(row.failed for row in rows))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
