"""The components of a cluster that run on this host: their command lines, and the files that these name.

Read from /proc, as it stands (https://man7.org/linux/man-pages/man5/proc_pid_cmdline.5.html). Nothing is run.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardstand.model.component import API_SERVER, CONFIG_FLAGS, ETCD, KUBELET, PROGRAMS, component_object
from hardstand.model.path import Value
from hardstand.sources.interface import Page, Unreadable
from hardstand.sources.names import shown
from hardstand.sources.reading import read_regular, unreadable
from hardstand.text.document import Document, Fault
from hardstand.text.reader import read

PROC = "/proc"

_FILE_FLAGS = (
    "admission-control-config-file",
    "audit-policy-file",
    "authentication-config",
    "authorization-config",
    "encryption-provider-config",
)
"""Flags of the API server that name files with settings. Files of keys, certificates and tokens are left alone."""

_ETCD_VARIABLES = frozenset(
    "ETCD_" + name
    for name in (
        "AUTO_TLS", "CERT_FILE", "CLIENT_CERT_AUTH", "CONFIG_FILE", "KEY_FILE", "LISTEN_CLIENT_URLS",
        "LISTEN_PEER_URLS", "PEER_AUTO_TLS", "PEER_CERT_FILE", "PEER_CLIENT_CERT_AUTH", "PEER_KEY_FILE",
    )
)  # fmt: skip
"""Variables that etcd is configured by, of those that anybody asks for: an environment holds secrets, too."""


@dataclass(frozen=True, slots=True)
class HostUnit:
    """This host as a unit of reading."""

    path: str
    """The host's name."""
    proc: str = PROC
    size: int = 100_000

    def open(self) -> Iterator[Page | Unreadable]:
        """A page for each component that runs, and one for each file with settings that its flags name."""
        try:
            numbers = sorted(int(one.name) for one in Path(self.proc).iterdir() if one.name.isdecimal())
        except OSError as error:
            words = (error.strerror or "cannot be read").lower()
            yield unreadable(self.proc, f"{words}: the processes of a host are read on Linux, from {PROC}")
            return
        given: set[str] = set()
        for number in numbers:
            process = _Process(f"{self.proc}/{number}")
            found = component_in(process.words())
            if found is not None:
                for page in _pages(process, self.path, *found):
                    name = page.name if isinstance(page, Page) else page.path
                    if name not in given:
                        given.add(name)
                        yield page


def component_in(words: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    """The component that a process is, and the words after its name; None for any other process.

    One program may be several components, told apart by its first argument, as hyperkube's were: flags must follow.
    """
    if words and words[0].rpartition("/")[2] in PROGRAMS:
        return words[0].rpartition("/")[2], words[1:]
    if len(words) > 2 and words[1] in PROGRAMS and all(word.startswith("--") and "=" in word for word in words[2:]):
        return words[1], words[2:]
    return None


class _Process:
    """A process by its folder in /proc. It may end at any time."""

    def __init__(self, folder: str) -> None:
        self.name = f"{folder}/cmdline"
        self._folder = folder

    def words(self) -> Sequence[str]:
        """Its command line; nothing where it has ended, or is the kernel's own."""
        return self._parts("cmdline") or ()

    def variables(self) -> Mapping[str, str] | None:
        """The variables that etcd reads; None where they may not be read."""
        parts = self._parts("environ")
        if parts is None:
            return None
        pairs = (part.partition("=") for part in parts)
        return {name: value for name, _, value in pairs if name in _ETCD_VARIABLES}

    def location(self, path: str) -> str:
        """Where a path of the process lies for us: it may have a root of its own, as in a container."""
        start = "root" if path.startswith("/") else "cwd"
        inside = f"{self._folder}/{start}/{path.lstrip('/')}"
        return inside if os.access(f"{self._folder}/{start}", os.X_OK) else path

    def _parts(self, name: str) -> Sequence[str] | None:
        try:
            data = Path(f"{self._folder}/{name}").read_bytes()
        except OSError:
            return None
        return [part.decode("utf-8", "surrogateescape") for part in data.split(b"\0")[:-1]]


def _pages(process: _Process, node: str, program: str, words: Sequence[str]) -> Iterator[Page | Unreadable]:
    flags = _flags(words, dashes="-" if program == ETCD else "--")
    variables = process.variables() if program == ETCD else None
    config: dict[str, Value] | None = None
    file = flags.get(CONFIG_FLAGS.get(program, "")) or (variables or {}).get("ETCD_CONFIG_FILE")
    files = [file] if file else []
    if program == KUBELET and (folder := flags.get("config-dir")):
        files += _drop_ins(process, folder)
    for one in files:
        found = _settings(process, one)
        if isinstance(found, Unreadable):
            yield found
            config = None
            break
        config = _merged(config or {}, found)
    made = component_object(program, node, flags=[_clean(word) for word in words], environment=variables, config=config)
    yield Page(process.name, json.dumps(made, indent=4, ensure_ascii=False).encode("utf-8", "replace"), named=True)
    for flag in _FILE_FLAGS if program == API_SERVER else ():
        if path := flags.get(flag):
            data = read_regular(process.location(path), shown(path))
            yield data if isinstance(data, Unreadable) else Page(shown(path), data, named=True)


def _flags(words: Sequence[str], dashes: str) -> Mapping[str, str]:
    """The values of flags as far as files are named by them; the last one counts."""
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        if word.startswith(dashes):
            name, equals, value = word.lstrip("-").partition("=")
            found[name.replace("_", "-")] = value if equals else (words[at + 1] if at + 1 < len(words) else "")
    return found


def _drop_ins(process: _Process, folder: str) -> Sequence[str]:
    """Files that are laid over the kubelet's: https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/"""
    try:
        names = sorted(one.name for one in Path(process.location(folder)).iterdir())
    except OSError:
        return [f"{folder}/*.conf"]  # Reading it fails, and says why.
    return [f"{folder.rstrip('/')}/{name}" for name in names if name.endswith(".conf")]


def _settings(process: _Process, path: str) -> dict[str, Value] | Unreadable:
    """What a configuration file says."""
    data = read_regular(process.location(path), shown(path))
    if isinstance(data, Unreadable):
        return data
    first = next(iter(read(data)), None)
    if isinstance(first, Fault):
        return unreadable(path, first.reason, first.line, first.column)
    if not isinstance(first, Document) or not isinstance(first.value, dict):
        return unreadable(path, "a configuration file must be a mapping: mend it, or the flag that names it")
    return first.value


def _merged(below: Mapping[str, Value], over: Mapping[str, Value]) -> dict[str, Value]:
    """Mappings are joined, anything else is replaced."""
    made = dict(below)
    for key, value in over.items():
        old = made.get(key)
        made[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def _clean(word: str) -> str:
    """A word that JSON can hold."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
