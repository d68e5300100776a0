"""Policies of cyclonus's examples: each loads, and rows, traces and the naive judge answer alike about all of it."""

from pathlib import Path
from typing import Any

import yaml

from tests.analysis.reach.asking import Asked
from tests.analysis.reach.brute_force import Cluster, Packet, allowed
from tests.analysis.reach.random_estates import Manifest

NAMESPACES = ("x", "y", "z", "abcd", "ns-y", "default")
PODS = ("a", "b", "c")
OUTSIDE = ("0.0.0.7", "192.0.2.1")
PORTS = (("TCP", 80), ("TCP", 103), ("TCP", 104), ("TCP", 8080), ("UDP", 53), ("SCTP", 80))


def cluster() -> list[Manifest]:
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one, "labels": {"ns": one}}}
        for one in NAMESPACES
    ]
    pods = [_pod(space, name) for space in NAMESPACES for name in PODS]
    return [*spaces, *pods]


def _pod(space: str, name: str) -> Manifest:
    labels = {"pod": name, "app": "qrs" if name == "a" else "web"}
    ports = [{"name": "serve", "containerPort": 80}]
    containers = [{"name": "c", "image": "registry.example/c:1", "ports": ports}]
    metadata = {"name": name, "namespace": space, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}


def policies_of(file: Path) -> list[Manifest]:
    documents = [one for one in yaml.safe_load_all(file.read_text()) if one is not None]
    return [each for one in documents for each in (one["items"] if one["kind"] == "List" else [one])]


def answers(objects: list[Manifest]) -> dict[Packet, bool]:
    """What rows say of every packet, once the two others said the same."""
    asked, judge = Asked.of(objects), Cluster.of(objects)
    pods = [f"{space}/{name}" for space in NAMESPACES for name in PODS]
    found: dict[Packet, bool] = {}
    for source in (*pods, *OUTSIDE):
        for destination in (*pods, *OUTSIDE):
            if source == destination or not {source, destination} & set(pods):
                continue
            for protocol, port in PORTS:
                packet = Packet(source, destination, protocol, port)
                said = asked.said(packet)
                assert said is not None, packet
                assert (asked.traced(packet), allowed(judge, packet)) == (said, said), packet
                found[packet] = said
    return found


def test_each_file_is_read_and_answered_alike(suite: Any) -> None:
    folder: Path = suite("cyclonus-netpols") / "cyclonus" / "networkpolicies"
    files = {file.relative_to(folder).as_posix(): policies_of(file) for file in sorted(folder.rglob("*.yaml"))}
    assert sum(map(len, files.values())) > len(files) >= 12
    refused: dict[str, int] = {}
    for name, policies in files.items():
        assert {one["kind"] for one in policies} == {"NetworkPolicy"}, name
        refused[name] = sum(not said for said in answers([*cluster(), *policies]).values())
    opening = {name for name, count in refused.items() if not count}
    assert opening <= {
        "allow-all.yaml",
        "allow-all-internal.yaml",
        "simple-example/allow-all-egress-by-label.yaml",
        "simple-example/allow-all-for-label.yaml",
    }
    together = answers([*cluster(), *(one for policies in files.values() for one in policies)])
    assert set(together.values()) == {True, False}
