"""Reading a kustomization file for what it refers to, without building it.

Fields: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hardstand.model.path import Path as Place
from hardstand.model.path import Value
from hardstand.sources.interface import Unreadable
from hardstand.sources.reading import not_rendered, read_regular
from hardstand.sources.walk import CHART_FILE, KUSTOMIZATION_NAMES
from hardstand.text.document import Document, Fault
from hardstand.text.positions import locate
from hardstand.text.reader import read

_GROUP = "kustomize.config.k8s.io/"

_NO_PATHS = frozenset({"valuesInline", "target", "targets", "source", "options", "literals", "patch", "fieldSpecs"})
"""Keys below which `path` and its like are fields of objects or values of charts, and not files."""

_OBJECTS = ("resources", "bases")
"""Fields whose entries are files of whole objects, or directories with a kustomization."""

_CONFIGS = ("generators", "transformers", "validators")
"""Fields whose entries configure a plugin: files, directories or inline YAML."""

_PLAIN = ("components", "configurations", "crds", "patchesStrategicMerge")

_PATH_KEYS = ("path", "paths", "files", "env", "envs", "valuesFile", "additionalValuesFiles")
"""Keys that hold paths, wherever they stand in the fields below and in a plugin's configuration."""

_NESTED = (
    "patches",
    "patchesJson6902",
    "replacements",
    "openapi",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmChartInflationGenerator",
)

_FETCH = "needs {}, and nothing is fetched: keep a copy beside it and refer to that"

_REMOTE = re.compile(
    r"[a-z][a-z0-9+.-]*://|git::|[\w.-]+@[\w.-]+:|(?:github|gitlab|bitbucket)\.[a-z]+[/:]", re.IGNORECASE
)
"""Repositories and addresses that kustomize would fetch (kustomize api/internal/git, NewRepoSpecFromURL)."""

_REMOTE_UNLESS_LOCAL = re.compile(r"\.git(?:/|\?|$)|\?(?:.*&)?(?:ref|version)=|[^/]//[^/]|^[\w-]+\.[\w.-]+/.+/")


@dataclass(frozen=True, slots=True)
class Kustomization:
    """What one kustomization file says. Every path in it is real: absolute and without links."""

    directory: str
    location: str
    """The directory as it is opened and shown."""
    file: str
    component: bool
    directories: tuple[str, ...]
    """Directories it builds on: bases, components, directories of plugin configuration."""
    objects: tuple[str, ...]
    """Files of whole objects."""
    parts: tuple[str, ...]
    """Files that are no objects of their own: patches, values, configuration, and the kustomization itself."""
    charts: tuple[str, ...]
    """Charts on disk that it inflates."""
    problem: Unreadable | None
    """Why it cannot be built here."""

    @property
    def name(self) -> str:
        """The kustomization file as it is shown."""
        return self.file if self.location == "." else f"{self.location}/{self.file}"


def load(location: str) -> Kustomization | None:
    """Read the kustomization in the directory `location`; None where the file is another kind of object.

    (A file called kustomization.yaml may hold Flux's object of the same name, which is an ordinary manifest.)
    """
    file = next((name for name in KUSTOMIZATION_NAMES if Path(location, name).is_file()), KUSTOMIZATION_NAMES[0])
    directory = os.path.realpath(location)
    own = (os.path.realpath(f"{directory}/{file}"),)
    broken = Kustomization(directory, location, file, False, (), (), own, (), None)
    data = read_regular(f"{location}/{file}", broken.name)
    if isinstance(data, Unreadable):
        return replace(broken, problem=not_rendered(data.path, data.reason))
    document = next(iter(read(data)), None)
    if isinstance(document, Fault):
        reason = f"the kustomization cannot be read: {document.reason}"
        return replace(broken, problem=not_rendered(broken.name, reason, document.line, document.column))
    if document is None or not isinstance(document.value, dict):
        return replace(broken, problem=not_rendered(broken.name, "the kustomization is empty or not a mapping"))
    if not str(document.value.get("apiVersion") or _GROUP).startswith(_GROUP):
        return None
    return _read(broken, document.value, data, document)


def _read(own: Kustomization, value: dict[str, Value], data: bytes, document: Document) -> Kustomization:
    """Sort everything that a readable kustomization refers to."""
    directories: list[str] = []
    objects: list[str] = []
    parts: list[str] = list(own.parts)
    obstacles: list[tuple[Place, str]] = []
    for place, reference in references(value):
        target = os.path.realpath(f"{own.directory}/{reference}")
        if is_remote(reference, own.directory):
            obstacles.append((place, _FETCH.format(without_credentials(reference))))
        elif Path(target).is_dir():
            directories.append(target)
        elif place[0] in _OBJECTS:
            objects.append(target)
        else:
            parts.append(target)
            if place[0] in _CONFIGS:
                parts.extend(_of_plugin_file(target, own.directory, place, obstacles))
        if not obstacles and not Path(target).exists() and _is_entry(value, place, reference):
            obstacles.append((place, f"refers to {without_credentials(reference)}, which is not there"))
    charts = tuple(_charts(value, own.directory, obstacles))
    problem = None
    if obstacles:
        place, reason = obstacles[0]
        span = locate(data, document, [place])[place]
        problem = not_rendered(own.name, f"the kustomization {reason}", span.line, span.column)
    return replace(
        own,
        component=value.get("kind") == "Component",
        directories=tuple(directories),
        objects=tuple(objects),
        parts=tuple(parts),
        charts=charts,
        problem=problem,
    )


def _is_entry(value: dict[str, Value], place: Place, reference: str) -> bool:
    """Say whether `reference` is written in a field of the kustomization, where only a path can stand.

    In a plugin's inline configuration a `path` may be one inside an object.
    """
    field = value.get(str(place[0]))
    return place[0] not in _CONFIGS or (isinstance(field, list) and field[int(place[1])] == reference)


def references(value: dict[str, Value]) -> Iterator[tuple[Place, str]]:
    """Give every path or address that a kustomization names, with its place; inline YAML is looked into."""
    for field in (*_OBJECTS, *_PLAIN, *_CONFIGS):
        entries = value.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if not isinstance(entry, str):
                continue
            if "\n" not in entry:
                yield (field, index), entry
            elif field in _CONFIGS:
                for _, reference in _paths_in_text(entry.encode()):
                    yield (field, index), reference
    for field in _NESTED:
        yield from _paths((field,), value.get(field))


def _paths(place: Place, value: Value) -> Iterator[tuple[Place, str]]:
    """Give the strings below keys that hold paths. A generator's `key=path` names its path after the first `=`."""
    waiting: list[tuple[Place, Value]] = [(place, value)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(((*place, key), item[key]) for key in reversed(item) if key not in _NO_PATHS)
        elif isinstance(item, list):
            waiting.extend(((*place, index), below) for index, below in reversed(list(enumerate(item))))
        elif isinstance(item, str) and item and "\n" not in item:
            key = next((step for step in reversed(place) if isinstance(step, str)), "")
            if key in _PATH_KEYS:
                yield place, item.partition("=")[2] if key == "files" and "=" in item else item


def _paths_in_text(text: bytes) -> Iterator[tuple[Place, str]]:
    """Give the paths in a plugin's configuration."""
    for document in read(text):
        if isinstance(document, Document):
            yield from _paths((), document.value)


def _of_plugin_file(file: str, directory: str, place: Place, obstacles: list[tuple[Place, str]]) -> Iterator[str]:
    """Give the files that a plugin's configuration file names; what would be fetched is added to `obstacles`."""
    data = read_regular(file, file)
    if isinstance(data, Unreadable):
        return
    for _, reference in _paths_in_text(data):
        if is_remote(reference, directory):
            obstacles.append((place, _FETCH.format(without_credentials(reference))))
        else:
            yield os.path.realpath(f"{directory}/{reference}")


def _charts(value: dict[str, Value], directory: str, obstacles: list[tuple[Place, str]]) -> Iterator[str]:
    """Give the local charts that a kustomization inflates; those that are not there are added to `obstacles`.

    kustomize looks for NAME-VERSION/NAME, then for NAME, in chartHome (api/internal/builtins,
    HelmChartInflationGenerator).
    """
    settings = value.get("helmGlobals")
    home = settings.get("chartHome") if isinstance(settings, dict) else None
    for field in ("helmCharts", "helmChartInflationGenerator"):
        entries = value.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if not isinstance(entry, dict):
                continue
            name = str(entry.get("name") or entry.get("chartName") or "")
            own_home = entry.get("chartHome") or home or "charts"
            places = (f"{own_home}/{name}-{entry.get('version')}/{name}", f"{own_home}/{name}")
            real = [os.path.realpath(f"{directory}/{place}") for place in places]
            if local := next((place for place in real if Path(place, CHART_FILE).is_file()), None):
                yield local
            else:
                reason = (
                    f"inflates the chart {name}, which is not on disk, and nothing is fetched: `helm pull --untar` it"
                )
                obstacles.append(((field, index), reason))


def is_remote(reference: str, directory: str) -> bool:
    """Say whether kustomize would fetch `reference`; what exists as a local path is local unless it is an address."""
    if _REMOTE.match(reference):
        return "://" in reference or not Path(directory, reference).exists()
    return bool(_REMOTE_UNLESS_LOCAL.search(reference)) and not Path(directory, reference).exists()


def without_credentials(address: str) -> str:
    """Give an address without what may stand before `@` or in a query; the user `git` is everybody's."""
    address = re.sub(r"(?<=://)[^/]*@", "", address)
    address = re.sub(r"^(git::)?(?!git@[^/@]*(?:/|$))[^/]*@", r"\1", address)
    return re.sub(
        r"\?.*", lambda query: query[0] if re.fullmatch(r"\?(ref|version)=[\w./-]+", query[0]) else "", address
    )
