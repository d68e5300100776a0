"""A gate with the roles that are printed, and no more: it reads no Secrets, and tells so to whom it concerns."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import Gate, declare, gates, run
from tests.gate.test_cluster import CONTAINER, noted, pod

USER = "plain-gate"
NAMES = {"dangling-env-reference": "warn", "image-without-digest": "warn"}
BASELINE = {"modes": [{"mode": "off"}, *({"mode": mode, "control": one} for one, mode in NAMES.items())]}


@pytest.fixture
def kubeconfig(gated_cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Of somebody who has what `doctor` prints for the gate, word for word."""
    gated_cluster.namespace("hardstand")
    asked = ["doctor", "--verb", "gate", "--format", "role", "--kubeconfig", str(gated_cluster.kubeconfig)]
    roles = list(yaml.safe_load_all(run(*asked, folder=tmp_path).stdout))
    api, subject = "rbac.authorization.k8s.io", {"kind": "User", "name": USER}
    bindings = [
        {
            "apiVersion": one["apiVersion"],
            "kind": f"{one['kind']}Binding",
            "metadata": one["metadata"],
            "roleRef": {"apiGroup": api, "kind": one["kind"], "name": one["metadata"]["name"]},
            "subjects": [{**subject, "apiGroup": api}],
        }
        for one in roles
    ]
    gated_cluster.apply(*roles, *bindings)
    yield gated_cluster.kubeconfig_for(USER)
    gated_cluster.kubectl("delete", "clusterrole,clusterrolebinding", "hardstand-gate", "--ignore-not-found")
    gated_cluster.kubectl("delete", "namespace", "hardstand", "--timeout=90s")


def test_a_pod_that_names_a_secret_is_admitted_without_a_warning_about_it(
    gated_cluster: Cluster, kubeconfig: Path, space: Spaces, tmp_path: Path
) -> None:
    namespace = space()
    denied = gated_cluster.kubectl("auth", "can-i", "list", "secrets", "-n", namespace, as_user=USER, check=False)
    assert denied.stdout.strip() == "no"
    declare(tmp_path, BASELINE)
    key = {"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    sent = pod("web", {**CONTAINER, "env": [key]})
    gate = Gate(tmp_path, kubeconfig, certificates=False)
    with gates(gated_cluster, gate):
        create = ("create", "-n", namespace, "-f", "-")
        done = gated_cluster.kubectl(*create, input=json.dumps(sent))
        assert done.stdout == "pod/web created\n"
        assert "image-without-digest" in done.stderr
        assert "dangling-env-reference" not in done.stderr
        told = eventually(lambda: noted(gated_cluster, namespace, "web", prefix="gate.hardstand.dev"), "the audit log")
        assert (told["verdict"], told["warn"]) == ("admitted", "image-without-digest")
        assert told["undecided"] == "dangling-env-reference"
        (event,) = [one for one in gate.events() if (one["ref"]["namespace"], one["ref"]["kind"]) == (namespace, "Pod")]
        left = [one for one in event["findings"] if one["control"] == "dangling-env-reference"]
        assert [one["verdict"] for one in left] == ["unknown"]
        assert gate.metrics()['hardstand_gate_undecided_total{control="dangling-env-reference"}'] == 1
        said = [line for line in gate.said if "may not list Secret, " in line]
        assert len(said) == 1, "".join(gate.said)
        assert "dangling-env-reference" in said[0]
        assert "doctor --verb gate --with-secrets" in said[0]
        assert not gate.heard("unexpected|cannot")
        # What is written comes with the request, so that it is judged without a right to list any.
        account = {"kubernetes.io/service-account.name": "default"}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "token", "annotations": account},
            "type": "kubernetes.io/service-account-token",
        }
        declare(tmp_path, {"modes": [{"mode": "off"}, {"mode": "block", "control": "service-account-token-secret"}]})
        gate.hear("the baseline .* is held")
        refused = gated_cluster.kubectl(*create, input=json.dumps(secret), check=False)
        assert f"Hardstand refuses Secret {namespace}/token" in refused.stderr
