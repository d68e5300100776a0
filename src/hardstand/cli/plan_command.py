"""The command that makes one change of a plan, with the options that the plan was made with."""

import argparse
from collections.abc import Iterator

from hardstand.controls.given import LATEST
from hardstand.model.live import is_live
from hardstand.plan.sets_interface import Step


def command_of(arguments: argparse.Namespace, step: Step) -> list[str]:
    """The words of the command. It makes exactly this change once those before it have been made."""
    words = ["hardstand", "fix", *_cluster(arguments), *_given(arguments), f"--root-cause={step.root_cause}"]
    words += [] if step.safe else ["--unsafe"]
    words += ["--apply"] if _writes(arguments, step) else []
    return [*words, "--", *arguments.paths] if any(_like_option(path) for path in arguments.paths) else [
        *words[:2], *arguments.paths, *words[2:]
    ]  # fmt: skip


def _writes(arguments: argparse.Namespace, step: Step) -> bool:
    """Whether the change is in files; for what was rendered, came through a pipe or is of a cluster, it is printed."""
    places = [one.locations[0] for one in step.mended]
    return "-" not in arguments.paths and any(not one.rendered and not is_live(one.file) for one in places)


def _given(arguments: argparse.Namespace) -> Iterator[str]:
    """The options that say what is read and how it is judged."""
    for name in ("select", "exclude", "values", "set"):
        yield from (f"--{name}={value}" for value in getattr(arguments, name))
    for name in ("baseline", "baseline_from", "pod_security"):
        if getattr(arguments, name) is not None:
            yield f"--{name.replace('_', '-')}={getattr(arguments, name)}"
    if arguments.pod_security_version != LATEST:
        yield f"--pod-security-version={arguments.pod_security_version}"
    yield from (f"--namespace={name}" for name in arguments.namespaces)
    if arguments.at is not None:
        yield f"--at={arguments.at}"
    for name in ("complete", "allow_code"):
        if getattr(arguments, name):
            yield f"--{name.replace('_', '-')}"


def _cluster(arguments: argparse.Namespace) -> Iterator[str]:
    """The options that say which cluster is read, if one is."""
    if not arguments.cluster:
        return
    yield "--cluster"
    for name in ("context", "kubeconfig", "cluster_name", "fingerprint_key"):
        if getattr(arguments, name) is not None:
            yield f"--{name.replace('_', '-')}={getattr(arguments, name)}"
    if arguments.configz:
        yield "--configz"


def _like_option(path: str) -> bool:
    return path.startswith("-") and path != "-"
