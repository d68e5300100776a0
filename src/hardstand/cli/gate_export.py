"""Write controls as native policy, so that enforcement lives on without the gate: YAML, for `kubectl apply -f -`.

Modes, parameters and exceptions are the baseline's. `--list` says of every control whether it can be exported, and why
not. Nothing is applied.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, complain, note, warn
from hardstand.cli.outputs import replace_file
from hardstand.cli.select import chosen
from hardstand.controls.control import Control
from hardstand.controls.given import LATEST
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.gate.export import gatekeeper, kyverno, vap
from hardstand.gate.export.interface import Native
from hardstand.gate.export.listing import listing
from hardstand.gate.export.native import SYSTEM, native
from hardstand.gate.export.yaml_text import documents
from hardstand.model.tier import Tier
from hardstand.text.cel.tokens import WrongExpressionError
from hardstand.wiring import ScanRequest, WorkerDiedError, estate

FORMS = ("vap", "gatekeeper", "kyverno")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--to", choices=FORMS, help="ValidatingAdmissionPolicies, ConstraintTemplates of Gatekeeper, or Kyverno's"
    )
    what.add_argument("--list", action="store_true", help="say of every control whether it can be exported")
    for name, words in (("select", "export only these"), ("exclude", "leave these out")):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="WHAT",
            help=f"{words}: controls, areas, frameworks, framework ids or severities, comma-separated; repeatable",
        )  # fmt: skip
    parser.add_argument(
        "--tiers-of", action="append", default=[], metavar="PATH",
        help="manifests, charts or kustomizations that tell the tier of each namespace; repeatable",
    )  # fmt: skip
    parser.add_argument("--cluster", metavar="NAME", help="the cluster that it is for, as the boundary names it")
    parser.add_argument(
        "--exempt", action="append", default=[], metavar="NAMESPACE",
        help="a namespace that no policy touches, besides those of Kubernetes itself; repeatable",
    )  # fmt: skip
    parser.add_argument("--output", metavar="FILE", help="where to write it (default: standard output)")
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the policies, or the list, and give the exit status."""
    baseline = baseline_of(arguments)
    ids = chosen(arguments.select, arguments.exclude, None, LATEST, baseline.customs)
    controls = [one for one in catalog.with_custom(baseline.customs) if ids is None or one.id in ids]
    if arguments.list:
        _write(iter(_listed(controls, baseline)), arguments.output)
        return PASSED
    today = datetime.now(UTC).date()
    tiers, whole = _tiers(arguments, baseline, today) if arguments.tiers_of else (None, True)
    try:
        made = native(
            controls, baseline, tiers, day=today, cluster=arguments.cluster, exempt=(*SYSTEM, *arguments.exempt)
        )
    except (ValueError, WrongExpressionError) as error:
        raise UsageError(f"cannot be exported: {error}", "`hardstand gate export --list` says what can") from error
    _write(_written(arguments.to, made), arguments.output)
    _tell(made)
    return PASSED if whole else COULD_NOT_LOOK


def _listed(controls: Sequence[Control], baseline: Baseline) -> list[str]:
    try:
        return list(listing(controls, Settings(baseline=baseline)))
    except ValueError as error:
        raise UsageError(f"cannot be told: {error}", "mend the parameter in the baseline") from error


def _tiers(arguments: argparse.Namespace, baseline: Baseline, today: date) -> tuple[Mapping[str, Tier], bool]:
    """The highest tier of the workloads in each namespace, and whether everything could be read."""
    request = ScanRequest(arguments.tiers_of, settings=Settings(baseline=baseline, today=today, excerpts=False))
    try:
        found = estate(request)
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; name a part of the input") from error
    for one in found.unreadable:
        complain(f"{one.path}:{one.line}:{one.column}: {one.reason}")
    if not found.workloads:
        raise UsageError(
            f"--tiers-of {', '.join(arguments.tiers_of)}: no workloads whose tiers could be taken",
            "name what makes pods, or leave the option out: modes without a tier are exported then",
        )
    words = {tier.word: tier for tier in Tier}
    tiers: dict[str, Tier] = {}
    for kube, told in found.workloads:
        if kube.namespace is not None:
            tiers[kube.namespace] = max(words[told.tier], tiers.get(kube.namespace, Tier.LOW))
    return tiers, not found.unreadable


def _written(form: str, made: Native) -> Iterator[str]:
    writers = {"vap": vap.written, "gatekeeper": gatekeeper.written, "kyverno": kyverno.written}
    return documents(writers[form](made))


def _write(pieces: Iterator[str], output: str | None) -> None:
    if output is None:
        sys.stdout.writelines(pieces)
        return
    try:
        replace_file(Path(output), pieces)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}", "name a file in a directory that is there") from error


def _tell(made: Native) -> None:
    """Say what is in it, and what is not."""
    for one in made.left:
        warn(f"the exception {one.exception} from {one.control} is left out: {one.why}")
    for each in made.enforced:
        for name, day in sorted(each.policy.ends.items()):
            warn(f"the exception {name} from {each.policy.control} has no end there: export again after {day}")
        if each.changes:
            warn(f"{each.policy.control} is enforced otherwise from {each.changes} on: export again on that day")
    if made.undeclared:
        note(f"{len(made.undeclared)} controls wait for a parameter to be declared: {', '.join(made.undeclared)}")
    note(f"{len(made.enforced)} controls are exported; no policy touches {', '.join(made.exempt)}")
