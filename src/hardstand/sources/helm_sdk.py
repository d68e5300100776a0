"""Helm's own Go code through the package helm-python-sdk, in a program of its own.

It is started as a file, with one JSON request on standard input, and answers with one JSON object. The library is a
Go runtime: loaded into the scan it would not survive a fork, and a template that eats all memory would take the scan
with it. Nothing of Hardstand is imported here, so that starting it costs little.
"""

import json
import re
import sys
from itertools import zip_longest
from typing import Any

_SEPARATOR = re.compile(r"(?:^|\s*\n)---\s*")
"""Where helm takes rendered templates apart (helm.sh/helm pkg/release util, SplitManifests)."""

_SOURCE = "# Source: "


def render(request: dict[str, Any]) -> dict[str, Any]:
    """Give `{"text": ...}` as `helm template --include-crds` prints it, or `{"error": ...}` with helm's reason."""
    import helm_python as helm

    try:
        values: dict[str, Any] = {}
        for text in request["values"]:
            values = _merged(values, helm.values_from_yaml(text))
        for expression in request["set"]:
            values = _merged(values, helm.parse_set_string(expression), by_index="[" in expression)
        with helm.Chart.load(request["chart"]) as chart, helm.Config(storage_driver="memory") as config:
            release = config.install(chart, request["name"], values, namespace=request["namespace"], dry_run="client")
            rendered = chart.render(values, name=request["name"], namespace=request["namespace"])
            crds = [_document(crd["filename"], crd["data"]) for crd in chart.crds]
    except helm.HelmError as error:
        return {"error": str(error)}
    manifest = str(release.get("manifest", ""))  # Left out when nothing but hooks was rendered.
    return {"text": "".join([*crds, manifest, *_hooks(manifest, rendered)])}


def _document(source: str, text: str) -> str:
    """Give one document with helm's header."""
    return f"---\n{_SOURCE}{source}\n{text}\n"


def _hooks(manifest: str, rendered: dict[str, str]) -> list[str]:
    """Give the documents that the release's manifest leaves out: hooks are created too, and belong in the picture."""
    known = {(path, text.strip()) for path, text in _documents(manifest)}
    hooks = []
    for path, text in sorted(rendered.items()):
        if path.endswith("NOTES.txt") or path.rsplit("/", 1)[-1].startswith("_"):
            continue
        parts = [part.strip() for part in _SEPARATOR.split(text)]
        hooks += [_document(path, part) for part in parts if "helm.sh/hook" in part and (path, part) not in known]
    return hooks


def _documents(manifest: str) -> list[tuple[str, str]]:
    """Take a release's manifest apart: the template and the text of each document."""
    found = []
    for part in ("\n" + manifest).split(f"\n---\n{_SOURCE}")[1:]:
        path, _, text = part.partition("\n")
        found.append((path, text))
    return found


def _merged(base: dict[str, Any], over: dict[str, Any], *, by_index: bool = False) -> dict[str, Any]:
    """Lay `over` on `base` as helm lays one values file on another: maps are joined, everything else replaced.

    `by_index` is for `--set list[1]=x`, which leaves a list's other items as they are.
    """
    return {**base, **{key: _laid(base.get(key), value, by_index) for key, value in over.items()}}


def _laid(below: Any, value: Any, by_index: bool) -> Any:
    """Lay one value on another."""
    if isinstance(below, dict) and isinstance(value, dict):
        return _merged(below, value, by_index=by_index)
    if by_index and isinstance(below, list) and isinstance(value, list):
        pairs = zip_longest(below, value)
        return [under if item is None else _laid(under, item, by_index) for under, item in pairs]
    return value


if __name__ == "__main__":
    json.dump(render(json.load(sys.stdin)), sys.stdout)
