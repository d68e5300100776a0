"""Reading objects of Kubernetes as they were seen, of which no field needs to be what it should."""

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Object = Mapping[str, Any]


def shortest(word: str) -> str:
    """The shortest form of an address; nothing for what is none, as `None` of a headless Service and names of nodes."""
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return ""


def moment(word: object) -> datetime | None:
    """A time; None for what is none."""
    try:
        found = datetime.fromisoformat(word) if isinstance(word, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def phase(data: Object) -> object:
    """The phase of a pod."""
    return mapping(data, "status").get("phase")


def labels(data: Object) -> dict[str, str]:
    """The labels of an object."""
    told = mapping(mapping(data, "metadata"), "labels")
    return {key: value for key, value in told.items() if isinstance(value, str)}


def mapping(data: Object, key: str) -> Object:
    """The mapping there; an empty one where there is none."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def listed(data: Object, key: str) -> list[Any]:
    """The list there; an empty one where there is none."""
    found = data.get(key)
    return found if isinstance(found, list) else []


def objects(data: Object, key: str) -> list[Object]:
    """The mappings in the list there."""
    return [one for one in listed(data, key) if isinstance(one, dict)]


def text(data: Object, key: str) -> str:
    """The text there; nothing where there is none."""
    found = data.get(key)
    return found if isinstance(found, str) else ""


def addresses_of(data: Object) -> Iterator[str]:
    """The addresses of a pod, a Service or a node."""
    status, spec = mapping(data, "status"), mapping(data, "spec")
    told: list[object] = []
    if data.get("kind") == "Pod":
        told = [status.get("podIP"), *(one.get("ip") for one in objects(status, "podIPs"))]
    elif data.get("kind") == "Service":
        balancers = objects(mapping(status, "loadBalancer"), "ingress")
        told = [spec.get("clusterIP"), *listed(spec, "clusterIPs"), *listed(spec, "externalIPs")]
        told += [one.get("ip") for one in balancers]
    elif data.get("kind") == "Node":
        told = [one.get("address") for one in objects(status, "addresses")]
    for one in told:
        if isinstance(one, str) and (address := shortest(one)):
            yield address
