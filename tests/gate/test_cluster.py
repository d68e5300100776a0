"""The gate at a real API server, asked by kubectl: what people see, and what the audit log keeps."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.handling import Validating
from hardstand.gate.hooks import configuration, hooks
from hardstand.gate.kinds import gated
from hardstand.gate.review import Reviewer
from hardstand.ledger.journal import Journal, events
from tests.baseline.making import TODAY, baseline_of, exception
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.webhook import served

CONTAINER: dict[str, Any] = {"name": "app", "image": "registry.example/app:1"}
PRIVILEGED = {**CONTAINER, "securityContext": {"privileged": True}}


@dataclass
class Gate:
    """A gate that is asked about one namespace alone, since all tests of a run share the cluster."""

    cluster: Cluster
    namespace: str
    journal: Path
    serve: Validating
    live: Live
    name: str
    down: bool = False
    seen: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """A picture is not for several threads at once."""

    def __call__(self, data: bytes) -> tuple[int, bytes]:
        if self.down:
            return 503, b"{}"
        with self.lock:
            reply = self.serve(data)
        self.seen.append(reply.status)
        return reply.status, reply.body

    def create(self, one: dict[str, Any], *more: str, **how: Any) -> Any:
        return self.cluster.kubectl("create", "-n", self.namespace, *more, "-f", "-", input=json.dumps(one), **how)

    def put(self, kind: str, name: str, path: str) -> None:
        """Put an object into the picture, as a watch would."""
        data = self.cluster.get(f"{kind}/{name}", "-n", self.namespace)
        with self.lock:
            self.live.put(Page(f"cluster:{path}", json.dumps(data).encode(), live=True))

    def audited(self, name: str, verb: str = "create") -> dict[str, str]:
        """What the audit log keeps of a request, without the webhook's name before each key."""

        found = lambda: noted(self.cluster, self.namespace, name, verb, self.name)  # noqa: E731 - named for the reader
        return eventually(found, f"the audit log's entry for {name}")


def noted(cluster: Cluster, namespace: str, name: str, verb: str = "create", prefix: str = "") -> dict[str, str]:
    """What the audit log has of a request under webhooks whose names end with `prefix`; nothing where it has none."""
    for entry in cluster.audited(objectRef__namespace=namespace, verb=verb):
        notes = [(*key.rpartition("/")[::2], value) for key, value in entry.get("annotations", {}).items()]
        ours = {key: value for webhook, key, value in notes if webhook.endswith(prefix)}
        if ours and name in (entry["objectRef"].get("name"), _named(entry)):
            return ours
    return {}


def _named(entry: dict[str, Any]) -> str:
    """The name of what was sent, or made, as an entry of the audit log has it."""
    objects = (entry.get("requestObject"), entry.get("responseObject"))
    return next((name for one in objects if one and (name := one.get("metadata", {}).get("name"))), "")


Made = Callable[..., Gate]


@pytest.fixture
def gate(cluster: Cluster, namespace: str, tmp_path: Path) -> Iterator[Made]:
    """Makes a gate by a baseline, installed as it is planned but for where it is and what it is asked about."""
    with served(tmp_path, (handlers := {})) as (url, bundle):  # type: ignore[var-annotated]

        def make(**declared: Any) -> Gate:
            baseline, controls = baseline_of(declared), catalog.load()
            live = Live(controls, Settings(baseline=baseline, cluster="test", today=TODAY))
            serve = Validating(Reviewer(live, controls), Journal(tmp_path / "journal"))
            (hook, *_) = hooks(baseline.gate, {})
            made = configuration(baseline.gate, [hook], gated(controls, baseline.customs).resources)
            made["metadata"]["name"] = f"hardstand-{namespace}"
            (webhook,) = made["webhooks"]
            webhook["clientConfig"] = {"url": f"{url}/validate", "caBundle": bundle}
            of_ours = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": [namespace]}
            webhook["namespaceSelector"]["matchExpressions"].append(of_ours)
            found = Gate(cluster, namespace, tmp_path / "journal", serve, live, webhook["name"])
            handlers["/validate"] = found
            cluster.apply(made)
            probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "probe-"}}

            def asked() -> bool:
                found.create(probe, "--dry-run=server", check=False)
                return bool(found.seen)

            eventually(asked, "the API server to ask the webhook")
            return found

        yield make
        cluster.kubectl("delete", "validatingwebhookconfiguration", f"hardstand-{namespace}", "--ignore-not-found")


def pod(name: str, *containers: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": list(containers)}}


def deployment(name: str, container: dict[str, Any]) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


BLOCKED: list[dict[str, Any]] = [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}]


def test_a_privileged_pod_is_refused_with_the_message_and_the_audit_log_tells(gate: Made, namespace: str) -> None:
    made = gate(modes=BLOCKED, approvers={"high": ["ann"], "critical": ["ann"]})
    done = made.create(pod("agent", PRIVILEGED), check=False)
    assert done.returncode != 0
    assert done.stderr == (
        'Error from server (Forbidden): error when creating "STDIN": admission webhook "fail.gate.hardstand.dev" '
        f"denied the request: Hardstand refuses Pod {namespace}/agent, tier high: 1 finding blocks\n"
        "critical[privileged-container] spec.containers[name=app].securityContext.privileged: container app runs "
        "privileged. Fix: Remove `privileged: true` and add back only the capabilities that the program uses.\n"
        "To ask for an exception, propose `match: {control: privileged-container, kind: Pod, namespace: "
        f"{namespace}, name: agent}}` under `exceptions` in hardstand.yaml; ann may approve it\n"
    )
    told = made.audited("agent")
    assert (told["verdict"], told["mode"], told["tier"]) == ("denied", "enforce", "high")
    assert told["block"] == "privileged-container"
    (event,) = events(made.journal)
    assert isinstance(event, dict)
    assert (event["verdict"], event["findings"][0]["id"]) == ("denied", told["findings"])


def test_a_deployment_is_admitted_with_a_warning_that_kubectl_prints(gate: Made) -> None:
    made = gate(modes=[{"mode": "off"}, {"mode": "warn", "control": "image-without-digest"}])
    done = made.create(deployment("web", CONTAINER))
    assert done.stdout == "deployment.apps/web created\n"
    assert done.stderr == (
        "Warning: low[image-without-digest] spec.template.spec.containers[name=app].image: container app runs an image "
        "that no digest pins\n"
    )
    assert made.audited("web")["warn"] == "image-without-digest"


def test_an_excepted_workload_runs_and_the_audit_log_has_the_exception(gate: Made, namespace: str) -> None:
    """Its pods too, which its controllers make; and nobody else's that say that they are its."""
    declared = exception(match={"kind": "Deployment", "name": "agent", "namespace": namespace})
    made = gate(modes=BLOCKED, exceptions=[declared])
    one = deployment("agent", PRIVILEGED)
    made.create({**one, "spec": {**one["spec"], "replicas": 0}})
    assert made.audited("agent")["exceptions"] == "e1"
    apps = f"/apis/apps/v1/namespaces/{namespace}"
    made.put("deployment", "agent", f"{apps}/deployments/agent")
    sets = eventually(
        lambda: made.cluster.get("replicasets", "-n", namespace)["items"], "the ReplicaSet of the Deployment"
    )
    name = sets[0]["metadata"]["name"]
    made.put("replicaset", name, f"{apps}/replicasets/{name}")
    made.cluster.kubectl("scale", "deployment/agent", "--replicas=1", "-n", namespace)
    pods = eventually(lambda: made.cluster.get("pods", "-n", namespace)["items"], "its pod")
    found = pods[0]
    told = made.audited(found["metadata"]["name"])
    assert (told["verdict"], told["owner"], told["exceptions"]) == ("admitted", f"Deployment {namespace}/agent", "e1")
    forged = pod("forged", PRIVILEGED)
    forged["metadata"]["ownerReferences"] = found["metadata"]["ownerReferences"]
    forged["metadata"]["labels"] = found["metadata"]["labels"]
    done = made.create(forged, check=False)
    assert "Hardstand refuses Pod " in done.stderr
    assert "owner" not in made.audited("forged")


def test_a_dry_run_is_refused_alike_and_leaves_no_trace(gate: Made) -> None:
    made = gate(modes=BLOCKED)
    done = made.create(pod("agent", PRIVILEGED), "--dry-run=server", check=False)
    assert "Hardstand refuses Pod " in done.stderr
    assert list(events(made.journal)) == []


def test_what_was_there_before_can_be_scaled_and_deleted_and_its_bookkeeping_kept(
    gate: Made, cluster: Cluster, namespace: str
) -> None:
    cluster.apply(deployment("old", PRIVILEGED), namespace=namespace)
    eventually(lambda: cluster.get("pods", "-n", namespace)["items"], "its pod")
    made = gate(modes=BLOCKED)
    cluster.kubectl("scale", "deployment/old", "--replicas=0", "-n", namespace)
    cluster.kubectl("annotate", "deployment/old", "kubernetes.io/change-cause=tried", "-n", namespace)
    done = cluster.kubectl("set", "image", "deployment/old", "app=registry.example/app:2", "-n", namespace, check=False)
    assert "Hardstand refuses Deployment " in done.stderr
    cluster.kubectl("delete", "deployment/old", "--wait=false", "-n", namespace)
    eventually(lambda: not cluster.get("deployments", "-n", namespace)["items"], "the Deployment to go")
    assert set(made.seen) == {200}


def test_an_ephemeral_container_is_judged(gate: Made, cluster: Cluster, namespace: str) -> None:
    made = gate(modes=BLOCKED)
    made.create(pod("web", CONTAINER))
    patch = json.dumps({"spec": {"ephemeralContainers": [{**PRIVILEGED, "name": "debug"}]}})
    command = ["patch", "pod/web", "-n", namespace, "--subresource=ephemeralcontainers", "-p", patch]
    done = cluster.kubectl(*command, check=False)
    assert "spec.ephemeralContainers[name=debug].securityContext.privileged" in done.stderr


def test_many_warnings_come_whole_and_the_most_severe_first(gate: Made) -> None:
    made = gate(modes=[{"mode": "warn"}])
    many = [{**PRIVILEGED, "name": f"container-with-a-long-name-{number:02}"} for number in range(20)]
    done = made.create(pod("many", *many))
    lines = [one.removeprefix("Warning: ") for one in done.stderr.splitlines()]
    assert lines[0].startswith("critical[privileged-container] ")
    assert lines[-1].startswith("Hardstand: and 15 critical, ")
    assert len(lines) == 6
    assert not any(one.endswith("…") for one in lines[:-1])


def test_when_it_is_down_the_failure_policy_decides_and_other_namespaces_go_on(
    gate: Made, cluster: Cluster, namespace: str
) -> None:
    made = gate(modes=BLOCKED)
    made.down = True
    done = made.create(pod("web", CONTAINER), check=False)
    assert 'failed calling webhook "fail.gate.hardstand.dev"' in done.stderr
    other = cluster.namespace(f"{namespace}-other")
    cluster.apply(pod("web", CONTAINER), namespace=other)
    cluster.kubectl("delete", "namespace", other, "--wait=false")
    made.down = False
    made.create(pod("web", CONTAINER))


def test_in_an_emergency_kubectl_says_so_and_breaking_the_glass_passes(gate: Made, cluster: Cluster) -> None:
    made = gate(modes=BLOCKED, gate={"emergency": "warn", "break_glass": {"groups": ["system:masters"]}})
    done = made.create(pod("agent", PRIVILEGED))
    assert done.stderr.startswith("Warning: Hardstand: ")
    assert "may break the glass, and this is recorded; 1 finding would have blocked" in done.stderr
    assert made.audited("agent")["mode"] == "break-glass"
    (event,) = events(made.journal)
    assert isinstance(event, dict)
    assert (event["verdict"], event["mode"]) == ("admitted", "break-glass")
