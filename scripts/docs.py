"""Write the pages under docs/controls/ from the controls themselves, and from what is declared in code the schema of a
baseline and the list of the steps of escalation.

With --check, say whether they are fresh.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hardstand.analysis.escalation.building import kinds
from hardstand.baseline.json_schema import json_schema
from hardstand.cli.explain import shown_default
from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.native import expressed
from hardstand.engine.page import flaws, sections
from hardstand.engine.words import vocabulary
from hardstand.gate.export.yaml_text import broken
from hardstand.inventory.views.container import Container
from hardstand.model.kind import Platform

FOLDER = Path(__file__).parent.parent / "docs" / "controls"
REPOSITORY = Path(__file__).parent.parent
SCHEMA = REPOSITORY / "spec" / "baseline.v1.schema.json"
STEPS = REPOSITORY / "docs" / "rbac-steps.md"


def pages() -> Mapping[Path, str]:
    """Every generated page by its path."""
    controls = catalog.load()
    made = {FOLDER / one.area / f"{one.id}.md": page(one) for one in controls}
    made[FOLDER / "README.md"] = index()
    made[SCHEMA] = json.dumps(json_schema(vocabulary()), indent=1, ensure_ascii=False) + "\n"
    made[STEPS] = steps()
    return made


def steps() -> str:
    """The list of all kinds of steps by which identities become others."""
    found = [one for one in kinds() if one.counts]
    known = (
        f"The {len(found)} ways that `hardstand rbac paths` knows to get from one identity to another, to a node or to"
    )
    lines = ["# Steps of escalation", "", f"{known} the cluster. Those that may be depend on what others do,"]
    lines += ["or on what no manifest shows.", ""]
    lines += ["| step | what is done | what ends it | why it works |", "|---|---|---|---|"]
    for one in found:
        may = "" if one.sure else "may be: "
        does, fix = (text.format_map(_PLAIN) for text in (one.does, one.fix))
        lines.append(f"| `{one.id}` | {may}{does} | {fix} | [source]({one.source}) |")
    return "\n".join(lines) + "\n"


_PLAIN = {"where": "in a namespace", "namespace": "the namespace", "name": "it", "start": "it", "end": "it"}
"""What stands in a sentence for the parts of one step, where it is about all."""


def page(one: Control) -> str:
    """One control's page as Markdown."""
    lines = [f"# {one.id}", "", f"{one.summary}.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts(one)]
    for heading, text in sections(one.doc).items():
        lines += ["", f"## {heading}", "", text]
    if one.parameters:
        lines += ["", "## Parameters", "", "| name | type | default | meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{parameter.name}` | {parameter.type_name} | {shown_default(parameter)} | {parameter.meaning} |"
            for parameter in one.parameters
        ]
    lines += native(one)
    return "\n".join(lines) + "\n"


def native(one: Control) -> list[str]:
    """The control as native policy, or why there is none."""
    found = expressed(one)
    if not isinstance(found, Cel):
        return ["", "## Native policy", "", f"Not exported: {found}."]
    text = broken(found.expression).splitlines()
    what = "of each container" if issubclass(one.subject, Container) else "of the object"
    return ["", "## Native policy", "", f"True {what} where the control holds:", "", "```cel", *text, "```"]


def facts(one: Control) -> list[tuple[str, str]]:
    """What the decorator says, in words."""
    found = [
        ("area", one.area),
        ("severity", one.severity.word),
        ("confidence", str(one.confidence)),
        ("stage", str(one.stage)),
        ("maturity", str(one.maturity)),
        ("frameworks", ", ".join(f"`{name}`" for name in one.frameworks)),
    ]
    if one.platforms != (Platform.KUBERNETES,):
        found.append(("holds in", ", ".join(one.platforms)))
    if one.wide:
        found.append(("judged", "by scans alone: neither the gate nor a watch asks about all of the network"))
    if one.fix:
        found.append(("fix", f"{one.fix.title} ({'safe' if one.fix.safe else 'unsafe'})"))
    return found


def index() -> str:
    """The list of all controls."""
    controls = catalog.load()
    lines = ["# Controls", "", f"{len(controls)} controls. `hardstand explain CONTROL` shows the same pages."]
    for area, group in itertools.groupby(controls, key=lambda one: one.area):
        lines += ["", f"## {area}", "", "| control | severity | |", "|---|---|---|"]
        lines += [f"| [{one.id}]({area}/{one.id}.md) | {one.severity.word} | {one.summary} |" for one in group]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages, or compare them. Nothing is written while a control's docstring is no page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = [f"{shown(source(one))}: {flaw}" for one in catalog.load() for flaw in flaws(one.doc)]
    if wrong:
        print(*wrong, "nothing was written; mend the docstrings named above", sep="\n", file=sys.stderr)
        return 1
    wanted = pages()
    there = set(FOLDER.rglob("*.md"))
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    stray = sorted(there - set(wanted))
    return compared(stale, stray) if check else written(wanted, stale, stray)


def compared(stale: Sequence[Path], stray: Sequence[Path]) -> int:
    """Say which pages are not what the controls say; the exit status."""
    for path in [*stale, *stray]:
        print(f"stale: {shown(path)}", file=sys.stderr)
    if stale or stray:
        print("run `make docs` and commit what it writes", file=sys.stderr)
    return 1 if stale or stray else 0


def written(wanted: Mapping[Path, str], stale: Sequence[Path], stray: Sequence[Path]) -> int:
    """Write what changed, remove what no control is behind, and name each; the exit status."""
    for path in stray:
        path.unlink()
        print(f"removed {shown(path)}")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {shown(path)}")
    print(f"{len(wanted)} pages, {len(stale)} written, {len(stray)} removed")
    return 0


def source(one: Control) -> Path:
    """The control's file."""
    return Path(sys.modules[one.module].__file__ or one.module)


def shown(path: Path) -> str:
    """A path as seen from the repository."""
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


if __name__ == "__main__":
    sys.exit(main())
