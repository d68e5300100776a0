"""A made-up day as people have it: records of flows and of lookups, and the manifests of the estate."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from hardstand.network.alerts.pairs import is_address
from hardstand.network.alerts.seen import Asked, Seen
from tests.network.days.estate import Estate

SCHEMA = "hardstand.dev/flow/v1"
_API = {"CronJob": "batch/v1"}


def manifests(estate: Estate) -> Iterator[dict[str, Any]]:
    """A workload of its kind for each, with labels of its own, and the node that asks for health."""
    for key in estate.workloads:
        namespace, name, kind = _parts(key)
        template = {
            "metadata": {"labels": {"app": f"{namespace}-{name}"}},
            "spec": {"containers": [{"name": "c", "image": "registry.example/c:1"}]},
        }
        spec: dict[str, Any] = {"template": template}
        if kind == "CronJob":
            spec = {"schedule": "0 * * * *", "jobTemplate": {"spec": spec}}
        yield {
            "apiVersion": _API.get(kind, "apps/v1"),
            "kind": kind,
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        }
    for number in range(8):
        status = {"addresses": [{"type": "InternalIP", "address": node_address(number)}]}
        block = f"10.20.{number * 4}.0/22"
        meta = {"name": f"node-{number}", "creationTimestamp": "2026-01-01T00:00:00Z"}
        yield {"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": {"podCIDR": block}, "status": status}


def node_address(number: int) -> str:
    return f"192.168.7.{number + 1}"


def records(flows: Iterable[Seen], lookups: Iterable[Asked] = ()) -> Iterator[str]:
    """In the order of time, as a log is; without visitors whose made-up address nobody has who comes from outside."""
    public = (one for one in flows if not one.from_outside or ip_address(one.source).is_global)
    made = [*((one.time, _flow(one)) for one in public), *((one.time, _lookup(one)) for one in lookups)]
    for _, one in sorted(made, key=lambda each: each[0]):
        yield json.dumps(one)


def write(folder: Path, estate: Estate, lines: Iterable[str]) -> None:
    items = {"apiVersion": "v1", "kind": "List", "items": list(manifests(estate))}
    (folder / "estate.json").write_text(json.dumps(items))
    with (folder / "day.jsonl").open("w") as file:
        file.writelines(f"{one}\n" for one in lines)


def _flow(one: Seen) -> dict[str, Any]:
    source: dict[str, Any] = _end(one.source)
    if one.instance and "workload" in source:
        source["pod"] = one.instance
    destination = _end(one.destination)
    if is_address(one.address) and "address" not in destination:
        destination["address"] = one.address
    found = {
        "schema": SCHEMA,
        "time": _time(one.time),
        "source": source,
        "destination": destination,
        "protocol": one.protocol,
        "port": one.port,
        "ended": "allowed",
        "bytes_sent": one.bytes_sent,
        "bytes_received": one.bytes_received if one.answered is not False else 0,
        "count": one.count,
    }
    return {key: value for key, value in found.items() if value is not None}


def _lookup(one: Asked) -> dict[str, Any]:
    query = {"name": one.name, "record_type": one.record_type, "code": one.code or "NOERROR"}
    sizes = {"query_size": one.query_size, "answer_size": one.answer_size}
    query |= {key: value for key, value in sizes.items() if value is not None}
    return {"schema": SCHEMA, "time": _time(one.time), "client": _end(one.client), "query": query}


def _end(name: str) -> dict[str, Any]:
    if "[" in name:
        namespace, workload, kind = _parts(name)
        return {"namespace": namespace, "workload": workload, "workload_kind": kind}
    if name.startswith("node-"):
        return {"address": node_address(int(name.removeprefix("node-")))}
    return {"address": name} if is_address(name) else {"name": name}


def _parts(key: str) -> tuple[str, str, str]:
    namespace, _, rest = key.partition("/")
    name, _, kind = rest.partition("[")
    return namespace, name, kind.removesuffix("]")


def _time(one: float) -> str:
    return datetime.fromtimestamp(one, UTC).isoformat()
