"""A small shop for tests of what was seen: pods with addresses, a table, policies, and records of flows."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main

START = "2026-11-01T00:00:00Z"
ADDRESSES = {"web": "10.0.0.5", "api": "10.0.0.6", "db": "10.0.0.7", "job": "10.0.0.8"}
TABLE = """\
network:
  zones:
    shop: {match: {namespace: shop}}
  flows:
"""


def pod(name: str, address: str, namespace: str = "shop", node: str = "n1", **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"{namespace}-{name}",
            "labels": labels or {"app": name},
        },
        "spec": {"nodeName": node, "containers": [{"name": "c", "image": "registry.example/c:1"}]},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "startTime": START},
    }


def node(name: str, number: int) -> dict[str, Any]:
    block = f"10.0.{number}.0/24"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "creationTimestamp": START},
        "spec": {"podCIDR": block, "podCIDRs": [block]},
        "status": {"addresses": [{"type": "InternalIP", "address": f"192.168.1.{number + 1}"}]},
    }


def dns_pod() -> dict[str, Any]:
    return pod("dns", "10.0.1.9", "kube-system", "n2", **{"k8s-app": "kube-dns"})


SHOP: list[dict[str, Any]] = [
    *(pod(name, address) for name, address in ADDRESSES.items()),
    dns_pod(),
    node("n1", 0),
    node("n2", 1),
]


def policies(allowed: Iterable[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """Everything denied in the shop, and each of these allowed at both of its ends."""
    made: list[dict[str, Any]] = [_policy("deny", {}, policyTypes=["Ingress", "Egress"])]
    for at, (source, destination, port) in enumerate(sorted(allowed)):
        ports = [{"protocol": "TCP", "port": port}]
        here, there = ({"matchLabels": {"app": one}} for one in (source, destination))
        out = {"egress": [{"to": [{"podSelector": there}], "ports": ports}], "policyTypes": ["Egress"]}
        into = {"ingress": [{"from": [{"podSelector": here}], "ports": ports}], "policyTypes": ["Ingress"]}
        made += [_policy(f"out-{at}", here, **out), _policy(f"in-{at}", there, **into)]
    return made


def _policy(name: str, selector: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"podSelector": dict(selector), **spec},
    }


def table(rows: Iterable[tuple[str, str, int]]) -> str:
    lines = [
        f"  - {{from: shop/{source}, to: shop/{destination}, ports: TCP {port}, reason: r}}\n"
        for source, destination, port in sorted(rows)
    ]
    return TABLE + "".join(lines) if lines else TABLE.replace("  flows:\n", "")


def at(address: str, **more: Any) -> dict[str, Any]:
    return {"address": address, **more}


def flow(source: Any, destination: Any, port: int | None, minute: int = 0, protocol: str = "TCP", **more: Any) -> str:
    """A record; ends are names of the shop's pods, or what a record says of them. Somebody answers by default."""
    ends = [at(ADDRESSES[one]) if isinstance(one, str) else one for one in (source, destination)]
    found: dict[str, Any] = {
        "schema": "hardstand.dev/flow/v1",
        "time": f"2026-11-02T{10 + minute // 60:02}:{minute % 60:02}:00Z",
        "source": ends[0],
        "destination": ends[1],
        "protocol": protocol,
        **({"port": port} if port is not None else {}),
        "ended": "allowed",
        "bytes_sent": 500,
        "bytes_received": 2_000,
        **more,
    }
    return json.dumps({key: value for key, value in found.items() if value is not None})


def lookup(client: Any, name: str, minute: int = 0, **more: Any) -> str:
    end = at(ADDRESSES[client]) if isinstance(client, str) else client
    time = f"2026-11-02T10:{minute:02}:00Z"
    query = {"name": name, "record_type": "A", "code": "NOERROR"}
    return json.dumps({"schema": "hardstand.dev/flow/v1", "time": time, "client": end, "query": query, **more})


def write(folder: Path, objects: Iterable[Mapping[str, Any]], records: Iterable[str], baseline: str = "") -> None:
    (folder / "estate.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    (folder / "flows.jsonl").write_text("".join(f"{one}\n" for one in records))
    if baseline:
        (folder / "hardstand.yaml").write_text(baseline)


class Shop:
    """A folder in which verbs run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        try:
            status = main(["net", *words])
        except SystemExit as ending:  # A wrong usage.
            status = int(str(ending.code))
        done = self._capsys.readouterr()
        return status, done.out, done.err

    def json(self, verb: str, *words: str) -> tuple[int, Any]:
        status, out, _ = self.run(verb, "flows.jsonl", "--with", "estate.json", "--format", "json", *words)
        return status, json.loads(out)
