"""Compare two scans: which findings are new, which are gone and how many stayed.

OLD.json and NEW.json are what `scan --format json` wrote. Findings are compared by their id, which does not change when
lines move, documents are reordered or the file is reformatted.
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
    return {
        "schema": "hardstand.dev/diff/v1",
        "new": added,
        "gone": gone,
        "unchanged": len(new["findings"]) - len(added),
    }


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
    yield f"{len(found['new'])} new · {len(found['gone'])} gone · {found['unchanged']} unchanged"


def _read(path: str) -> dict[str, Any]:
    try:
        return load(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except PastRunError as error:
        raise UsageError(f"{path}: {error}", "give a file that `scan --format json` wrote") from error
