"""Exceptions as data that a policy tests, so that its audit annotations can name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hardstand.baseline.globs import Glob
from hardstand.text.glob_regex import escaped, glob_regex


@dataclass(frozen=True, slots=True)
class Excused:
    """An exception as a policy has it."""

    id: str
    ends: date
    told: Mapping[str, Sequence[str]]
    """By key, regular expressions of which one must match; an empty list asks for nothing."""


def excused(
    name: str,
    ends: date,
    *,
    kind: Sequence[Glob],
    called: Sequence[Glob],
    namespace: Sequence[Glob],
    labels: Mapping[str, Glob],
    image: Sequence[Glob],
    within: Sequence[str] | None = None,
) -> Excused:
    """An exception by what it matches; `within` are the only namespaces in which it holds, None for all."""
    told = {
        "id": [name],
        "kind": _regexes(kind),
        "name": _regexes(called),
        "namespace": _regexes(namespace),
        "labels": [f"^{escaped(key)}={_regex(pattern)[1:]}" for key, pattern in labels.items()],
        "image": _regexes(image),
        "within": [] if within is None else [f"^{escaped(one)}$" for one in within] or ["^ $"],
    }
    return Excused(name, ends, told)


def _regexes(patterns: Sequence[Glob]) -> list[str]:
    return [_regex(one) for one in patterns]


def _regex(pattern: Glob) -> str:
    return f"^{escaped(pattern.text)}$" if pattern.literal else glob_regex(pattern.text)


IMAGE_FITS = "one.image.size() == 0 || one.image.exists(pattern, {image}.matches(pattern))"

_CONTROLLERS = (
    "{'ReplicaSet': 'replicaset-controller', 'StatefulSet': 'statefulset-controller',"
    " 'DaemonSet': 'daemon-set-controller', 'Job': 'job-controller', 'CronJob': 'cronjob-controller',"
    " 'ReplicationController': 'replication-controller', 'Deployment': 'deployment-controller'}"
)
"""Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles."""

OF_ANY: Mapping[str, str] = {
    "requester": "request.?userInfo.?username.orValue('')",
    "identities": "[[kind, object.metadata.?name.orValue('')]]",
    "labelled": "object.metadata.?labels.orValue({})",
    "said": "labelled.map(key, key + '=' + labelled[key])",
}
"""What exceptions are compared with."""

OF_PODS: Mapping[str, str] = {
    **OF_ANY,
    "controllers": _CONTROLLERS,
    "owners": (
        "object.metadata.?ownerReferences.orValue([]).filter(one, one.?controller.orValue(false)"
        " && requester in ['system:kube-controller-manager',"
        " 'system:serviceaccount:kube-system:' + controllers[?one.kind].orValue('')])"
    ),
    "identities": (
        "[[kind, object.metadata.?name.orValue('')]] + owners.map(one, [one.kind, one.name])"
        " + owners.filter(one, one.kind == 'ReplicaSet' && one.name.matches('-[^-]+$'))"
        ".map(one, ['Deployment', one.name.substring(0, one.name.lastIndexOf('-'))])"
        " + owners.filter(one, one.kind == 'Job' && one.name.matches('-[0-9]+$'))"
        ".map(one, ['CronJob', one.name.substring(0, one.name.lastIndexOf('-'))])"
    ),
    "podLabels": "podMetadata.?labels.orValue({})",
    "said": "labelled.map(key, key + '=' + labelled[key]) + podLabels.map(key, key + '=' + podLabels[key])",
}
"""The same for what makes pods. An owner counts only where its controller itself asks: anybody may write a reference.

A Deployment's pods are its ReplicaSet's, and a CronJob's are its Job's, whose names are theirs with a suffix.
"""

WAIVERS = (
    "exceptions.filter(one,"
    " (one.namespace.size() == 0 || one.namespace.exists(pattern, ownNamespace.matches(pattern)))"
    " && (one.within.size() == 0 || one.within.exists(pattern, ownNamespace.matches(pattern)))"
    " && identities.exists(each,"
    " (one.kind.size() == 0 || one.kind.exists(pattern, each[0].matches(pattern)))"
    " && (one.name.size() == 0 || one.name.exists(pattern, each[1].matches(pattern))))"
    " && one.labels.all(pattern, said.exists(text, text.matches(pattern))))"
)
"""The exceptions that are about the object, whatever image they may ask for besides."""
