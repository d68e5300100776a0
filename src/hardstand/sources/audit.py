"""Audit logs of API servers: one JSON event of `audit.k8s.io/v1` a line, in files, packed with gzip or not.

Read as a stream, a line at a time. What is no event is told as unreadable, and never passed over: a line that was cut
off may have been any request.

Source: k8s.io/apiserver 1.36, pkg/apis/audit/v1/types.go, and
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import parse_qs, urlsplit

from hardstand.model.past import Keeper, PastRequest
from hardstand.model.run import Unreadable
from hardstand.sources.reading import failure, unreadable

_GZIP = b"\x1f\x8b"
"""Source: RFC 1952, section 2.3.1."""

MAX_LINE = 32 * 1024 * 1024
"""Bytes. An event holds a request and its answer, and the API server takes no request above 3 MiB."""

_MOST_FAULTS = 20
"""Unreadable lines of one file that are told one by one."""

_WRITES = {"create": "create", "update": "update", "patch": "update"}
_DONE = "ResponseComplete"
_PANIC = "Panic"
_TRUNCATED = "audit.k8s.io/truncated"
"""Source: k8s.io/apiserver 1.36, plugin/pkg/audit/truncate, `annotationKey`."""


@dataclass(slots=True)
class AuditLog:
    """The events of some files and folders, as they are read; `open` once."""

    paths: tuple[str, ...]
    first: datetime | None = None
    """When the first of all events was, reads too: from then on the log was kept."""
    last: datetime | None = None
    entries: int = 0
    progress: Callable[[int], None] | None = None
    _seen: set[str] = field(default_factory=set)

    def open(self) -> Iterator[PastRequest | Unreadable]:
        """Every request that was to create or change something, once, and what could not be read."""
        for path in self.paths:
            for location in _files(path):
                if isinstance(location, Unreadable):
                    yield location
                    continue
                yield from self._told(location)

    def _told(self, location: str) -> Iterator[PastRequest | Unreadable]:
        faults = 0
        for number, line in _lines(location):
            if isinstance(line, Unreadable):
                yield line
                continue
            found = list(self._events(line))
            yield from (one for one in found if one is not None)
            if found == [None]:
                faults += 1
                if faults <= _MOST_FAULTS:
                    yield unreadable(location, "the line is no audit event; it may have been cut off", number)
        if faults > _MOST_FAULTS:
            yield unreadable(location, f"{faults - _MOST_FAULTS} further lines are no audit events")

    def _events(self, line: bytes) -> Iterator[PastRequest | None]:
        """The requests of a line; None where it is no event. A webhook backend's lists are taken as their events."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            yield None
            return
        listed = isinstance(event, dict) and event.get("kind") == "EventList" and isinstance(event.get("items"), list)
        for one in event["items"] if listed else [event]:
            moment = _time(one) if isinstance(one, dict) else None
            if moment is None or not isinstance(one.get("auditID"), str):
                yield None
                continue
            self._met(moment)
            found = _request(one, moment)
            if found is not None and found.uid not in self._seen:
                self._seen.add(found.uid)
                yield found

    def _met(self, moment: datetime) -> None:
        self.entries += 1
        self.first = moment if self.first is None else min(self.first, moment)
        self.last = moment if self.last is None else max(self.last, moment)
        if self.progress:
            self.progress(self.entries)


def _files(path: str) -> Iterator[str | Unreadable]:
    """The files of a path. Of a folder all of them by name, as rotation names them: the current one comes last."""
    if not Path(path).is_dir():
        yield path
        return
    try:
        names = sorted(one.name for one in os.scandir(path) if one.is_file())
    except OSError as error:
        yield failure(path, error)
        return
    if not names:
        yield unreadable(path, "the folder holds no files")
    yield from (str(Path(path) / name) for name in names)


def _lines(location: str) -> Iterator[tuple[int, bytes | Unreadable]]:
    """Each line that is not empty, with its number; a line that is too long, or that cannot be unpacked, is a fault."""
    number = 0
    try:
        with Path(location).open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    yield number, unreadable(location, f"the line is longer than {MAX_LINE >> 20} MiB", number)
                    _skip(stream)
                elif line.strip():
                    yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield number, unreadable(location, f"cannot be unpacked any further: {error}", number + 1)
    except OSError as error:
        yield number, failure(location, error)


def _skip(stream: IO[bytes]) -> None:
    while (part := stream.readline(MAX_LINE)) and not part.endswith(b"\n"):
        pass


def _request(event: Mapping[str, Any], moment: datetime) -> PastRequest | None:
    """The request of an event; None for what changes nothing, and for a stage before the last."""
    verb, reference = _text(event, "verb"), event.get("objectRef")
    if verb not in _WRITES or event.get("stage") not in (_DONE, _PANIC) or not isinstance(reference, dict):
        return None
    status = event.get("responseStatus")
    code = status.get("code") if isinstance(status, dict) else None
    code = code if isinstance(code, int) else 0
    body, as_sent, missing = _object(event, verb)
    user = event.get("impersonatedUser") or event.get("user")
    user = user if isinstance(user, dict) else {}
    group, version = _text(reference, "apiGroup"), _text(reference, "apiVersion")
    sent, groups = event.get("requestObject"), user.get("groups")
    notes = event.get("annotations")
    return PastRequest(
        keeper=Keeper.AUDIT,
        uid=_text(event, "auditID"),
        time=moment,
        creates=verb == "create" or code == 201,  # An apply, or an update, may create: RFC 9110, section 15.3.2.
        api_version=f"{group}/{version}" if group else version,
        resource=_text(reference, "resource"),
        subresource=_text(reference, "subresource"),
        namespace=_text(reference, "namespace") or None,
        name=_text(reference, "name") or _named(body),
        user=_text(user, "username"),
        groups=tuple(one for one in groups if isinstance(one, str)) if isinstance(groups, list) else (),
        object=body,
        missing=missing,
        as_sent=as_sent,
        patch=sent if verb == "patch" else None,
        failed=code if code >= 400 else 0,
        dry_run="dryRun" in parse_qs(urlsplit(_text(event, "requestURI")).query),
        notes=notes if isinstance(notes, dict) else {},
    )


def _object(event: Mapping[str, Any], verb: str) -> tuple[Mapping[str, Any] | None, bool, str]:
    """What the request left or would have left; whether that is only what was sent; why there is nothing.

    `requestObject` is what was sent, before defaults and admission, and of a patch the patch; `responseObject` is the
    object as it was stored, or a Status where the request failed.
    """
    level, notes = event.get("level"), event.get("annotations")
    if isinstance(notes, dict) and notes.get(_TRUNCATED) == "true":
        return None, False, "the audit log left the object out, since it is large"
    if level not in ("Request", "RequestResponse"):
        return None, False, f"cannot be rehearsed: audit level {level if level == 'Metadata' else 'unknown'}"
    if event.get("stage") == _PANIC:
        return None, False, "the API server broke off over it"
    answered, sent = event.get("responseObject"), event.get("requestObject")
    if isinstance(answered, dict) and answered.get("kind") not in ("Status", "PartialObjectMetadata", "Table", None):
        return answered, False, ""
    if verb == "patch":
        return None, False, f"cannot be rehearsed: of a patch, audit level {level} keeps the patch alone"
    if isinstance(sent, dict):
        return sent, True, ""
    return None, False, "cannot be rehearsed: the audit log has no object of it"


def _named(body: Mapping[str, Any] | None) -> str:
    metadata = (body or {}).get("metadata")
    return _text(metadata, "name") if isinstance(metadata, dict) else ""


def _time(event: Mapping[str, Any]) -> datetime | None:
    """When it was answered, or came: RFC 3339. Events of other kinds have neither."""
    for key in ("stageTimestamp", "requestReceivedTimestamp"):
        try:
            found = datetime.fromisoformat(_text(event, key))
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _text(fields: Mapping[str, Any], key: str) -> str:
    found = fields.get(key)
    return found if isinstance(found, str) else ""
