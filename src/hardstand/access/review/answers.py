"""Answers: the file that a reviewer fills in, and what stands in it.

It is YAML, with what is asked as comments: `answer` is keep, narrow or remove; `to` the role that is enough, and `in`
the namespace where it is; `comment` is for whoever reads it later.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hardstand.access.review.campaign import Campaign, Decision, Item
from hardstand.text.document import Document, Fault
from hardstand.text.plain import plain
from hardstand.text.positions import locate
from hardstand.text.reader import read

SCHEMA = "hardstand.dev/review-answers/v1"
FOLDER = "answers"

_FIELDS = ("grant", "answer", "to", "in", "comment")
_RULES_SHOWN = 6
_KINDS = ("ClusterRole", "Role")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says of one grant."""

    decision: Decision
    comment: str = ""
    to: str = ""
    """With narrow: `ClusterRole/view`, `Role/reader`."""
    namespace: str = ""
    """With narrow: where the role is enough; empty is where the grant is."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one file holds."""

    by_grant: Mapping[str, Answer]
    faults: tuple[str, ...]
    """What is wrong with it, each with its line. With any of these it answers nothing."""


def file_name(reviewer: str) -> str:
    """The file of a reviewer's answers, in the folder for these."""
    return f"{quote(reviewer, safe='@+ ')}.yaml"


def template(campaign: Campaign, digest: str, reviewer: str) -> bytes:
    """The file that a reviewer fills in."""
    lines = [
        f"# Access review {campaign.id}, for {plain(reviewer)}, until {campaign.due}.",
        "# For each grant write answer: keep, narrow or remove. With narrow, `to: ClusterRole/view` names the role",
        "# that is enough, and `in: NAMESPACE` where it is enough. Then sign the file, as README.md says.",
        f"schema: {SCHEMA}",
        f"campaign: {json.dumps(campaign.id)}",
        f"digest: {json.dumps(digest)}",
        f"reviewer: {json.dumps(reviewer)}",
        "answers:",
    ]
    for item in campaign.of(reviewer):
        lines += ["", *_asked(item), f"- grant: {item.right.id}", "  answer:", "  comment:"]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _asked(item: Item) -> Iterator[str]:
    right = item.right
    yield _comment(f"{right.subject} has {right.right} in {right.scope}" + _of(right.system))
    yield _comment(f"  given by {right.by} ({right.place}), since {right.since or 'unknown'}")
    yield _comment(f"  last used: {right.last_used or 'unknown'}")
    if item.expires:
        yield _comment(f"  expires: {item.expires}")
    if right.comes_to:
        yield _comment("  allows:")
        yield from (_comment(f"    {one}") for one in right.comes_to[:_RULES_SHOWN])
        if len(right.comes_to) > _RULES_SHOWN:
            yield _comment(f"    and {len(right.comes_to) - _RULES_SHOWN} more")
    yield _comment(f"  path to cluster-admin: {item.power.told}" + (": " if item.power.steps else ""))
    yield from (_comment(f"    {one}") for one in item.power.steps)
    to = f" to {item.suggestion.to}" if item.suggestion.to else ""
    yield _comment(f"  suggested: {item.suggestion.decision}{to}, since {item.suggestion.reason}")


def _of(system: str) -> str:
    return "" if system == "kubernetes" else f" of {system}"


def _comment(text: str) -> str:
    return f"# {plain(text)}"


def answers_in(data: bytes, campaign: Campaign, digest: str, reviewer: str) -> Answers:
    """What a file answers. Whatever is wrong with it is told with its line, and never raised."""
    documents = list(read(data))
    if len(documents) != 1:
        return Answers({}, ("the file holds no answers" if not documents else "the file holds more than one document",))
    (document,) = documents
    if isinstance(document, Fault):
        return Answers({}, (f"line {document.line}: {document.reason}",))
    reading = _Reading(data, document)
    return reading.answers(campaign, digest, reviewer)


class _Reading:
    """One file, being read."""

    def __init__(self, data: bytes, document: Document) -> None:
        self._data = data
        self._document = document
        self._faults: list[str] = []

    def answers(self, campaign: Campaign, digest: str, reviewer: str) -> Answers:
        found: Any = self._document.value
        if not isinstance(found, dict):
            return Answers({}, ("the file is no mapping",))
        expected = {"schema": SCHEMA, "campaign": campaign.id, "digest": digest, "reviewer": reviewer}
        for key, word in expected.items():
            if found.get(key) != word:
                self._fault((key,), f"`{key}` is not {word!r}: it answers something else")
        for key in found:
            if key not in (*expected, "answers"):
                self._fault((key,), f"`{key}` is no field of an answers file")
        listed = found.get("answers")
        if listed is not None and not isinstance(listed, list):
            self._fault(("answers",), "`answers` is not a list")
            listed = None
        asked = {one.right.id: one for one in campaign.of(reviewer)}
        by_grant: dict[str, Answer] = {}
        for at, one in enumerate(listed or ()):
            self._take(at, one, asked, by_grant)
        return Answers({} if self._faults else by_grant, tuple(self._faults))

    def _take(self, at: int, one: Any, asked: Mapping[str, Item], by_grant: dict[str, Answer]) -> None:
        where = ("answers", at)
        if not isinstance(one, dict):
            self._fault(where, "an answer is a mapping with `grant` and `answer`")
            return
        for key, text in one.items():
            if key not in _FIELDS:
                self._fault((*where, key), f"`{key}` is no field of an answer; it has {', '.join(_FIELDS)}")
            elif text is not None and not isinstance(text, str):
                self._fault((*where, key), f"`{key}` is not a text; quote it")
        words = {key: text for key in _FIELDS if isinstance(text := one.get(key), str)}
        item = asked.get(words.get("grant", ""))
        if item is None:
            self._fault((*where, "grant"), f"{words.get('grant', '')!r} is no grant that this reviewer is asked about")
        elif item.right.id in by_grant:
            self._fault((*where, "grant"), f"{item.right.id} is answered twice")
        elif words.get("answer", "").strip():
            self._answer(where, words, item, by_grant)

    def _answer(
        self, where: tuple[str | int, ...], words: Mapping[str, str], item: Item, by_grant: dict[str, Answer]
    ) -> None:
        said, to, namespace = words["answer"].strip().lower(), words.get("to", ""), words.get("in", "")
        if said not in set(Decision):
            self._fault((*where, "answer"), f"{words['answer']!r} is none of {', '.join(Decision)}")
            return
        kind, slash, name = to.partition("/")
        if (to or namespace) and said != Decision.NARROW:
            self._fault((*where, "to" if to else "in"), "`to` and `in` go with `answer: narrow` alone")
        elif to and item.bound is None:
            self._fault((*where, "to"), "`to` is about grants of Kubernetes; say in `comment` what is enough")
        elif to and (not slash or kind not in _KINDS or not name):
            self._fault((*where, "to"), f"{to!r} is no role; write ClusterRole/NAME or Role/NAME")
        elif namespace and item.right.scope.startswith("namespace/") and item.right.scope != f"namespace/{namespace}":
            self._fault((*where, "in"), f"the grant is of {item.right.scope} alone, so {namespace!r} would be more")
        elif kind == "Role" and not (namespace or item.right.scope.startswith("namespace/")):
            self._fault((*where, "to"), "a Role is in one namespace; say which with `in`")
        by_grant[item.right.id] = Answer(Decision(said), words.get("comment", ""), to, namespace)

    def _fault(self, path: Sequence[str | int], reason: str) -> None:
        try:
            line = locate(self._data, self._document, [tuple(path)])[tuple(path)].line
        except (KeyError, ValueError):
            line = self._document.line
        self._faults.append(f"line {line}: {plain(reason)}")
