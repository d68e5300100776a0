"""Rules as roles and bindings that Kubernetes takes, and a proof that they allow what they should."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Actor, Who
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.request import Request
from hardstand.text.document import Fault
from hardstand.text.reader import read
from hardstand.text.yaml_writing import documents

_API = "rbac.authorization.k8s.io"
_NOT_IN_NAMES = re.compile(r"[/%\x00-\x20]")

Manifest = Mapping[str, Any]


def name_for(who: Who) -> str:
    """What roles and bindings for a subject are called: the same every time, and for nobody else.

    Names of roles may be anything that can stand in a path; what cannot is replaced, and told apart by a digest.
    """
    name = f"least:{who.sort.lower()}:{who.namespace + ':' if who.namespace else ''}{who.name}"
    plain = _NOT_IN_NAMES.sub("-", name)
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def manifests(who: Who, rules: Mapping[str, Sequence[Rule]]) -> list[Manifest]:
    """A role and its binding for each namespace, and for the whole cluster where something is of none."""
    found: list[Manifest] = []
    for space, several in sorted(rules.items()):
        kind = "Role" if space else "ClusterRole"
        metadata = {"name": name_for(who), **({"namespace": space} if space else {})}
        head = {"apiVersion": f"{_API}/v1"}
        found.append({**head, "kind": kind, "metadata": metadata, "rules": [one.written() for one in several]})
        reference = {"apiGroup": _API, "kind": kind, "name": name_for(who)}
        bound = {"metadata": dict(metadata), "roleRef": reference, "subjects": [who.written()]}
        found.append({**head, "kind": f"{kind}Binding", **bound})
    return found


def as_text(several: Iterable[Manifest]) -> str:
    """The manifests as YAML, each a document."""
    return "".join(documents(several))


def permissions_in(text: str) -> Permissions:
    """What the manifests of a text give by themselves, as it reads and not as it was meant."""
    keeping = Keeping.of(RBAC_READS)
    facts: list[KubeObject] = []
    for part in read(text.encode()):
        if isinstance(part, Fault):
            raise AssertionError(f"the manifests that were written cannot be read: {part.reason}")
        found = objects_in(part.value, file="least", document=part.index, rendered_from=None, namespace="default")
        facts.extend(kept for one in found if isinstance(one, KubeObject) and (kept := keeping.prune(one)))
    return Permissions.of(Neighbours(facts, keeping, complete=True), settled=False)


def refused_by(several: Iterable[Manifest], asked: Iterable[tuple[Actor, Request]]) -> list[tuple[Actor, Request]]:
    """What the manifests alone do not allow, of what was asked for; nothing, if they are what they should be."""
    found = permissions_in(as_text(several))
    return [(who, request) for who, request in asked if not found.decide(who, request).allowed]
