"""Show a control's page: why it matters, how to mend it, when it is fine.

With the name of a framework, list its requirements and the controls that serve each. Without a name, list all controls
by area. It reads no input: `hardstand scan --explain-tier NAME` tells of a workload of files or of `--cluster`.
"""

import argparse
import itertools
from typing import Any

from hardstand import frameworks
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.custom import Customs
from hardstand.baseline.load import built_in_text
from hardstand.cli.baselines import NAME, named, ready
from hardstand.cli.errors import UsageError, nearest
from hardstand.cli.explain_baseline import decided, told, won
from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.controls.parameter import Parameter
from hardstand.engine import catalog
from hardstand.engine.native import expressed
from hardstand.model.kind import Platform
from hardstand.model.tier import Tier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("control", nargs="?", metavar="CONTROL", help="a control's id, or a framework's")
    parser.add_argument(
        "--baseline", nargs="?", const="", metavar="FILE",
        help=f"with CONTROL, tell which of its lines decide (default {NAME} here, if there is one); alone, "
        "tell what it comes to; without FILE, print the built-in one",
    )  # fmt: skip
    parser.add_argument(
        "--tier", choices=[one.word for one in Tier], help="with CONTROL, which line wins for this tier"
    )
    parser.add_argument(
        "--environment", action="append", default=[], metavar="NAME",
        help="with CONTROL, which line wins in this environment; repeatable, for what lies in several",
    )  # fmt: skip
    parser.add_argument("--baseline-from", metavar="REF", help="read it from this commit, tag or branch of git")
    parser.add_argument("--allow-code", action="store_true", help="run the Python controls that the baseline names")


def run(arguments: argparse.Namespace) -> int:
    """Print the page or the list."""
    if arguments.control is None and (arguments.baseline is not None or arguments.baseline_from is not None):
        built_in_wanted = not arguments.baseline and arguments.baseline_from is None
        print(built_in_text() if built_in_wanted else told(_named(arguments)), end="")  # noqa: T201
        return 0
    if arguments.control is None:
        print(listing(), end="")  # noqa: T201 - the verb's output
        return 0
    baseline = _named(arguments)
    if arguments.allow_code:
        ready(baseline.customs, allow_code=True)
    code = baseline.customs.code if arguments.allow_code else None
    controls = {one.id: one for one in catalog.with_custom(Customs(baseline.customs.controls, code))}
    one = controls.get(arguments.control)
    if one is None and arguments.control in frameworks.load():
        print(framework(arguments.control), end="")  # noqa: T201
        return 0
    if one is None:
        hint = nearest(arguments.control, [*controls, *frameworks.load()]) or "`hardstand explain` lists all controls"
        if baseline.customs.code and not arguments.allow_code:
            hint = f"of controls in Python, {baseline.customs.code.folder} may hold it: `--allow-code` runs them"
        raise UsageError(f"there is no control `{arguments.control}`", hint)
    print(page(one), end="")  # noqa: T201
    if baseline.path is not None or arguments.baseline is not None:
        print(decided(one, baseline), end="")  # noqa: T201
    if arguments.tier or arguments.environment:
        print(won(one, baseline, arguments.tier, arguments.environment), end="")  # noqa: T201
    return 0


def _named(arguments: argparse.Namespace) -> Baseline:
    return named(arguments.baseline or None, arguments.baseline_from)


def page(one: Control) -> str:
    """A control's page with its facts."""
    facts = [
        f"{one.area} · {one.severity.word} · confidence {one.confidence} · {one.stage} · {one.maturity}",
        *([f"frameworks: {', '.join(one.frameworks)}"] if one.frameworks else []),
    ]
    if one.platforms != (Platform.KUBERNETES,):
        facts.append(f"holds in: {', '.join(one.platforms)}")
    if one.wide:
        facts.append("judged by scans alone: neither the gate nor a watch asks about all of the network")
    for parameter in one.parameters:
        default = shown_default(parameter)
        facts.append(f"parameter {parameter.name} ({parameter.type_name}, default {default}): {parameter.meaning}")
    native = expressed(one)
    how = f"`hardstand gate export --to vap --select {one.id}`"
    facts.append(f"native policy: {how if isinstance(native, Cel) else f'none, since {native}'}")
    if one.fix:
        facts.append(f"fix ({'safe' if one.fix.safe else 'unsafe'}): {one.fix.title}")
    return "\n".join([one.id, "=" * len(one.id), *facts, "", one.doc, ""])


def listing() -> str:
    """All controls by area, a line each."""
    lines, width = [], max(len(one.id) for one in catalog.load()) + 2
    for area, group in itertools.groupby(catalog.load(), key=lambda one: one.area):
        lines.append(area)
        lines += [f"  {one.id:<{width}}{one.severity.word:<10}{one.summary}" for one in group]
        lines.append("")
    lines.append(f"frameworks\n  {', '.join(frameworks.load())}\n")
    lines.append(f"{len(catalog.load())} controls; `hardstand explain CONTROL` or FRAMEWORK shows a page")
    return "\n".join(lines) + "\n"


def framework(name: str) -> str:
    """A framework's requirements, each with the controls that serve it; holes are shown."""
    one = frameworks.load()[name]
    lines = [f"{one.title}, {one.version}", one.source, ""]
    for requirement, title in one.requirements.items():
        serving = [control.id for control in catalog.load() if f"{name}:{requirement}" in control.frameworks]
        lines += [f"{requirement}  {title}", f"    {', '.join(serving) or 'no control'}"]
    return "\n".join(lines) + "\n"


def shown_default(parameter: Parameter[Any]) -> str:
    """A parameter's default for a person; without one, the control says nothing until it is declared."""
    value = parameter.default
    if value is None:
        return "none: not applicable until declared"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "empty"
    return str(value)
