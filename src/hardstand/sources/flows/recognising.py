"""Which form a file has, by its content; and what a person and a file's name say of who wrote it."""

import re
from collections.abc import Iterable

from hardstand.model.flow import End
from hardstand.sources.flows.aws import AWS
from hardstand.sources.flows.azure import AZURE
from hardstand.sources.flows.calico import CALICO
from hardstand.sources.flows.conntrack import CONNTRACK
from hardstand.sources.flows.coredns import COREDNS
from hardstand.sources.flows.envoy import ENVOY
from hardstand.sources.flows.google import GOOGLE
from hardstand.sources.flows.hubble import HUBBLE
from hardstand.sources.flows.nginx import NGINX
from hardstand.sources.flows.own import OWN
from hardstand.sources.flows.seen import Form, Line

FORMS: tuple[Form, ...] = (OWN, HUBBLE, CALICO, GOOGLE, AZURE, NGINX, ENVOY, COREDNS, CONNTRACK, AWS)
"""Each is of lines that none of the others takes."""

_BY_NAME = {one.name: one for one in FORMS}
NAMES = tuple(sorted(_BY_NAME))

_NAMED = re.compile(
    r"(?P<form>[a-z0-9]+)(?:@(?P<namespace>[a-z0-9.-]+)/(?P<workload>[a-z0-9.-]+))?:(?P<path>.+)", re.DOTALL
)
_POD_LOGS = re.compile(r"(?:^|/)pods/([a-z0-9.-]+)_([a-z0-9.-]+)_[0-9a-f-]+/[^/]+/[^/]+$")
_CONTAINERS = re.compile(r"(?:^|/)([a-z0-9.-]+)_([a-z0-9.-]+)_[a-z0-9.-]+-[0-9a-f]{64}\.log[^/]*$")


def form_of(lines: Iterable[Line]) -> Form | None:
    """The form of the first line that any form knows; None where there is none."""
    for line in lines:
        for form in FORMS:
            if form.knows(line):
                return form
    return None


def named(argument: str) -> tuple[Form | None, End, str]:
    """What a person says of a path: `hubble:FILE`, `nginx@shop/web:FILE` for whose log it is, or the path alone."""
    found = _NAMED.fullmatch(argument)
    if found is None or found["form"] not in _BY_NAME:
        return None, End(), argument
    writer = End(namespace=found["namespace"] or "", workload=found["workload"] or "")
    return _BY_NAME[found["form"]], writer, found["path"]


def pod_of(file: str) -> End:
    """The pod whose log a file is, where it lies as the kubelet lays logs down.

    Source: https://kubernetes.io/docs/concepts/cluster-administration/logging/#log-location-node (`/var/log/pods/`,
    as NAMESPACE_POD_UID/CONTAINER/N.log, and `/var/log/containers/`, as POD_NAMESPACE_CONTAINER-ID.log)
    """
    if (found := _POD_LOGS.search(file)) is not None:
        return End(namespace=found[1], pod=found[2])
    if (found := _CONTAINERS.search(file)) is not None:
        return End(namespace=found[2], pod=found[1])
    return End()
