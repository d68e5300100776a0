"""What is wrong with an event: a field of another type than an API server writes there, or a text that is none.

Nothing can be told by such an event, nor what it hides, so it is told as unreadable in place of being guessed at.

Source: k8s.io/apiserver 1.36, pkg/apis/audit/v1/types.go (`Event`, `ObjectReference`), k8s.io/api
authentication/v1 (`UserInfo`), k8s.io/apimachinery meta/v1 (`Status`).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from hardstand.sources.audit.fields import DECIDED, allowed, mapping, path_and_query, text

_STAGES = DECIDED | {"RequestReceived"}
_TEXTS = ("auditID", "stage", "level", "verb", "requestURI")
_REFERENCE = ("resource", "subresource", "namespace", "name", "apiGroup", "apiVersion")


def flaw(event: Mapping[str, Any], *, escapes: bool) -> str:
    """What is wrong with an event, as a sentence; empty where nothing is.

    `escapes`: the line has a `\\u`, so that a text in it may hold half a character.
    """
    if wrong := _mistyped(event) or _lacking(event):
        return f"the event cannot be read: {wrong}"
    if escapes and not _whole(event):
        return "the event cannot be read: it holds half a character, which no API server writes"
    return ""


def _mistyped(event: Mapping[str, Any]) -> str:
    return (
        _texts(event, _TEXTS, "")
        or _user(event, "user")
        or _user(event, "impersonatedUser")
        or _mapping(event, "objectRef")
        or _mapping(event, "responseStatus")
        or _notes(event)
    )


def _lacking(event: Mapping[str, Any]) -> str:
    """What is not told of an event whose fields are what they should be, and must be known."""
    stage = text(event, "stage")
    if stage not in _STAGES:
        return "`stage` is none that there is"
    if not text(event, "verb"):
        return "it has no `verb`"
    reference = event.get("objectRef")
    if reference is None:
        path = unquote(path_and_query(event)[0])
        if not path.startswith("/"):
            return "it has neither `objectRef` nor a path in `requestURI`"
        if _of_a_resource(path):
            return "it has no `objectRef`, and `requestURI` is of a resource"
    if reference is not None and not text(mapping(event, "objectRef"), "resource"):
        return "it has no `objectRef.resource`"
    named = text(mapping(event, "user"), "username")
    if not named and stage in DECIDED and allowed(event):  # Whoever could not be authenticated is not named.
        return "it has no `user.username`"
    acting = event.get("impersonatedUser")
    return "it has no `impersonatedUser.username`" if acting and not text(acting, "username") else ""


def _of_a_resource(path: str) -> bool:
    """Whether the API server takes a path for that of a resource: pkg/endpoints/request/requestinfo.go."""
    steps = path.strip("/").split("/")
    return len(steps) >= _RESOURCE_STEPS.get(steps[0], len(steps) + 1)


_RESOURCE_STEPS = {"api": 3, "apis": 4}


def _texts(fields: Mapping[str, Any], keys: tuple[str, ...], above: str) -> str:
    for key in keys:
        if not isinstance(fields.get(key), str | None):
            return f"`{above}{key}` is no text"
    return ""


def _mapping(event: Mapping[str, Any], key: str) -> str:
    found = event.get(key)
    if found is None:
        return ""
    if not isinstance(found, dict):
        return f"`{key}` is no mapping"
    if key == "objectRef":
        return _texts(found, _REFERENCE, "objectRef.")
    code = found.get("code")
    return "" if code is None or type(code) is int else f"`{key}.code` is no number"


def _user(event: Mapping[str, Any], key: str) -> str:
    found = event.get(key)
    if found is None:
        return ""
    if not isinstance(found, dict):
        return f"`{key}` is no mapping"
    if wrong := _texts(found, ("username", "uid"), f"{key}."):
        return wrong
    if not _words(found.get("groups")):
        return f"`{key}.groups` is no list of texts"
    extra = found.get("extra")
    if extra is not None and not (isinstance(extra, dict) and all(map(_words, extra.values()))):
        return f"`{key}.extra` is no mapping of lists of texts"
    return ""


def _words(found: Any) -> bool:
    return found is None or (isinstance(found, list) and all(isinstance(one, str) for one in found))


def _notes(event: Mapping[str, Any]) -> str:
    found = event.get("annotations")
    if found is None or (isinstance(found, dict) and all(isinstance(one, str) for one in found.values())):
        return ""
    return "`annotations` is no mapping of texts"


def _whole(event: Mapping[str, Any]) -> bool:
    """Whether every text in it can be written: https://www.unicode.org/versions/latest/core-spec/chapter-3/#G7404."""
    waiting: list[Any] = [event]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, str) and not one.isascii():
            try:
                one.encode()
            except UnicodeEncodeError:
                return False
    return True
