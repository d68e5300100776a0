"""Compare two scans: which findings are new, which are gone and how many stayed.

OLD.json and NEW.json are what `scan --format json` wrote. Findings are compared by their id, which does not change when
lines move, documents are reordered or the file is reformatted. Where both were made with `--blast`, it is told besides
of which workloads the fall reaches further than it did, and of which less far.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hardstand.cli.errors import UsageError
from hardstand.report.past import PastRunError, load, place_in
from hardstand.report.safe import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("old", metavar="OLD.json")
    parser.add_argument("new", metavar="NEW.json")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print what changed. It judges nothing: the status is 0 when both files could be read."""
    found = compare(_read(arguments.old), _read(arguments.new))
    if arguments.format == "json":
        json.dump(found, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(found)))
    return 0


def compare(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The findings that only NEW has, those that only OLD has, and how many both have."""
    added, gone = _without(new, old), _without(old, new)
    found: dict[str, Any] = {
        "schema": "hardstand.dev/diff/v1",
        "new": added,
        "gone": gone,
        "unchanged": len(new["findings"]) - len(added),
    }
    if "blast" in old and "blast" in new:
        found["blast"] = _radii(old["blast"], new["blast"])
    return found


def _radii(old: Any, new: Any) -> list[dict[str, Any]]:
    """The workloads whose fall reaches further than it did, or less far; what came and what went, from and to null.

    Those that widened most come first.
    """
    before, after = _by_workload(old), _by_workload(new)
    changed = [
        {"workload": name, "before": before.get(name), "after": after.get(name)}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    return sorted(changed, key=lambda one: -((one["after"] or 0) - (one["before"] or 0)))


def _by_workload(told: Any) -> dict[str, int]:
    try:
        return {str(one["workload"]): int(one["total"]) for one in told}
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError("what it says of blast radii is damaged", "write it anew with `scan --blast`") from error


def _without(these: dict[str, Any], others: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of `these` that `others` know neither by id nor by place, with the same verdict, waived alike."""
    ids = {(one["id"], *_state(one)) for one in others["findings"]}
    places = {(place_in(one), *_state(one)) for one in others["findings"]}
    return [
        one
        for one in these["findings"]
        if (one["id"], *_state(one)) not in ids and (place_in(one), *_state(one)) not in places
    ]


def _state(one: dict[str, Any]) -> tuple[str, bool]:
    return one["verdict"], one.get("action") == "waived"


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for word, mark in (("new", "+"), ("gone", "-")):
        for one in found[word]:
            place = one["locations"][0]
            word_of = "unknown" if one["verdict"] == "unknown" else one["severity"]
            action = {"block": "  blocks", "waived": f"  waived by {one.get('waiver')}"}.get(one.get("action"), "")
            yield plain(f"{mark} {word_of}[{one['control']}] {place['file']}:{place['line']}:{place['column']}{action}")
            yield plain(f"    {place['caption']}: {one['message']}")
    for one in found.get("blast", ()):
        before, after = one["before"], one["after"]
        mark = "+" if (after or 0) > (before or 0) else "-"
        was, now = ("none" if points is None else str(points) for points in (before, after))
        yield plain(f"{mark} blast {one['workload']}: {was} -> {now}")
    yield f"{len(found['new'])} new · {len(found['gone'])} gone · {found['unchanged']} unchanged"


def _read(path: str) -> dict[str, Any]:
    try:
        return load(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except PastRunError as error:
        raise UsageError(f"{path}: {error}", "give a file that `scan --format json` wrote") from error
