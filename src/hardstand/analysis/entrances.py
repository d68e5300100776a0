"""What Ingresses and OpenShift Routes send on, to which Services, and from where it may come.

A host name that can be known to the public, and no host name at all, let the internet in, unless the entrance is on a
private network. A sign-in, client certificates or a list of public addresses do not change that: they are gates, and
what stands behind a gate is still reached from the internet by whoever opens it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hardstand.analysis.addresses import PRIVATE_WORDS, is_address, is_private_range
from hardstand.analysis.admin_pages import is_on_private_network, is_public_host
from hardstand.analysis.inferred import Asked, short
from hardstand.inventory.views.ingress import Ingress, IngressBackend, IngressPath, IngressRule, OpenShiftRoute
from hardstand.model.tier import Exposure

INGRESS_FIELDS = ("metadata.annotations", "spec")
OPENSHIFT_FIELDS = ("metadata.annotations", "metadata.labels", "spec.host", "spec.to", "spec.alternateBackends")
"""What this reads of each."""


class Sent(NamedTuple):
    """Requests that come in somewhere and are sent to a Service; `text` is the phrase up to its name."""

    exposure: Exposure
    text: str
    namespace: str
    service: str


@lru_cache(maxsize=10_000)
def of_host(host: str) -> Exposure:
    """From where requests for a host name come; an empty one and `*` stand for any."""
    if is_address(host):
        return Exposure.PRIVATE if is_private_range(host) else Exposure.INTERNET
    return Exposure.INTERNET if is_public_host("" if host == "*" else host) else Exposure.PRIVATE


def named(hosts: Iterable[str]) -> str:
    """The hosts for a person: the most exposed by name, of equals the first in order, and how many more."""
    distinct = set(hosts)
    first = min(distinct, key=lambda host: (-of_host(host), host))
    shown = short(first) if first not in ("", "*") else "any host"
    return shown + (f" and {len(distinct) - 1} more" if len(distinct) > 1 else "")


def told(hosts: Iterable[str]) -> str:
    """As `named`, and where no host is public, that this is so: then it is the hosts that keep the internet out."""
    distinct = set(hosts)
    if max(map(of_host, distinct)) is not Exposure.PRIVATE:
        return named(distinct)
    if len(distinct) > 1:
        return f"{named(distinct)} (none of them public)"
    what = "an address" if is_address(next(iter(distinct))) else "a name"
    return f"{named(distinct)} ({what} that is not public)"


def names_private_network(text: str) -> bool:
    """Tell whether a class or a shard of entrances is called by one of the words for a private network."""
    return any(word in text.lower() for word in PRIVATE_WORDS)


def ingress_sends(ingress: Ingress, asked: Asked) -> Iterator[Sent]:
    """What an Ingress sends on, once for each Service; paths that cannot be read are noted in `asked`."""
    who = str(ingress.object.ref)
    hosts: dict[str, list[str]] = defaultdict(list)
    for host, name in asked.all(_backends, ingress):
        hosts[name].append(host)
    private = any(asked.of(lambda one: (is_on_private_network(one),), ingress, who))
    for name, answered in hosts.items():
        yield _sent(who, answered, (ingress.namespace or "", name), private=private)


def _backends(ingress: Ingress, asked: Asked) -> Iterator[tuple[str, str]]:
    """The hosts that it answers for, each with the name of a Service; no host is the empty one."""
    who = str(ingress.object.ref)
    for name in asked.of(lambda one: _service(one.default_backend), ingress, who):
        yield "", name
    for rule in asked.of(lambda one: one.spec.rules, ingress, who):
        for host, path in asked.of(_paths, rule, who):
            for name in asked.of(lambda one: _service(one.backend), path, who):
                yield host, name


def _service(backend: IngressBackend) -> Sequence[str]:
    name = backend.service_name
    return (name,) if name else ()


def openshift_sends(route: OpenShiftRoute, asked: Asked) -> Iterator[Sent]:
    """What a Route of OpenShift sends on; without a host it gets one under the routers' own domain."""
    who = str(route.object.ref)
    private = any(asked.of(_in_private_shard, route, who))
    for host in asked.of(lambda one: (one.spec.host or "",), route, who):
        targets = [
            *asked.of(lambda one: (one.spec.to,), route, who),
            *asked.of(lambda one: one.spec.also_to, route, who),
        ]
        for target in targets:
            for name in asked.of(lambda one: (one.name,), target, who):
                if name:
                    yield _sent(who, [host], (route.namespace or "", name), private=private)


def _paths(rule: IngressRule) -> Iterator[tuple[str, IngressPath]]:
    """The paths with their host; where that cannot be read, nor can from where requests for them come."""
    host = rule.host or ""
    for path in rule.http.paths:
        yield host, path


def _sent(who: str, hosts: list[str], to: tuple[str, str], *, private: bool) -> Sent:
    exposure = Exposure.PRIVATE if private else max(map(of_host, hosts))
    what = f"{named(hosts)} from private networks" if private else told(hosts)
    return Sent(exposure, f"{who} sends {what} to", *to)


_RANGES = ("haproxy.router.openshift.io/ip_whitelist", "haproxy.router.openshift.io/ip_allowlist")


def _in_private_shard(route: OpenShiftRoute) -> Iterator[bool]:
    """Router shards choose routes by label, and are called by where they stand; the ranges are separated by spaces.

    Source: https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/networking/configuring-routes
    """
    annotations = route.metadata.annotations
    ranges = [block for key in _RANGES for block in annotations.get(key, "").split()]
    yield bool(ranges) and all(map(is_private_range, ranges))
    yield any(names_private_network(value) for key, value in route.metadata.labels.items() if key in _SHARD_LABELS)


_SHARD_LABELS = ("type", "router", "shard", "sharding")
