"""What people see with kubectl, and what the audit log keeps, when the whole program runs beside an API server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.baseline.making import exception
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import Gate, declare, gates
from tests.gate.test_cluster import CONTAINER, PRIVILEGED, deployment, noted, pod

MODES = [
    {"mode": "off"},
    {"mode": "block", "control": "privileged-container"},
    {"mode": "warn", "control": "image-without-digest"},
]


@pytest.fixture(scope="module")
def gate(gated_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    excepted = exception(match={"kind": "Deployment", "name": "agent"}, expires="2099-03-31")
    approvers = {"high": ["alice"], "critical": ["alice"]}
    declare(folder, {"modes": MODES, "approvers": approvers, "exceptions": [excepted], "max_exception_days": 90000})
    made = Gate(folder, gated_cluster.kubeconfig)
    with gates(gated_cluster, made):
        yield made
        made.terminate()
        assert made.gone() == 0, "".join(made.said)


def create(cluster: Cluster, namespace: str, one: dict[str, Any], **how: Any) -> Any:
    return cluster.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(one), **how)


def audited(cluster: Cluster, namespace: str, name: str) -> dict[str, str]:
    """What the audit log keeps under the webhook that holds where no tier is known to be low."""
    found = lambda: noted(cluster, namespace, name, prefix="gate.hardstand.dev")  # noqa: E731 - named for the reader
    return eventually(found, f"the audit log's entry for {name}")


def test_a_privileged_pod_is_refused_with_the_message_and_the_audit_log_tells(
    gate: Gate, gated_cluster: Cluster, space: Spaces
) -> None:
    namespace = space()
    done = create(gated_cluster, namespace, pod("agent", PRIVILEGED), check=False)
    assert done.returncode != 0
    assert done.stderr == (
        'Error from server (Forbidden): error when creating "STDIN": admission webhook "fail.gate.hardstand.dev" '
        f"denied the request: Hardstand refuses Pod {namespace}/agent, tier high: 1 finding blocks\n"
        "critical[privileged-container] spec.containers[name=app].securityContext.privileged: container app runs "
        "privileged. Fix: Remove `privileged: true` and add back only the capabilities that the program uses.\n"
        "To ask for an exception, propose `match: {control: privileged-container, kind: Pod, namespace: "
        f"{namespace}, name: agent}}` under `exceptions` in hardstand.yaml; alice may approve it\n"
    )
    assert gated_cluster.get("pods", "-n", namespace)["items"] == []
    told = audited(gated_cluster, namespace, "agent")
    assert (told["verdict"], told["mode"], told["tier"]) == ("denied", "enforce", "high")
    assert told["block"] == "privileged-container"
    (event,) = [one for one in gate.events() if (one["ref"]["namespace"], one["ref"]["kind"]) == (namespace, "Pod")]
    assert (event["verdict"], event["findings"][0]["id"]) == ("denied", told["findings"].partition(",")[0])


def test_a_deployment_is_admitted_with_a_warning_that_kubectl_prints(
    gate: Gate, gated_cluster: Cluster, space: Spaces
) -> None:
    namespace = space()
    done = create(gated_cluster, namespace, deployment("web", CONTAINER))
    assert done.stdout == "deployment.apps/web created\n"
    assert done.stderr == (
        "Warning: low[image-without-digest] spec.template.spec.containers[name=app].image: container app runs an image "
        "that no digest pins\n"
    )
    told = audited(gated_cluster, namespace, "web")
    assert (told["verdict"], told["warn"]) == ("admitted", "image-without-digest")


def test_an_excepted_workload_and_its_pods_run_and_the_audit_log_has_the_exception(
    gate: Gate, gated_cluster: Cluster, space: Spaces
) -> None:
    """Its controllers make its pods within milliseconds: the gate has to know the owner by then, or soon."""
    namespace = space()
    create(gated_cluster, namespace, deployment("agent", PRIVILEGED))
    assert audited(gated_cluster, namespace, "agent")["exceptions"] == "e1"
    pods = eventually(lambda: gated_cluster.get("pods", "-n", namespace)["items"], "the pod of the Deployment")
    told = audited(gated_cluster, namespace, pods[0]["metadata"]["name"])
    assert (told["verdict"], told["owner"]) == ("admitted", f"Deployment {namespace}/agent")
    assert told["exceptions"] == "e1"
    forged = pod("forged", PRIVILEGED)
    forged["metadata"]["ownerReferences"] = pods[0]["metadata"]["ownerReferences"]
    forged["metadata"]["labels"] = pods[0]["metadata"]["labels"]
    done = create(gated_cluster, namespace, forged, check=False)
    assert "Hardstand refuses Pod " in done.stderr
    assert "owner" not in audited(gated_cluster, namespace, "forged")
    assert not gate.heard("unexpected")


def test_what_the_gate_writes_is_said_and_leaves_no_trace_of_its_keys(gate: Gate, gated_cluster: Cluster) -> None:
    assert gate.heard("wrote ValidatingWebhookConfiguration hardstand-gate")
    assert not gate.heard("was gone")
    assert not gate.heard("PRIVATE KEY")
    (path,) = Path(gate.folder, "certificates").glob("certificates.json")
    assert path.stat().st_mode & 0o077 == 0
    names = gated_cluster.get("validatingwebhookconfigurations")["items"]
    assert [one["metadata"]["name"] for one in names] == ["hardstand-gate"]
