"""A real application, microservices-demo: policies of its flow table allow it exactly, and the calls it really makes.

The calls are taken from its own manifests: whom each program is told to call (`*_ADDR`), by Services to pods and ports.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLE = Path(__file__).parents[2] / "examples" / "microservices-demo" / "hardstand.yaml"
GUIDE = Path(__file__).parents[2] / "docs" / "network.md"
UNUSED = {"shoppingassistantservice"}
"""Told to the frontend, and not among the manifests."""


@pytest.fixture(scope="module")
def demo(suite: Any) -> Path:
    folder: Path = suite("realistic-microservices-demo") / "microservices-demo" / "kubernetes-manifests"
    return folder


def net(verb: str, *words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "net", verb, "--baseline", str(TABLE), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def calls(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Caller, called, and the port of the called one's pods."""
    objects = [one for path in sorted(folder.glob("*.yaml")) for one in yaml.safe_load_all(path.read_text()) if one]
    services = {one["metadata"]["name"]: one["spec"] for one in objects if one["kind"] == "Service"}
    for one in (one for one in objects if one["kind"] == "Deployment"):
        pod = one["spec"]["template"]["spec"]
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            for variable in container.get("env", ()):
                if not variable["name"].endswith("_ADDR"):
                    continue
                host, port = variable["value"].split(":")
                if host in UNUSED:
                    continue
                found = next(each for each in services[host]["ports"] if each["port"] == int(port))
                yield one["metadata"]["name"], services[host]["selector"]["app"], found.get("targetPort", int(port))


def allowed(policies: list[dict[str, Any]], caller: str, called: str, port: int) -> bool:
    """By the policies' text: all pods of this application are told by their label `app` alone."""
    return _side(policies, caller, called, "egress", "to", port) and _side(
        policies, called, caller, "ingress", "from", port
    )


def _side(policies: list[dict[str, Any]], me: str, other: str, key: str, peers: str, port: int) -> bool:
    for spec in (one["spec"] for one in policies):
        if not _chosen(spec["podSelector"], me):
            continue
        for rule in spec.get(key, ()):
            these = [one["podSelector"] for one in rule[peers] if set(one) == {"podSelector"}]
            ports = [(one["protocol"], one["port"]) for one in rule["ports"]]
            if any(_chosen(one, other) for one in these) and ("TCP", port) in ports:
                return True
    return False


def _chosen(selector: dict[str, Any], app: str) -> bool:
    plain = selector.get("matchLabels", {}).get("app", app) == app
    return plain and all(app in one["values"] for one in selector.get("matchExpressions", ()))


def test_what_the_policies_allow_is_the_table_and_the_real_calls_are_in_it(demo: Path, tmp_path: Path) -> None:
    made = net("generate", demo)
    assert made.returncode == 0, made.stderr
    proven, *more = made.stderr.splitlines()
    assert proven == "hardstand: proven: what they allow is exactly the 11 rows and dns, in default"
    assert [line for line in more if "blocks of addresses" not in line] == [
        "  hint: say in the baseline what makes the network: `network: {cni: calico}`"
    ]
    shown = re.search(r"```yaml\n(# what zone data.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert shown[1] in made.stdout.replace(str(TABLE), "examples/microservices-demo/hardstand.yaml")
    policies = tmp_path / "policies.yaml"
    policies.write_text(made.stdout)
    checked = net("check", demo, policies)
    assert checked.returncode == 0
    # The internet is a block of addresses, in which pods are for all plugins but Cilium.
    assert [line for line in checked.stderr.splitlines() if "blocks of addresses" not in line] == [
        "  hint: say in the baseline what makes the network: `network: {cni: calico}`"
    ]
    assert checked.stdout.startswith("0 pairs allowed and not intended · 0 intended and not allowed · 0 unknown")
    real = set(calls(demo))
    assert ("frontend", "cartservice", 7070) in real
    assert ("checkoutservice", "emailservice", 8080) in real
    assert ("loadgenerator", "frontend", 8080) in real
    assert len(real) == 16
    written = [one for one in yaml.safe_load_all(made.stdout) if one]
    assert {one for one in real if not allowed(written, *one)} == set()
    assert not allowed(written, "adservice", "redis-cart", 6379)


def test_without_policies_nothing_is_refused_and_everything_is_too_much(demo: Path) -> None:
    checked = net("check", demo)
    assert checked.returncode == 1
    assert "0 intended and not allowed · 0 unknown    12 workloads in 1 namespace, 11 rows and dns" in checked.stdout
    assert "since Egress: no policy denies it; Ingress: no policy denies it" in checked.stdout


def test_each_policy_that_is_taken_away_or_weakened_is_found(demo: Path, tmp_path: Path) -> None:
    written = [one for one in yaml.safe_load_all(net("generate", demo).stdout) if one]
    frontend = next(one for one in written if one["metadata"]["name"] == "allow-zone-public")
    lost = frontend["spec"]["egress"].pop(0)
    policies = tmp_path / "policies.yaml"
    policies.write_text(yaml.safe_dump_all(written))
    checked = net("check", demo, policies)
    assert checked.returncode == 1
    assert "default/frontend[Deployment] → default/adservice[Deployment]: TCP 9555" in checked.stdout
    assert "by network.flows[1]" in checked.stdout
    frontend["spec"]["egress"] += [lost, {"to": [{"podSelector": {"matchLabels": {"app": "redis-cart"}}}]}]
    policies.write_text(yaml.safe_dump_all(written))
    assert net("check", demo, policies).returncode == 0  # The other side still refuses it.
    data = next(one for one in written if one["metadata"]["name"] == "allow-zone-data")
    data["spec"]["ingress"].append({"ports": [{"port": 6379}]})
    policies.write_text(yaml.safe_dump_all(written))
    checked = net("check", demo, policies)
    assert checked.returncode == 2  # It lets in pods of other namespaces, too, and nobody knows which there are.
    assert "lets in" in checked.stderr
    assert "default/frontend[Deployment] → default/redis-cart[Deployment]: TCP 6379" in checked.stdout
