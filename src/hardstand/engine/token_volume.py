"""The volume with its token that the API server adds to a pod, whose name is made anew for each.

Source: k8s.io/kubernetes, plugin/pkg/admission/serviceaccount, `ServiceAccountVolumeName`: a projected volume, mounted
by the containers that have none of their own at that place.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from hardstand.model.path import Value

VOLUME = "kube-api-access-"
"""What its name begins with."""

_PLACEHOLDER = f"{VOLUME}\0"
"""No name of Kubernetes is like this."""

_MADE_UP = frozenset("bcdfghjklmnpqrstvwxz2456789")
"""What the server makes names of: k8s.io/apimachinery, pkg/util/rand, `alphanums`."""

_LENGTH = 5
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")

Mapped = Mapping[str, Value]


def nameless(data: Mapped) -> tuple[Mapped, str]:
    """A pod in which that volume, where it is declared and where it is mounted, has the name that all have; and the
    name that it had.

    Only these fields are changed: the same text anywhere else is somebody's own. As it was, with an empty name, where
    there is no such volume.
    """
    spec = data.get("spec")
    volumes = spec.get("volumes") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(volumes, list):
        return data, ""
    name = next((found for one in volumes if (found := _made_up(one))), "")
    if not name:
        return data, ""
    changed: dict[str, Value] = {"volumes": cast("Value", _renamed(volumes, name))}
    for key in _CONTAINERS:
        several = spec.get(key)
        if isinstance(several, list):
            changed[key] = cast("Value", [_mounting(one, name) for one in several])
    return {**data, "spec": {**spec, **changed}}, name


def _made_up(volume: Value) -> str:
    """The name of a volume, if it is such a one."""
    name = volume.get("name") if isinstance(volume, dict) else None
    if not isinstance(name, str) or len(name) != len(VOLUME) + _LENGTH or not name.startswith(VOLUME):
        return ""
    return name if isinstance(volume, dict) and "projected" in volume and _MADE_UP.issuperset(name[-_LENGTH:]) else ""


def _mounting(container: Value, name: str) -> Value:
    mounts = container.get("volumeMounts") if isinstance(container, dict) else None
    if not isinstance(container, dict) or not isinstance(mounts, list):
        return container
    return {**container, "volumeMounts": cast("Value", _renamed(mounts, name))}


def _renamed(several: Sequence[Value], name: str) -> list[Value]:
    return [
        {**one, "name": _PLACEHOLDER} if isinstance(one, dict) and one.get("name") == name else one for one in several
    ]
