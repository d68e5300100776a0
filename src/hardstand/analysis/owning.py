"""Whether a pod is what the template of its owner says, up to what the API server and the controllers add.

Only what is known to be added is set aside, and only in the very form in which it is added: a pod that has anything
else besides, such as a further volume, is not what its template says.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import cast

from hardstand.inventory.fold import SHAPES
from hardstand.model.kind import Kind
from hardstand.model.path import Value
from hardstand.text.fast_json import sorted_text

Mapped = Mapping[str, Value]

_TOKENS = "/var/run/secrets/kubernetes.io/serviceaccount"

_SET_LATER = frozenset(
    {
        "nodeName",
        "hostname",  # The pod's own name, for StatefulSets and indexed Jobs.
        "subdomain",
        "serviceAccount",  # The old name of serviceAccountName; the server fills in both.
        "priority",
        "priorityClassName",
        "preemptionPolicy",
        "imagePullSecrets",  # Those of the service account.
        "schedulingGates",
    }
)
"""Fields of a pod that the server, admission and controllers fill in. None of them gives a container any right.

Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/ (Priority, ServiceAccount,
DefaultTolerationSeconds, LimitRanger) and the controllers of Kubernetes 1.36.
"""

_DEFAULTS: Mapped = {
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "enableServiceLinks": True,
    "serviceAccountName": "default",
    "automountServiceAccountToken": True,
}
"""What the server takes where nothing is said: a pod read back says it, a template from before may not."""

_NOTHING: tuple[Value, ...] = (None, [], {})
_TOKEN_FIELDS = frozenset({"name", "projected"})

_ADDED_TOLERATIONS = frozenset(
    f"node.kubernetes.io/{name}"
    for name in (
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
        "network-unavailable",
    )
)
"""Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations"""

_JUDGED_ANNOTATIONS = (
    "container.apparmor.security.beta.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
    "seccomp.security.alpha.kubernetes.io/",
    "security.alpha.kubernetes.io/",
)
"""Annotations that say how a pod is confined, from before there were fields."""


def matches(owner: Mapped, kind: Kind, pod: Mapped) -> bool:
    """Tell whether a pod (or what makes pods) is what the template of its owner, an object of `kind`, says."""
    return digest(owner, kind) == digest(pod, Kind("", "Pod"), claims(owner))


def digest(data: Mapped, kind: Kind, claimed: Sequence[str] = ()) -> bytes | None:
    """What the pods of an object are, as one short value: equal for a template and the pods made from it.

    `claimed` are the names of the claims that the pod's owner makes for each pod. None where there is no pod.
    """
    template = data
    for step in SHAPES[kind].template:
        template = _mapping(template.get(cast("str", step)))
    spec = template.get("spec")
    if not isinstance(spec, dict):
        return None
    notes = _mapping(_mapping(template.get("metadata")).get("annotations"))
    kept = {key: value for key, value in notes.items() if key.startswith(_JUDGED_ANNOTATIONS)}
    return hashlib.sha256(sorted_text([_spec(spec, claimed), kept])).digest()[:16]


def claims(owner: Mapped) -> tuple[str, ...]:
    """The names of the claims that a StatefulSet makes for each of its pods."""
    found = _mapping(owner.get("spec")).get("volumeClaimTemplates")
    names = (_mapping(_mapping(one).get("metadata")).get("name") for one in _items(found))
    return tuple(name for name in names if isinstance(name, str))


def _spec(spec: Mapped, claimed: Sequence[str]) -> dict[str, Value]:
    said = {key: value for key, value in spec.items() if key not in _SET_LATER and value not in _NOTHING}
    kept: dict[str, Value] = {**_DEFAULTS, **said}
    tokens: set[str] = set()
    if "volumes" in kept:
        volumes = []
        for one in _items(kept["volumes"]):
            volume = _mapping(one)
            if _is_token(volume):
                tokens.add(str(volume.get("name")))
            elif not _is_claimed(volume, claimed):
                volumes.append(one)
        _put(kept, "volumes", volumes)
    for key in ("initContainers", "containers", "ephemeralContainers"):
        if key in kept:
            kept[key] = [_container(_mapping(one), tokens) for one in _items(kept[key])]
    if "tolerations" in kept:
        _put(kept, "tolerations", [one for one in _items(kept["tolerations"]) if not _is_usual(_mapping(one))])
    if "affinity" in kept:
        _put(kept, "affinity", _affinity(_mapping(kept["affinity"])))
    return kept


def _put(kept: dict[str, Value], key: str, value: Value) -> None:
    if value:
        kept[key] = value
    else:
        kept.pop(key, None)


def _container(one: Mapped, tokens: set[str]) -> Value:
    """A container without what is added: the token's mount, and amounts, which LimitRanger fills in."""
    kept: dict[str, Value] = {key: value for key, value in one.items() if key != "resources" and value not in _NOTHING}
    if "volumeMounts" in kept:
        mounts = [each for each in _items(kept["volumeMounts"]) if not _is_token_mount(_mapping(each), tokens)]
        _put(kept, "volumeMounts", cast("Value", mounts))
    return kept


def _is_token_mount(mount: Mapped, tokens: set[str]) -> bool:
    return mount.get("mountPath") == _TOKENS and str(mount.get("name")) in tokens and mount.get("readOnly") is True


def _is_token(volume: Mapped) -> bool:
    """Tell whether a volume is the one of the token that admission adds.

    Source: kubernetes 1.36, plugin/pkg/admission/serviceaccount, TokenVolumeSource.
    """
    if not str(volume.get("name")).startswith("kube-api-access-") or volume.keys() != _TOKEN_FIELDS:
        return False
    sources = [_mapping(one) for one in _items(_mapping(volume["projected"]).get("sources"))]
    kinds = sorted(key for one in sources for key in one)
    return kinds == ["configMap", "downwardAPI", "serviceAccountToken"] and all(
        _mapping(one.get("configMap")).get("name", "kube-root-ca.crt") == "kube-root-ca.crt" for one in sources
    )


def _is_claimed(volume: Mapped, claimed: Sequence[str]) -> bool:
    return volume.get("name") in claimed and set(volume) == {"name", "persistentVolumeClaim"}


def _is_usual(toleration: Mapped) -> bool:
    """Tell whether a toleration is one of those for troubles of nodes, which every pod or every daemon gets."""
    return toleration.get("key") in _ADDED_TOLERATIONS and toleration.get("operator") == "Exists"


def _affinity(affinity: Mapped) -> Value:
    """Affinity without the node that the DaemonSet controller names for each of its pods."""
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    node = dict(_mapping(affinity.get("nodeAffinity")))
    terms = [dict(_mapping(one)) for one in _items(_mapping(node.get(required)).get("nodeSelectorTerms"))]
    for term in terms:
        if _items(term.get("matchFields")):
            rest = [one for one in _items(term.get("matchFields")) if _mapping(one).get("key") != "metadata.name"]
            _put(term, "matchFields", cast("Value", rest))
    _put(node, required, cast("Value", {"nodeSelectorTerms": [one for one in terms if one]} if any(terms) else {}))
    made = dict(affinity)
    _put(made, "nodeAffinity", cast("Value", node))
    return made


def _mapping(value: object) -> Mapped:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> Sequence[Value]:
    return value if isinstance(value, list) else ()
