"""The hosts that a workload names, as controls of this area ask for them."""

from collections.abc import Hashable, Iterator, Sequence

from hardstand.analysis.hosts_named import HostsNamed, NamedHost, hosts_named
from hardstand.analysis.sides import Foreign
from hardstand.controls.api import Given, NotApplicableError, UnknownError, Violations, Why, anywhere
from hardstand.controls.boundary._production import only_in_production
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.path import Path

_SORTS = ("initContainers", "containers", "ephemeralContainers")

WORKLOADS = anywhere(
    Workload,
    *(f"pod.spec.{sort}.{field}" for sort in _SORTS for field in ("name", "env.name", "env.value", "command", "args")),
    needed=False,
)
"""All workloads, with what names hosts in them."""


def hosts_of(workload: Workload, given: Given) -> Iterator[NamedHost]:
    """The hosts that a workload names; UnknownError, after those, when some of it could not be read."""
    memory, origin = given.once(_memory), workload.object.origin
    key = workload.object.key, origin.rendered_from, origin.file, origin.document, origin.prefix
    named = memory.get(key)
    if named is None:
        named = memory[key] = hosts_named(workload, given.once(namespaces))
    yield from named.hosts
    if named.notes:
        raise UnknownError(Why.MALFORMED_FIELD, f"{workload}: {named.notes[0]}", f"unreadable:{workload.object.key}")


def _memory(_given: Given) -> dict[Hashable, HostsNamed]:
    """The hosts of each workload by its place: several controls ask for them."""
    return {}


def namespaces(given: Given) -> frozenset[str]:
    """The names of all namespaces that the input speaks of."""
    lived_in = (one.namespace or "" for one in given.everywhere(Workload))
    return frozenset([*lived_in, *(one.name for one in given.everywhere(Namespace))])


def shown(place: Path) -> Path:
    """The place to point at for a host: what holds the text, and not the text, in which a password may stand."""
    return place[:-1]


def spellings(host: str) -> Sequence[str]:
    """The ways in which a pattern may write a host: a Service also with the usual domain of the cluster, and"
    " short."""
    return (host, f"{host}.cluster.local", host.removesuffix(".svc")) if host.endswith(".svc") else (host,)


def foreign_hosts(workload: Workload, given: Given, foreign: Foreign, what: str) -> Violations:
    """A violation for each host that a production workload names and that is foreign to production.

    `what` says what the host is of the environment that declares it.
    """
    only_in_production(workload, given)
    if not foreign.any:
        raise NotApplicableError(Why.NOT_DECLARED)
    seen = set[tuple[str, Path]]()
    for named in hosts_of(workload, given):
        place = shown(named.place)
        environment = next((found for word in spellings(named.host) if (found := foreign.environment(word))), None)
        if environment is None or (named.host, place) in seen or not given.in_production(workload):
            continue
        seen.add((named.host, place))
        message = f"names {named.host}, {what} of {environment}, in production"
        yield workload.violates(message, *place, cause=f"host:{named.host}")
