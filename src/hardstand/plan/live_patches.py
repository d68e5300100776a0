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
    group, version = group_of(ref.api_version), ref.api_version.rpartition("/")[2]
    kind = f"{ref.kind.lower()}.{version}.{group}" if group else ref.kind.lower()
    words = ["kubectl", *([f"--namespace={one.namespace}"] if one.namespace else []), "patch", f"{kind}/{ref.name}"]
    operations = json.dumps([dict(operation) for operation in one.operations])
    return shlex.join([*words, "--type=json", f"--patch={operations}"])
