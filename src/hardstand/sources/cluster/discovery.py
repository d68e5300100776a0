"""Which kinds a server serves, in which versions.

Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ApiError
from hardstand.sources.cluster.resource import Resource

AGGREGATED = ",".join(
    [
        *(
            f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
            for version in ("v2", "v2beta1")
        ),
        "application/json",
    ]
)

_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


@dataclass(frozen=True, slots=True)
class Served:
    """What a server offers."""

    resources: Mapping[Kind, Resource]
    """Each kind that can be listed, in its most stable version."""
    dead: Mapping[str, str]
    """API groups that are registered and do not answer, each with the version that does not."""


def served(client: Client) -> Served:
    """Ask for everything at once. ClusterError where the server does not tell; a group that is dead is no error."""
    found: dict[Kind, Resource] = {}
    dead: dict[str, str] = {}
    for path in ("/api", "/apis"):
        answer = client.get(path, accept=AGGREGATED)
        if not isinstance(answer, dict):
            raise ApiError(200, f"{client.access.server}{path} gave no list of APIs", "is an API server there?")
        if answer.get("kind") == "APIGroupDiscoveryList":
            each = _aggregated(answer, dead)
        else:
            each = _one_by_one(client, path, answer, dead)
        for resource in each:
            other = found.get(resource.kind)
            if other is None or stability(resource.version) > stability(other.version):
                found[resource.kind] = resource
    return Served(found, dead)


def stability(version: str) -> tuple[int, int, int]:
    """How stable a version is, for comparing. What is no version of Kubernetes' form comes last.

    Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        return 0, 0, 0
    major, word, minor = match.groups()
    return {None: 3, "beta": 2, "alpha": 1}[word], int(major), int(minor or 0)


def _aggregated(answer: Mapping[str, Any], dead: dict[str, str]) -> Iterator[Resource]:
    for group in _mappings(answer.get("items")):
        name = str((group.get("metadata") or {}).get("name") or "")
        for version in _mappings(group.get("versions")):
            called = str(version.get("version"))
            # Stale: the server behind this version did not answer the last time it was asked.
            if version.get("freshness") == "Stale":
                dead.setdefault(name, called)
            for one in _mappings(version.get("resources")):
                kind = (one.get("responseKind") or {}).get("kind")
                yield from _resource(
                    Kind(name, str(kind)), called, str(one.get("resource")), one.get("verbs") or (),
                    namespaced=one.get("scope") == "Namespaced",
                )  # fmt: skip


def _one_by_one(client: Client, path: str, answer: Mapping[str, Any], dead: dict[str, str]) -> Iterator[Resource]:
    """As servers before 1.26 tell it: a list of groups, and a request for each version of each."""
    if path == "/api":
        versions = [("", str(one)) for one in answer.get("versions") or ()]
    else:
        versions = [
            (str(group.get("name")), str(one.get("version")))
            for group in _mappings(answer.get("groups"))
            for one in _mappings(group.get("versions"))
        ]
    for group, version in versions:
        try:
            told = client.get(f"{path}/{group}/{version}" if group else f"{path}/{version}")
        except ApiError as error:
            if error.status < 500 and error.status != 404:
                raise
            dead.setdefault(group, version)
            continue
        for one in _mappings(told.get("resources") if isinstance(told, dict) else None):
            if "/" not in str(one.get("name")):  # What has a slash is a part of another resource.
                yield from _resource(
                    Kind(group, str(one.get("kind"))), version, str(one.get("name")), one.get("verbs") or (),
                    namespaced=bool(one.get("namespaced")),
                )  # fmt: skip


def _resource(kind: Kind, version: str, plural: str, verbs: Collection[str], *, namespaced: bool) -> Iterator[Resource]:
    if "list" in verbs:
        yield Resource(kind, version, plural, namespaced, frozenset(map(str, verbs)))


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))
