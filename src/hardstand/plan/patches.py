"""Patches for what a chart or a kustomization renders, as a kustomization of its own.

Templates are not edited: what a field becomes is decided by values that only the chart knows. The patches are RFC 6902
operations (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hardstand.inventory.overlay import pointer
from hardstand.model.finding import Edit
from hardstand.model.kind import group_of
from hardstand.model.path import Value
from hardstand.plan.interface import Patched
from hardstand.plan.live_patches import CLUSTER, commands
from hardstand.text.editing.writing import Block

_STYLE: Final = Block(2, 0)
RENDERED: Final = "rendered.yaml"
"""What the person is told to save the rendered text as."""


def kustomizations(patches: Sequence[Patched]) -> Iterator[tuple[str, str]]:
    """For each chart or kustomization that gave objects to be changed: its name, and a kustomization that does it.

    For a cluster it is a script instead.
    """
    roots = dict.fromkeys(one.source.rendered_from or one.source.name for one in patches)
    for root in roots:
        own = [one for one in patches if one.source.rendered_from == root]
        live = own[0].source.rendered_by == CLUSTER
        yield root, commands(root, own) if live else _kustomization(root, own)


def guards(data: Value, edits: Iterable[Edit]) -> list[dict[str, Value]]:
    """Tests that make a patch fail where a list does not hold what it held: RFC 6902 names items by position only."""
    found: list[dict[str, Value]] = []
    for edit in edits:
        node = data
        for depth, step in enumerate(edit.path):
            if isinstance(node, dict) and isinstance(step, str):
                node = node.get(step)
                continue
            if not isinstance(node, list) or not isinstance(step, int) or step >= len(node):
                break
            node = node[step]
            if isinstance(node, dict) and isinstance(node.get("name"), str):
                found.append({"op": "test", "path": pointer((*edit.path[: depth + 1], "name")), "value": node["name"]})
            elif isinstance(node, str):
                found.append({"op": "test", "path": pointer(edit.path[: depth + 1]), "value": node})
    return [test for at, test in enumerate(found) if test not in found[:at]]


def _kustomization(root: str, patches: Sequence[Patched]) -> str:
    kustomize = patches[0].source.rendered_by == "kustomize"
    lines = [*_how(root, kustomize=kustomize)]
    lines += ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "resources:"]
    lines += ["- " + (_STYLE.lines(root)[0] if kustomize else RENDERED), "patches:"]
    for one in patches:
        lines += _patch(one)
    return "\n".join(lines) + "\n"


def _how(root: str, *, kustomize: bool) -> Iterator[str]:
    yield f"# Patches for what {root} renders. Save this as kustomization.yaml in a directory of its own"
    if kustomize:
        yield "# with the path under `resources` relative to it, and build that directory from now on. Do not copy the"
        yield "# patches into the kustomization itself: there they run before it sets namespaces and names, so they"
        yield "# may find nothing to change, which kustomize does not say."
        return
    yield f"# and let helm's output pass through it, `helm template … > {RENDERED}` and `kubectl kustomize .`,"
    yield f"# or make it a post-renderer: a script that does `cat > {RENDERED} && kubectl kustomize .`"
    yield "# (https://helm.sh/docs/topics/advanced/#post-rendering)."


def _patch(one: Patched) -> Iterator[str]:
    ref = one.object
    group, version = group_of(ref.api_version), ref.api_version.rpartition("/")[2]
    target: dict[str, Value] = {"group": group} if group else {}
    target |= {"version": version, "kind": ref.kind, "name": ref.name}
    target |= {"namespace": one.namespace} if one.namespace else {}
    # kustomize takes names for regular expressions that match as a whole.
    target = {key: value.replace(".", r"\.") if isinstance(value, str) else value for key, value in target.items()}
    first, *rest = _STYLE.lines({"target": target})
    yield "- " + first
    yield from ("  " + line for line in rest)
    yield "  patch: |-"
    yield from ("    " + line for line in _STYLE.lines([dict(operation) for operation in one.operations]))
