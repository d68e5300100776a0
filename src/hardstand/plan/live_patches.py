"""Patches for objects of a cluster, as commands that a person runs.

They are RFC 6902 operations, which fail where the object is not any more what was judged.
"""

import json
import shlex
from collections.abc import Iterator, Sequence

from hardstand.model.kind import group_of
from hardstand.plan.interface import Patched

CLUSTER = "cluster"
"""What made a page of a live object, as others are made by helm and kustomize."""


def commands(root: str, patches: Sequence[Patched]) -> str:
    """A script that changes the objects of the cluster or snapshot called `root`."""
    return "".join(f"{line}\n" for line in (*_how(root), *(_command(one) for one in patches)))


def _how(root: str) -> Iterator[str]:
    yield f"# Patches for objects of {root}. What made them, such as a chart or a repository, would undo these:"
    yield "# change it there. To see what the server makes of one, run it with --dry-run=server first."


def _command(one: Patched) -> str:
    ref = one.object
    words, what = addressed(ref.api_version, ref.kind, ref.name, one.namespace)
    operations = json.dumps([dict(operation) for operation in one.operations])
    return shlex.join([*words, "patch", what, "--type=json", f"--patch={operations}"])


def addressed(api_version: str, kind: str, name: str, namespace: str | None) -> tuple[list[str], str]:
    """How a command begins that is about one object, and how it names the object after its verb."""
    group, version = group_of(api_version), api_version.rpartition("/")[2]
    word = f"{kind.lower()}.{version}.{group}" if group else kind.lower()
    return ["kubectl", *([f"--namespace={namespace}"] if namespace else [])], f"{word}/{name}"
