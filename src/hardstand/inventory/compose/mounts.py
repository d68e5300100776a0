"""What a service mounts: paths of the host, named volumes, memory, and the engine's own socket.

Source: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes, and for the short syntax
compose-go, format/volume.go. A source that starts with `.`, `/`, `~` or a drive is a path, any other a volume's name.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from hardstand.inventory.compose.interpolation import fill
from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.model.path import Path, Value, dotted
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why

PROJECT = "<project>"
"""Stands for the directory of the Compose file, which is not in it: below it lies what belongs to the project."""

_KNOWN = {"HOME": "~", "PWD": "."}
"""Variables that say the same as a short form of theirs."""
_DRIVE = re.compile(r"[A-Za-z]:")
_SOCKET = "/run/docker.sock"


class Mount(NamedTuple):
    """One volume of a pod with its mount, and where they are written."""

    target: str
    volume: dict[str, Value]
    read_only: bool
    source_path: Path
    read_only_path: Path
    bare: str | None
    """The entry's text, when `:ro` behind it makes it read-only."""


def mounts_of(service: Part, volumes: Part | None) -> tuple[list[Mount], list[Unfit]]:
    """All mounts, later ones to the same place standing for earlier ones, and what stands for those not told.

    `volumes` is the document's own list of volumes, some of which are paths of the host under a name.
    """
    made: dict[str, Mount] = {}
    unfit: list[Unfit] = []
    for read in (_listed, _temporary, _borrowed, _socket):
        try:
            for found in read(service, volumes):
                if isinstance(found, Unfit):
                    unfit.append(found)
                else:
                    made[found.target] = found
        except MisfitError as error:
            unfit.append(error.unfit)
    return list(made.values()), unfit


def _listed(service: Part, volumes: Part | None) -> Iterator[Mount | Unfit]:
    listed = service.entry("volumes")
    for item in listed.items() if listed is not None else ():
        try:
            yield _long(item, volumes) if isinstance(item.value, dict) else _short(item, volumes)
        except MisfitError as error:
            yield error.unfit


def _short(item: Part, volumes: Part | None) -> Mount:
    if not isinstance(item.value, str):
        raise item.malformed("a string such as ./data:/data or a mapping")
    pieces = _split(fill(item.value, _KNOWN).text)
    if not 1 <= len(pieces) <= 3 or not all(pieces):
        raise item.malformed("a volume such as ./data:/data:ro")
    source, target = ("", pieces[0]) if len(pieces) == 1 else (pieces[0], pieces[1])
    options = pieces[2].split(",") if len(pieces) == 3 else []
    if not source:
        return Mount(target, {"persistentVolumeClaim": {}}, False, item.path, item.path, None)
    volume, place = _source(item, source, item.path, volumes, bind=_is_path(source))
    bare = item.value if len(pieces) == 2 else None
    return Mount(target, volume, "ro" in options, place, item.path, bare)


def _long(item: Part, volumes: Part | None) -> Mount:
    kind, source, target, read_only = (item.entry(key) for key in ("type", "source", "target", "read_only"))
    word = kind.text() if kind is not None else "volume"
    if target is None:
        raise item.malformed("a volume with a `target`")
    locked = read_only is not None and read_only.boolean()
    at, flag = target.text(), (*item.path, "read_only")
    if word == "tmpfs":
        details = item.entry("tmpfs")
        size = details.entry("size") if details is not None else None
        return Mount(at, _memory(size.text() if size is not None else ""), locked, item.path, flag, None)
    if source is None or word in ("image", "cluster"):
        return Mount(at, {"image" if word == "image" else "persistentVolumeClaim": {}}, locked, item.path, flag, None)
    written = fill(str(source.value), _KNOWN).text
    volume, place = _source(source, written, source.path, volumes, bind=word in ("bind", "npipe"))
    return Mount(at, volume, locked, place, flag, None)


def _source(part: Part, source: str, place: Path, volumes: Part | None, *, bind: bool) -> tuple[dict[str, Value], Path]:
    """The volume that a source is, and where that is written."""
    if bind:
        return {"hostPath": {"path": _host_path(part, source)}}, place
    if "$" in source:
        raise part.undecided(fill(str(part.value), _KNOWN).open)
    device = _device(volumes, source)
    if device is not None:
        return {"hostPath": {"path": _host_path(device, device.text(_KNOWN))}}, device.path
    return {"persistentVolumeClaim": {"claimName": source}}, place


def _device(volumes: Part | None, name: str) -> Part | None:
    """The path of the host that a named volume is: the local driver mounts one with the option `bind`.

    Source: https://docs.docker.com/reference/cli/docker/volume/create/#driver-specific-options
    """
    volume = volumes.entry(name) if volumes is not None else None
    options = volume.entry("driver_opts") if volume is not None else None
    mode = options.entry("o") if options is not None else None
    bound = mode is not None and "bind" in mode.text().replace("rbind", "bind").split(",")
    return options.entry("device") if options is not None and bound else None


def _host_path(part: Part, source: str) -> str:
    """An absolute path, one below `~`, or one below the project's directory. MisfitError where only the host knows."""
    relative = not source.startswith(("/", "~", "\\")) and not _DRIVE.match(source)
    clean = posixpath.normpath(source) if relative else source
    if relative and (clean == ".." or clean.startswith("../")):
        reason = f"{dotted(part.path)} leads out of the project's directory; name the path from the root"
        raise MisfitError(Unfit(Why.NOT_RENDERED, reason, part.path, "relative-path"))
    open_names = fill(source, _KNOWN).open
    if open_names and not (relative and ".." not in source):
        raise part.undecided(open_names)
    if not relative:
        return source
    return PROJECT if clean == "." else f"{PROJECT}/{clean}"


def _temporary(service: Part, _volumes: Part | None) -> Iterator[Mount]:
    listed = service.entry("tmpfs")
    for item in listed.one_or_more() if listed is not None else ():
        target, _, options = item.text().partition(":")
        size = next((one.removeprefix("size=") for one in options.split(",") if one.startswith("size=")), "")
        yield Mount(target, _memory(size), "ro" in options.split(","), item.path, item.path, None)


def _memory(size: str) -> dict[str, Value]:
    """A bound of its own is all that is asked about; its unit is not that of Kubernetes."""
    bounded = size.strip("kKmMgGbB%") not in ("", "0")
    return {"emptyDir": {"medium": "Memory", **({"sizeLimit": "1"} if bounded else {})}}


def _borrowed(service: Part, _volumes: Part | None) -> Iterator[Unfit]:
    if (listed := service.entry("volumes_from")) is not None:
        reason = f"{dotted(listed.path)} takes the volumes of another container; scan what it mounts there"
        yield Unfit(Why.NOT_RENDERED, reason, listed.path, "volumes_from")


def _socket(service: Part, _volumes: Part | None) -> Iterator[Mount]:
    """`use_api_socket` mounts the socket of the engine (05-services.md)."""
    asked = service.entry("use_api_socket")
    if asked is not None and asked.boolean():
        yield Mount(_SOCKET, {"hostPath": {"path": _SOCKET}}, False, asked.path, asked.path, None)


def _is_path(source: str) -> bool:
    return source.startswith((".", "/", "~", "\\")) or _DRIVE.match(source) is not None


def _split(text: str) -> list[str]:
    """The text at its colons, but not within a variable and not behind a drive's letter."""
    pieces, level, start = [], 0, 0
    for at, mark in enumerate(text):
        if text.startswith("${", at):
            level += 1
        elif mark == "}" and level:
            level -= 1
        elif mark == ":" and not level and not (at - start == 1 and text[start].isalpha()):
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]
