"""Helm charts: where they are, and their unit of reading work.

Everything in a chart's directory belongs to the chart: templates are programs and values are their input, and
neither is a manifest. What it deploys is seen rendered.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hardstand.sources import archive, helm, process, redact
from hardstand.sources.interface import Page, Rendering, Unreadable
from hardstand.sources.names import shown
from hardstand.sources.reading import not_rendered, read_regular
from hardstand.sources.walk import CHART_FILE, inside
from hardstand.text.document import Document
from hardstand.text.reader import read

_WHOLE = ("Chart.yaml", "Chart.lock", "values.schema.json", "requirements.yaml")


@dataclass(frozen=True, slots=True)
class ChartUnit:
    """One chart, a directory or an archive.

    `only` are path prefixes inside the chart that were asked for, all when empty. `roots` are the real paths that
    its links may lead to.
    """

    path: str
    size: int
    location: str
    values: tuple[str, ...]
    set: tuple[str, ...]
    roots: tuple[str, ...]
    namespace: str = "default"
    only: tuple[str, ...] = ()
    named: bool = False

    def open(self) -> Iterator[Page | Unreadable]:
        """Render it: a page for every template that gave something, or the reason why not."""
        problem = self._unfit()
        if problem is not None:
            yield problem
            return
        result = helm.render(self.location, self.values, self.set, self.namespace)
        if isinstance(result, helm.Failure):
            yield self._failed(result)
            return
        rendering = Rendering("helm", self.path)
        for template in result:
            if not self.only or template.path.startswith(self.only):
                yield Page(f"{self.path}/{shown(template.path)}", template.text, rendering, self.named)

    def _unfit(self) -> Unreadable | None:
        """Say what forbids rendering before helm is asked: a values file that is not there, or a link that leaves."""
        for file in self.values:
            data = read_regular(file, file)
            if isinstance(data, Unreadable):
                return replace(data, reason=f"{data.reason} (given as --values, which must be a file on disk)")
        link = _leaving(self.location, self.roots) if Path(self.location).is_dir() else None
        if link is not None:
            reason = "a symbolic link out of the scanned directory: helm would read what it points at into the chart"
            return not_rendered(link, f"{reason}; replace it with a copy, or name its target too")
        return None

    def _failed(self, failed: helm.Failure) -> Unreadable:
        """Tell helm's failure, without the values that it may quote."""
        words = redact.reason(failed.message, self._secrets())
        name = f"{self.path}/{failed.template}" if failed.template else self.path
        return not_rendered(name, f"the chart could not be rendered: {words}", failed.line, failed.column)

    def _secrets(self) -> Iterator[str]:
        """Give every value that went into the rendering."""
        yield from redact.settings(self.set)
        texts = [data for file in self.values if isinstance(data := read_regular(file, file), bytes)]
        if Path(self.location).is_dir():
            files = Path(self.location).rglob("values*.yaml")
            texts += [data for file in files if isinstance(data := read_regular(str(file), ""), bytes)]
        else:
            texts += archive.values_files(self.location)
        names = {name for text in texts for name in redact.keys(text)} | set(redact.scalars(_chart_file(self.location)))
        for text in texts:
            yield from (value for value in redact.scalars(text) if value not in names)


def _chart_file(location: str) -> bytes:
    """Give the chart's own Chart.yaml; nothing when it cannot be read."""
    if Path(location).is_dir():
        data = read_regular(f"{location}/{CHART_FILE}", CHART_FILE)
    else:
        data = archive.chart_file(location)
    return b"" if isinstance(data, Unreadable) else data


def is_library(location: str) -> bool:
    """Say whether the chart's own Chart.yaml makes it a library.

    A library deploys nothing (https://helm.sh/docs/topics/library_charts/), and helm refuses to render it alone.
    """
    data = _chart_file(location)
    first = next(iter(read(data)), None) if b"library" in data else None
    return isinstance(first, Document) and isinstance(first.value, dict) and first.value.get("type") == "library"


def _leaving(chart: str, roots: Sequence[str]) -> str | None:
    """Give a link in the chart that leads outside of the chart and of all `roots`; helm follows links of any kind."""
    allowed = (*roots, os.path.realpath(chart))
    waiting, entered = [chart], set[str]()
    while waiting:
        directory = waiting.pop()
        real = os.path.realpath(directory)
        if real in entered:
            continue
        entered.add(real)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            continue  # Helm will say so itself, and better.
        for entry in entries:
            if entry.is_symlink() and not any(inside(os.path.realpath(entry.path), root) for root in allowed):
                return entry.path
            if entry.is_dir():
                waiting.append(entry.path)
    return None


def size(location: str) -> int:
    """Guess what rendering a chart's directory costs, in bytes read: starting helm, and the size of its templates."""
    total = process.COST
    for file in Path(location).glob("templates/**/*"):
        try:
            total += file.lstat().st_size
        except OSError:
            continue
    return total


def enclosing(path: str) -> tuple[str, str] | None:
    """Give the chart that a named path lies in and is rendered by, and the part of it that was asked for.

    A template alone is not a manifest, so naming one (as a commit hook does) renders its chart and shows that
    template; naming the chart's values or a helper of all templates asks for the whole chart (`""`). Other files of
    a chart, such as its CRDs, are read as they are: None.
    """
    absolute = Path(path).absolute() if ".." not in Path(path).parts else Path(path).resolve()
    chart = _outermost(absolute)
    if chart is None:
        return None
    inner = absolute.relative_to(chart)
    steps = inner.parts
    while len(steps) > 2 and steps[0] == "charts":
        steps = steps[2:]
    shown_chart = str(chart) if path.startswith("/") else os.path.relpath(chart)
    if steps[0] == "templates":
        if len(steps) > 1 and steps[-1].startswith("_"):
            return shown_chart, ""
        return shown_chart, f"{inner}/" if absolute.is_dir() else str(inner)
    is_values = len(steps) == 1 and (steps[0] in _WHOLE or (steps[0].startswith("values") and inner.suffix == ".yaml"))
    return (shown_chart, "") if is_values else None


def _outermost(path: Path) -> Path | None:
    """Give the chart around `path`; of a subchart in `charts/`, the one that deploys it."""
    chart = next((above for above in path.parents if (above / CHART_FILE).is_file()), None)
    while chart is not None and chart.parent.name == "charts" and (chart.parent.parent / CHART_FILE).is_file():
        chart = chart.parent.parent
    return chart
