"""The events in a line or record: an event itself, a list of them, or what Amazon or Google wrap around them.

Sources: https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend (EventList),
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_OutputLogEvent.html (`message`),
https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry (`protoPayload`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hardstand.sources.audit.google import AUDIT_LOG, event_of
from hardstand.sources.pieces import LISTS

Event = Mapping[str, Any]

_STAMPED = re.compile(rb"\s*\d{4}-\d\d-\d\dT[0-9:.]+Z?\s+(?=\{)")
"""What an export of CloudWatch Logs to S3 puts before each message."""

_BLANK = re.compile(r"\s*")

_AUDIT_STREAM = "kube-apiserver-audit"
"""Streams of the log group of an EKS cluster that are audit logs; others are logs of its components."""

_DEEPEST = 8
"""Wrappings around an event. There are at most three: a record, its list, and the event as a text."""


def events(data: bytes) -> Iterator[Event | None]:
    """The events of a line or record; None for each part that is none.

    Strictly UTF-8 (RFC 8259, section 8.1), so that half a character can come from a `\\u` in it alone.
    """
    stamp = _STAMPED.match(data)
    try:
        text = (data[stamp.end() :] if stamp else data).decode("utf-8-sig")
    except UnicodeDecodeError:
        yield None
        return
    yield from _texts(text, 0)


def _texts(data: str, depth: int) -> Iterator[Event | None]:
    """Of JSON values in a text: mostly one; Firehose writes them one after another with nothing between."""
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data" or error.doc.lstrip()[:1] not in "[{":
            yield None
            return
    except (ValueError, RecursionError):
        yield None
        return
    else:
        yield from _values(found, depth)
        return
    text = data.strip()
    at, decode = 0, json.JSONDecoder().raw_decode
    while at < len(text):
        try:
            found, at = decode(text, _BLANK.match(text, at).end())  # type: ignore[union-attr]  # it matches anywhere
        except (ValueError, RecursionError):
            yield None
            return
        yield from _values(found, depth)


def _values(found: Any, depth: int) -> Iterator[Event | None]:
    if depth > _DEEPEST or not isinstance(found, list | dict):
        yield None
    elif isinstance(found, list):
        for one in found:
            yield from _values(one, depth + 1)
    elif isinstance(found.get("auditID"), str):
        yield found
    elif isinstance(found.get("protoPayload"), dict):
        if found["protoPayload"].get("@type", AUDIT_LOG) == AUDIT_LOG:
            yield event_of(found)
    else:
        yield from _wrapped(found, depth)


def _wrapped(found: Mapping[str, Any], depth: int) -> Iterator[Event | None]:
    stream = found.get("logStream", found.get("logStreamName", found.get("@logStream")))
    if found.get("messageType") == "CONTROL_MESSAGE":
        return  # CloudWatch Logs asks with it whether somebody is there.
    if isinstance(stream, str) and _AUDIT_STREAM not in stream:
        return
    for name in LISTS:
        if isinstance(found.get(name), list):
            yield from _values(found[name], depth + 1)
            return
    message = found.get("message", found.get("@message"))
    if isinstance(message, str):
        yield from _texts(message, depth + 1)
    elif isinstance(message, dict):
        yield from _values(message, depth + 1)
    else:
        yield None
