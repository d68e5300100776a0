"""What is there to work with here: programs, extras, a cluster, and what may be read of it."""

import platform
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING

from hardstand.controls.control import Control
from hardstand.engine.asking import asking
from hardstand.engine.kinds import wanted, wanted_by
from hardstand.engine.settings import Settings
from hardstand.model.component import is_served
from hardstand.model.kind import Kind
from hardstand.model.plurals import plural
from hardstand.wiring.clusters import ClusterError, ClusterRequest, connected
from hardstand.wiring.roles import READING, UNATTENDED, Document, roles, withheld
from hardstand.wiring.writing import Unwritable, unwritable

if TYPE_CHECKING:
    from hardstand.sources.cluster.client import Client
    from hardstand.sources.cluster.discovery import Served
    from hardstand.sources.cluster.resource import Resource

_PROGRAMS = {"helm": "renders charts", "kustomize": "builds kustomizations", "kubectl": "builds kustomizations, too"}


@dataclass(frozen=True, slots=True)
class Extra:
    """An extra of the package, and what it is made of."""

    name: str
    installed: Mapping[str, str]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is used where it is there."""

    name: str
    purpose: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A kind that may not be read, and what cannot be told without it."""

    kind: Kind
    verbs: Sequence[str]
    namespace: str | None
    controls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A kind that roles leave out although controls ask for it, and what cannot be told without it."""

    verbs: Sequence[str]
    """Of the command line."""
    kind: Kind
    controls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A cluster that answers."""

    name: str
    server: str
    context: str | None
    version: str
    user: str | None
    readable: Sequence[Kind]
    refused: Sequence[Refused]
    dead: Sequence[Refused]
    """Kinds whose API does not answer."""
    unwritable: Sequence[Unwritable] = ()
    """What the verbs write with `--apply`, and may not."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that `doctor` tells."""

    python: str
    extras: Sequence[Extra]
    programs: Sequence[Program]
    cluster: Seen | None
    trouble: tuple[str, str] | None
    """Why there is no cluster, with a hint."""
    roles: Mapping[str, Sequence[Document]]
    """For each verb of the command line the least rights it needs."""
    withheld: Sequence[Withheld] = ()
    """What these rights leave out on purpose."""


def examined(
    where: ClusterRequest,
    controls: Sequence[Control],
    settings: Settings,
    verbs: Sequence[str],
    *,
    with_secrets: bool = False,
    with_apply: bool = False,
) -> Examination:
    """Look at it all, for these verbs of the command line. Nothing is raised: a cluster's trouble is told.

    `with_secrets`: verbs that run by themselves may read Secrets, too. `with_apply`: the role of the watch may delete
    bindings that have expired.
    """
    kinds = [kind for kind in wanted(controls) if is_served(kind)]
    asked = asking(controls, kinds, settings)
    cluster, trouble, home = None, None, settings.baseline.gate.namespace
    left = [one for one in verbs if one in UNATTENDED and not with_secrets]
    needs = {verb: wanted_by(verb, controls) for verb in verbs}
    reading = {
        kind: [one for one in verbs if kind in needs[one] and not withheld(one, kind, with_secrets=with_secrets)]
        for kind in asked
    }
    called = {kind: plural(kind) for kind in sorted({*kinds, *wanted_by("snapshot", controls)}) if is_served(kind)}
    try:
        client = connected(where)
        seen, served = _seen(client, where.namespaces, asked, reading)
        lacking = unwritable(client, verbs, home, where.namespaces, applying=with_apply)
        cluster = replace(seen, unwritable=tuple(lacking))
        called = {kind: one.plural for kind in called if (one := served.resources.get(kind))}
    except ClusterError as error:
        trouble = str(error), error.hint
    needed = {
        verb: [one for one in _of(verb, controls, called) if not withheld(verb, one[0], with_secrets=with_secrets)]
        for verb in verbs
    }
    return Examination(
        python=platform.python_version(),
        extras=tuple(_extras()),
        programs=[Program(name, purpose, shutil.which(name)) for name, purpose in _PROGRAMS.items()],
        cluster=cluster,
        trouble=trouble,
        roles={
            verb: roles(verb, needed[verb], home, chosen=bool(where.namespaces), applying=with_apply) for verb in verbs
        },
        withheld=[Withheld(left, kind, asked[kind]) for kind in asked if any(withheld(one, kind) for one in left)],
    )


def _of(verb: str, controls: Sequence[Control], called: Mapping[Kind, str]) -> Sequence[tuple[Kind, str]]:
    """The kinds that a verb needs, with their plural names."""
    return [(kind, called[kind]) for kind in wanted_by(verb, controls) if kind in called]


def _seen(
    client: "Client",
    namespaces: Sequence[str],
    asked: Mapping[Kind, Sequence[str]],
    reading: Mapping[Kind, Sequence[str]],
) -> tuple[Seen, "Served"]:
    from hardstand.sources.cluster.discovery import served
    from hardstand.sources.cluster.order import without_twins
    from hardstand.sources.cluster.reviews import who

    offered = served(client)
    readable: list[Kind] = []
    refused: list[Refused] = []
    for kind in sorted(without_twins(asked.keys(), offered.resources.keys())):
        resource, used = offered.resources.get(kind), {one for verb in reading[kind] for one in READING[verb]}
        if resource is None or not used:
            continue
        found = list(_refusals(client, resource, sorted(used), namespaces, asked[kind]))
        refused += found
        if not found:
            readable.append(kind)
    dead = [Refused(kind, (), None, ids) for kind, ids in asked.items() if kind.group in offered.dead]
    access = client.access
    seen = Seen(
        access.cluster, access.server, access.context, client.version(), who(client), readable, refused,
        [one for one in dead if one.kind not in offered.resources],
    )  # fmt: skip
    return seen, offered


def _refusals(
    client: "Client", resource: "Resource", verbs: Sequence[str], namespaces: Sequence[str], controls: Sequence[str]
) -> Iterator[Refused]:
    from hardstand.sources.cluster.reviews import may

    by_name = bool(namespaces) and resource.kind == Kind("", "Namespace")
    places: Sequence[str | None] = namespaces if namespaces and resource.namespaced else (None,)
    for place in places:
        lacking = [] if by_name else [verb for verb in verbs if not may(client, resource, verb, place)]
        if lacking:
            yield Refused(resource.kind, lacking, place, controls)


def _extras() -> Iterator[Extra]:
    """The package's own metadata says which extras there are, and of what."""
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    for line in metadata.requires("hardstand") or ():
        extra = re.search(r"""extra\s*==\s*["']([^"']+)["']""", line)
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if extra is None or name is None or extra[1] == "dev":
            continue
        installed, missing = found.setdefault(extra[1], ({}, []))
        try:
            installed[name[0]] = metadata.version(name[0])
        except metadata.PackageNotFoundError:
            missing.append(name[0])
    for one, (installed, missing) in sorted(found.items()):
        yield Extra(one, installed, missing)
