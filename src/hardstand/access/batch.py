"""Questions as JSON lines, and their answers.

A request is `{"subject": {"kind", "name", "namespace", "groups"}, "verb", "group", "resource", "subresource", "name",
"namespace", "path"}`; with `path` it is about what is no resource. An answer is `{"allowed", "because"}`. Where it is
no, and something that could not be read might make it yes, it has `"unknown": true`, and `doubts` with the reasons.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.who import Actor, Sort, Who, actor, user

_FIELDS = ("verb", "group", "resource", "subresource", "name", "namespace", "path")
_SUBJECT = ("kind", "name", "namespace", "groups")


def answers(permissions: Permissions, lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """One answer a line, as JSON, and what is wrong with the line; empty lines are answered by empty ones."""
    for line in lines:
        if not line.strip():
            yield "", ""
            continue
        try:
            who, asked = question(json.loads(line))
        except (ValueError, RecursionError) as error:
            fault = f"no JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)
            yield json.dumps({"error": fault}), fault
            continue
        answer = permissions.decide(who, asked)
        told: dict[str, object] = {"allowed": answer.allowed, "because": answer.because}
        if answer.doubts:
            told["unknown"] = True
            told["doubts"] = list(answer.doubts)
        yield json.dumps(told, ensure_ascii=False), ""


def question(found: object) -> tuple[Actor, Request]:
    """Who asks for what. ValueError, saying which field is wrong."""
    if not isinstance(found, dict):
        raise ValueError("a request is a JSON object")
    known = ("subject", *_FIELDS)
    for key in found:
        if key not in known:
            raise ValueError(f"`{key}` is no field of a request; it has {', '.join(known)}")
    words = {key: _word(found, key) for key in _FIELDS}
    path = words.pop("path")
    if not words["verb"]:
        raise ValueError("`verb` is missing")
    if path and words["resource"]:
        raise ValueError("a request is for a `resource` or for a `path`, not for both")
    if not path and not words["resource"]:
        raise ValueError("`resource` or `path` is missing")
    resource, slash, subresource = words["resource"].partition("/")
    if slash and not words["subresource"]:  # As rules name it.
        words |= {"resource": resource, "subresource": subresource}
    return _actor(found.get("subject")), Request(**words, path=path or None)


def _actor(found: object) -> Actor:
    if not isinstance(found, dict):
        raise ValueError("`subject` is missing, or no object")
    for key in found:
        if key not in _SUBJECT:
            raise ValueError(f"`subject.{key}` is no field of a subject; it has {', '.join(_SUBJECT)}")
    kind, name, namespace = (_word(found, key, "subject.") for key in ("kind", "name", "namespace"))
    groups = found.get("groups") or []
    if not isinstance(groups, list) or not all(isinstance(one, str) for one in groups):
        raise ValueError("`subject.groups` is not a list of names")
    if kind not in set(Sort):
        raise ValueError(f"`subject.kind` is one of {', '.join(Sort)}, not {kind!r}")
    if not name:
        raise ValueError("`subject.name` is missing")
    if kind == Sort.ACCOUNT and not namespace:
        raise ValueError("`subject.namespace` is missing: a service account has one")
    if kind == Sort.USER:
        who = user(name)
        # As in a SubjectAccessReview: who names groups means exactly these.
        return Actor(who.user, frozenset(groups)) if groups else actor(who)
    return actor(Who(Sort(kind), name, namespace if kind == Sort.ACCOUNT else ""), frozenset(groups))


def _word(found: Mapping[str, object], key: str, before: str = "") -> str:
    word = found.get(key)
    if word is None:
        return ""
    if not isinstance(word, str):
        raise ValueError(f"`{before}{key}` is not a text")
    return word
