"""Scan, webhook and exported policy say the same, on a real API server, of every case that it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardstand.engine.native import is_about_pods
from tests.cluster.handle import Cluster
from tests.gate.agreeing import agreed, not_exportable
from tests.gate.api import Api
from tests.gate.differing import fitted
from tests.gate.policies import Policies
from tests.gate.scanning import UNKNOWN
from tests.gate.test_cases import EXPORTED
from tests.gate.test_many import DECLARED
from tests.gate.test_native import exported, many
from tests.gate.webhooks import NOT_GATED

BY_ID = {one.id: one for one in EXPORTED}
NEVER_REFUSED = ("deprecated-service-account-field", "unmasked-proc-mount")
"""Kubernetes 1.36 mends what the first finds, and refuses what the second finds."""


@pytest.fixture
def api(cluster: Cluster) -> Iterator[Api]:
    made = Api(cluster.kubeconfig)
    yield made
    made.close()


@pytest.fixture
def policies(api: Api, namespace: str) -> Iterator[Policies]:
    with Policies(api, namespace) as found:
        yield found


def test_scan_webhook_and_policies_agree_on_every_case(
    api: Api, namespace: str, policies: Policies, tmp_path: Path
) -> None:
    """Printed with `-s`: controls and cases, what could not be compared, and the controls that cannot be exported."""
    out = agreed(api, namespace, policies, tmp_path)
    print(f"\nscan, webhook and policies: {out.told}\n{not_exportable()}")
    if out.differ:
        pytest.fail("\n".join(out.differ), pytrace=False)
    one_sided = sorted(one.id for one in EXPORTED if len(out.sides[one.id]) < 2)
    assert one_sided == sorted(NEVER_REFUSED), "each control needs a case that is refused, and one that is admitted"
    allowed = (f"scan {UNKNOWN}, malformed-field; webhook admits; ", f"scan admits; webhook {NOT_GATED}; ")
    assert [one for one in out.open.items() if not one[1].startswith(allowed)] == [], "unknown warns, the rest is gated"


def large(containers: int) -> dict[str, Any]:
    """A pod of many containers with long lists, that no control finds much wrong with: everything is walked through."""
    volumes = [{"name": f"v{at}", "hostPath": {"path": f"/data//of/{at}"}} for at in range(20)]
    one = {
        "image": "registry.example.com/team/service/app:1.2.3@sha256:" + "a" * 64,
        "command": ["/bin/app", *(f"--option-{at}=value" for at in range(20))],
        "env": [{"name": f"NAME_{at}", "value": "some value of it"} for at in range(30)],
        "volumeMounts": [{"name": f"v{at}", "mountPath": f"/mnt/{at}", "readOnly": True} for at in range(20)],
        "livenessProbe": {"exec": {"command": ["/bin/probe", "--quick"]}},
        "securityContext": {"capabilities": {"drop": ["ALL"]}, "privileged": False},
    }
    # Each port once: of others the server warns itself, and all warnings of an answer share 4,096 characters.
    ports = [
        [{"name": f"p-{at}-{n}", "containerPort": 2000 + 10 * at + n} for n in range(10)] for at in range(containers)
    ]
    several = [{**one, "name": f"c{at}", "ports": ports[at]} for at in range(containers)]
    spec = {"containers": several, "volumes": volumes}
    metadata = {"name": "large", "labels": {f"label-{at}": "value" for at in range(30)}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_a_large_pod_stays_within_what_an_expression_may_cost(api: Api, namespace: str, policies: Policies) -> None:
    labels = {one.id: policies.add(one, {"parameters": DECLARED.get(one.id, {})}) for one in EXPORTED}
    (excepting,) = (one for one in exported(many(300)).enforced if one.policy.control == "privileged-container")
    label = policies.hold(excepting.policy)
    policies.settle()
    sent = fitted(large(60), namespace)
    assert not policies.refuses(sent, label)
    sent["spec"]["containers"][59]["securityContext"] = {"privileged": True}
    assert policies.refuses(sent, label)
    assert not policies.refuses({**sent, "metadata": {"name": "agent-299-x"}}, label)
    about = [label for one, label in labels.items() if label and is_about_pods(BY_ID[one])]
    assert len(about) > 60
    refused = sum(api.all(lambda label: policies.refuses(sent, label), about))
    assert 0 < refused < len(about)
