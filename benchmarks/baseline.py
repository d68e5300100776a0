"""What a large baseline costs: the same estate scanned without one and with one, in turn.

    python benchmarks/baseline.py [--apps 1000] [--repeat 5] [--exceptions 1000] [--classes 200] [--write]

The baseline has exceptions that waive findings, some of them while other controls pass, and classes with patterns for
namespaces, names, labels and images. A third row adds a boundary, and with it the controls that find where production
and the rest mix. That it was held is read from the reports: every exception is told of, most of
them waive something, and with the baseline tiers are higher. Exit status 1 when a report does not show that.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

import estate
import machine
import measure
from scan import README
from tools import HARDSTAND

START, END = "<!-- bench-baseline:start -->", "<!-- bench-baseline:end -->"
WAIVED = ("writable-root-filesystem", "memory-limit-missing", "single-replica", "mutable-image-tag", "root-allowed")
TIERS = ("low", "medium", "high", "critical")


def declaration(
    findings: list[dict[str, Any]], exceptions: int, classes: int, *, boundary: bool = False
) -> dict[str, Any]:
    """A baseline with exceptions from findings that there are, and with classes for workloads that there are."""
    objects = [one["object"] for one in findings if one["object"]["kind"] == "Deployment"]
    names = sorted({(one["namespace"], one["name"]) for one in objects})
    namespaces = sorted({namespace for namespace, _ in names})
    fitting = [one for one in findings if one["control"] in WAIVED and one["verdict"] == "fail"]
    environments = {"production": {"namespaces": namespaces[::2]}, "staging": {"namespaces": namespaces[1::2]}}
    return {
        **({"boundary": {"environments": environments}} if boundary else {}),
        "classes": {"workloads": [_class(at, names[at * 7 % len(names)]) for at in range(classes)]},
        "modes": [
            {"mode": "block", "control": ["privileged-container", "runtime-socket-mounted"]},
            {"mode": "block", "area": "secrets", "tier": ["high", "critical"]},
        ],
        "exceptions": [_exception(at, fitting[at * 3 % len(fitting)]) for at in range(exceptions)],
    }


def _class(at: int, name: tuple[str, str]) -> dict[str, Any]:
    namespace, workload = name
    match: dict[str, Any] = (
        {"namespace": namespace, "name": f"{workload[:-2]}*"},
        {"name": [workload, f"*-{at}-db"]},
        {"namespace": f"{namespace[:4]}*", "labels": {"app": workload}},
        {"kind": "Deployment", "image": f"*/{workload}*"},
    )[at % 4]
    return {"match": match, "data": ("internal", "confidential", "restricted")[at % 3]}


def _exception(at: int, found: dict[str, Any]) -> dict[str, Any]:
    where = found["object"]
    match = {"control": found["control"], "namespace": where["namespace"], "name": where["name"]}
    if at % 5 == 0:
        match["name"] = where["name"][:-1] + "?"
    made = {
        "id": f"e-{at}", "match": match, "owner": "platform", "reason": "measured", "approved_by": "ciso",
        "expires": "2099-12-31",
    }  # fmt: skip
    if at % 4 == 0:
        made["while"] = ["host-pid", "selector-mismatch"]
    return made


def main() -> int:
    """Measure and print; `--write` puts the result into README.md."""
    parser = argparse.ArgumentParser(description="Measure what a baseline costs.")
    parser.add_argument("--apps", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--exceptions", type=int, default=1000)
    parser.add_argument("--classes", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    about, program = machine.line(), HARDSTAND.program()
    with tempfile.TemporaryDirectory(prefix="estate-") as folder, tempfile.TemporaryDirectory() as reports:
        made = estate.write(Path(folder), options.apps)
        files = [Path(reports) / name for name in ("plain.json", "held.json", "bounded.json")]
        command = [str(program), "scan", folder, "--format", "json", "--output"]
        printed = Path(reports) / "printed"
        measure.seconds([*command, str(files[0])], printed, frozenset({0}))
        findings = json.loads(files[0].read_text())["findings"]
        commands = [[*command, str(files[0])]]
        for file, boundary in zip(files[1:], (False, True), strict=True):
            content = declaration(findings, options.exceptions, options.classes, boundary=boundary)
            named = file.with_suffix(".yaml")
            named.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
            commands.append([*command, str(file), "--baseline", str(named)])
        times: list[list[float]] = [[], [], []]
        for turn in range(options.repeat):
            print(f"run {turn + 1} of {options.repeat}", file=sys.stderr, flush=True)
            for taken, words in zip(times, commands, strict=True):
                taken.append(measure.seconds(words, printed, frozenset({0, 1})))
        runs = [json.loads(file.read_text()) for file in files]
        trouble = untrue(runs[0], runs[1], options.exceptions) or untrue(runs[0], runs[2], options.exceptions)
    medians = [statistics.median(taken) for taken in times]
    what = f"{options.exceptions:,} exceptions and {options.classes} classes"
    names = ("without a baseline", f"with {what}", f"with {what}, and a boundary")
    rows = [f"| {name} | {time:.2f} s | {time / medians[0]:.2f} |" for name, time in zip(names, medians, strict=True)]
    text = "\n".join([about, "", f"| {made.objects:,} objects | Time | Ratio |", "|---|--:|--:|", *rows])
    print(text)
    if options.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        README.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
    if trouble:
        print(f"the measurement is worth nothing: {trouble}", file=sys.stderr)
    return int(bool(trouble))


def untrue(plain: dict[str, Any], held: dict[str, Any], exceptions: int) -> str:
    """Why the reports do not show that the baseline was held; nothing where they do."""
    told = held.get("exceptions", [])
    if len(told) != exceptions or sum(one["waived"] > 0 for one in told) < exceptions * 0.8:
        return f"of {exceptions} exceptions {len(told)} are told of, {sum(one['waived'] > 0 for one in told)} waive"
    if plain["summary"]["waived"] or held["summary"]["objects"] != plain["summary"]["objects"]:
        return "the same objects were not judged, or something is waived without a baseline"
    height = [sum(TIERS.index(one["tier"]) for one in run["findings"] if one["tier"]) for run in (plain, held)]
    return "" if height[1] > height[0] else "no class raised a tier"


if __name__ == "__main__":
    raise SystemExit(main())
