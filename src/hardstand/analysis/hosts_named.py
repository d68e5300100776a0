"""Which hosts a workload names in its literal variables, arguments and commands.

Names of Services are given in one form, `postgres.shop.svc`, so that the same short name in two namespaces is two
hosts, and two ways of writing one host are one. What a ConfigMap or a Secret holds is not looked at.
"""

import re
from collections.abc import Container as Holding
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.analysis.addresses import is_local
from hardstand.analysis.cluster_names import service_named
from hardstand.analysis.data_stores import BROKERS, store_at, usual_at
from hardstand.analysis.host_text import Spotted, in_urls, in_value, says_host
from hardstand.analysis.inferred import Asked
from hardstand.analysis.pods import readable_containers
from hardstand.analysis.secret_names import noun_in, words
from hardstand.inventory.views.container import EnvVar
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.workload import Workload
from hardstand.model.path import Path
from hardstand.model.violation import NotApplicableError


@dataclass(frozen=True, slots=True)
class NamedHost:
    """A host that a workload names, in normal form, and the field that names it. Never a user or a password."""

    host: str
    place: Path
    store: str
    """What keeps data there, such as `postgresql`, `kafka` or, where only a name says so, `database`; else empty."""

    @property
    def is_database(self) -> bool:
        """Tell whether what answers there is a database; a broker of messages is none."""
        return bool(self.store) and self.store not in BROKERS


@dataclass(frozen=True, slots=True)
class HostsNamed:
    """The hosts, each once for each field in the order of the manifest, and what could not be read."""

    hosts: tuple[NamedHost, ...]
    notes: tuple[str, ...]


def hosts_named(workload: Workload, namespaces: Holding[str] = ()) -> HostsNamed:
    """The hosts that the workload names; never raises.

    `namespaces`, those that are known, help to tell `postgres.dev` in the cluster from the same name in the public DNS.
    """
    asked = Asked()
    home = workload.namespace or ""
    found: dict[tuple[str, Path], str] = {}
    try:
        for pod in asked.of(lambda one: (one.pod,), workload):
            for place, variable, one in asked.all(_spotted, pod):
                host = normal(one.host, home, namespaces)
                if host is not None:
                    store = store_at(one.scheme, one.host, one.port, variable)
                    found[host, place] = found.get((host, place)) or store
    except NotApplicableError:  # The pods are described by another object.
        pass
    hosts = tuple(NamedHost(host, place, store) for (host, place), store in found.items())
    return HostsNamed(hosts, tuple(dict.fromkeys(asked.notes)))


def normal(host: str, namespace: str, namespaces: Holding[str] = ()) -> str | None:
    """The host in its one form; None for the asker itself, its node, and link-local addresses."""
    if is_local(host):
        return None
    service = service_named(host, namespace, namespaces)
    return f"{service[1]}.{service[0]}.svc" if service is not None else host.lower().rstrip(".")


Found: TypeAlias = tuple[Path, str, Spotted]


def _spotted(pod: PodSpec, asked: Asked) -> Iterator[Found]:
    for container in readable_containers(pod, asked):
        for variable in asked.of(lambda one: one.env, container):
            yield from asked.of(_in_variable, variable)
        given = [
            *asked.of(lambda one: [(one.at("command", at), word) for at, word in enumerate(one.command)], container),
            *asked.of(lambda one: [(one.at("args", at), word) for at, word in enumerate(one.args)], container),
        ]
        yield from _in_words(given)


def _in_variable(variable: EnvVar) -> Iterator[Found]:
    value, name = variable.value, variable.name or ""
    if value:
        for one in in_urls(value) if "://" in value else _called(name, value):
            yield variable.at("value"), name, one


_CLIENTS = words(
    """
    mariadb mongo mongodump mongorestore mongosh mysql mysqladmin mysqldump pg_dump pg_isready pg_restore psql
    redis-cli valkey-cli
    """
)
"""Programs that take the host of their database after `-h`."""


def _in_words(given: Iterable[tuple[Path, str]]) -> Iterator[Found]:
    """The hosts in URLs, in `NAME=value`, after flags whose name says host, and where databases are called.

    A word may be a whole shell script; its words are then looked at as if they stood alone.
    """
    flag = client = ""
    for place, word in given:
        for one in in_urls(word):
            yield place, "", one
        for part in _parts(word):
            program = part.rpartition("/")[2]
            client = program if program in _CLIENTS else client
            name, value = _assigned(part, flag, client)
            for one in _called(name, value):
                yield place, f"{name} {client}", one
            flag = part if part.startswith("-") and "=" not in part else ""


def _parts(word: str) -> Sequence[str]:
    """The words of a script, or the one word, without quotes; URLs are left to those who look for them."""
    if " " not in word and "\n" not in word:
        return () if "://" in word else (word,)
    return [part.strip("\"'()") for part in word.replace(";", " ").split() if "://" not in part]


def _assigned(part: str, flag: str, client: str) -> tuple[str, str]:
    """The name that a word goes by, its own or that of the flag before it, and the value; `-h` is that of a client."""
    if client and part.startswith("-h") and len(part) > 2:
        return "client_host", part[2:].removeprefix("=")
    if "=" in part:
        name, _, value = part.partition("=")
        return name.lstrip("-"), value
    if flag == "-h" and client:
        return "client_host", part
    return flag.lstrip("-"), "" if part.startswith("-") else part


_WITH_PORT = re.compile(r":[0-9]{4,5}\b")


def _called(name: str, value: str) -> Iterator[Spotted]:
    """The hosts that a value names because of its name, or because it ends in the port of a database."""
    kind = says_host(name)
    if not value or (not kind and (_WITH_PORT.search(value) is None or noun_in(name) is not None)):
        return  # A password may have a colon and digits in it.
    for one in in_value(value, kind or "url"):
        if kind or usual_at(one.port):
            yield one
