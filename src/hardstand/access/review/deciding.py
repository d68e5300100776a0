"""What the answers come to: the decision on each grant, and the manifests that carry them out.

A binding whose subjects all go is deleted, one that keeps some is replaced without the others; a narrower role is a
binding of its own, since the role of a binding cannot be changed.
Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hardstand.access.review.answers import Answer
from hardstand.access.review.campaign import Bound, Campaign, Decision, Item
from hardstand.analysis.rbac.covering import beyond

_GROUP = "rbac.authorization.k8s.io"
_LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Decided:
    """A grant, and what was decided of it."""

    item: Item
    reviewer: str
    answer: Answer | None
    """None where nobody has answered."""


@dataclass(frozen=True, slots=True)
class Work:
    """What carries the decisions out."""

    create: tuple[Mapping[str, Any], ...]
    """New bindings, of narrower roles; they come first, so that nobody is without."""
    replace: tuple[Mapping[str, Any], ...]
    """Bindings without some of their subjects."""
    delete: tuple[Mapping[str, Any], ...]
    """Bindings that go as a whole."""
    statements: Mapping[str, tuple[str, ...]]
    """Of other systems, what takes the rights away, by the system."""
    by_hand: tuple[str, ...]
    """What is left to people."""


def decided(campaign: Campaign, answers: Mapping[str, tuple[str, Answer]]) -> tuple[Decided, ...]:
    """The decision on each grant, in the order of the campaign."""
    found = []
    for item in campaign.items:
        reviewer, answer = answers.get(item.right.id, (item.reviewer, None))
        if answer is not None and answer.decision is Decision.NARROW and not (answer.to or answer.namespace):
            answer = replace(answer, to=item.suggestion.to)  # What was proposed, where something was.
        found.append(Decided(item, reviewer, answer))
    return tuple(found)


def wider(one: Decided, campaign: Campaign) -> str:
    """Why a role that is said to be narrower is not; empty where it is, or where that is not known."""
    if one.answer is None or not one.answer.to or one.item.bound is None:
        return ""
    kind, _, name = one.answer.to.partition("/")
    home = _home(one, one.answer)
    key = f"Role/{home}/{name}" if kind == "Role" else f"ClusterRole/{name}"
    new, old = campaign.roles.get(key), campaign.roles.get(one.item.bound.role)
    if new is None or old is None:
        return ""
    more = beyond(new, old)
    return f"{one.answer.to} allows more than {one.item.right.right}: {more[0]}" if more else ""


def work(campaign: Campaign, decisions: Sequence[Decided]) -> Work:
    """What carries the decisions out."""
    gone: dict[str, list[Mapping[str, str]]] = {}
    create: list[Mapping[str, Any]] = []
    statements: dict[str, list[str]] = {}
    by_hand: list[str] = []
    for one in decisions:
        if one.answer is None or one.answer.decision is Decision.KEEP:
            continue
        narrower = one.answer.decision is Decision.NARROW
        if narrower and not one.answer.to and not (one.item.bound and one.answer.namespace):
            by_hand.append(f"narrow: {one.item.right}" + (f" ({one.answer.comment})" if one.answer.comment else ""))
            continue
        if one.item.bound is not None:
            gone.setdefault(one.item.bound.binding, []).append(one.item.bound.subject)
            if narrower:
                create.append(_narrower(campaign, one, one.answer, one.item.bound))
        elif one.item.right.undo:
            statements.setdefault(one.item.right.system, []).append(one.item.right.undo)
        else:
            by_hand.append(f"remove: {one.item.right}")
    kept: list[Mapping[str, Any]] = []
    delete: list[Mapping[str, Any]] = []
    for key, subjects in sorted(gone.items()):
        binding = campaign.bindings[key]
        left = [one for one in binding["subjects"] or () if _texts(one) not in subjects]
        (kept if left else delete).append({**binding, "subjects": left} if left else _named(binding))
    return Work(
        tuple(create),
        tuple(kept),
        tuple(delete),
        {system: tuple(sorted(lines)) for system, lines in sorted(statements.items())},
        tuple(by_hand),
    )


def _narrower(campaign: Campaign, one: Decided, answer: Answer, bound: Bound) -> Mapping[str, Any]:
    """A binding that gives the narrower role, or the same role in one namespace alone."""
    before = campaign.bindings[bound.binding]
    home = _home(one, answer)
    if answer.to:
        kind, _, name = answer.to.partition("/")
        reference = {"apiGroup": _GROUP, "kind": kind, "name": name}
    else:
        reference = dict(before["roleRef"])
    metadata: dict[str, Any] = {"name": f"{before['metadata']['name'][:200]}-{one.item.right.id}"}
    if home:
        metadata["namespace"] = home
    if before["metadata"].get(_LABELS):
        metadata[_LABELS] = before["metadata"][_LABELS]
    subject = dict(bound.subject)
    if subject.get("kind") == "ServiceAccount" and "namespace" not in subject:
        subject["namespace"] = before["metadata"]["namespace"]
    return {
        "apiVersion": before["apiVersion"],
        "kind": "RoleBinding" if home else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": reference,
        "subjects": [subject],
    }


def _home(one: Decided, answer: Answer) -> str:
    """The namespace in which a narrower grant counts; empty is everywhere."""
    sort, _, name = one.item.right.scope.partition("/")
    return answer.namespace or (name if sort == "namespace" else "")


def _named(binding: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = {key: text for key, text in binding["metadata"].items() if key in ("name", "namespace")}
    return {"apiVersion": binding["apiVersion"], "kind": binding["kind"], "metadata": metadata}


def _texts(subject: Mapping[str, Any]) -> dict[str, str]:
    return {key: text for key, text in subject.items() if isinstance(text, str)}
