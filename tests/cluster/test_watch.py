"""`hardstand watch` on a real API server that is killed and comes back while objects change."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from hardstand.engine import catalog
from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually

Event = dict[str, Any]


class Watch:
    """A watch that runs, and what it has told."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.events: list[Event] = []
        self.open: dict[str, Event] = {}
        self.wrong: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            self.events.append(event)
            found = event.get("finding")
            if event["event"] == "opened":
                if found["id"] in self.open:
                    self.wrong.append(f"opened twice: {found['id']}")
                self.open[found["id"]] = found
            elif event["event"] == "closed" and self.open.pop(found["id"], None) is None:
                self.wrong.append(f"closed what was not open: {found['id']}")

    def told(self, kind: str, control: str = "", name: str = "") -> list[Event]:
        return [
            one
            for one in list(self.events)
            if one["event"] == kind
            and (not control or one["finding"]["control"] == control)
            and (not name or one["finding"]["object"]["name"] == name)
        ]


WIDE = {one.id for one in catalog.load() if one.wide}


@contextmanager
def watching(cluster: Cluster, *arguments: str) -> Iterator[Watch]:
    command = [sys.executable, "-m", "hardstand", "watch", "--kubeconfig", str(cluster.kubeconfig), "--format", "json"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Watch(process)
        finally:
            process.terminate()
            assert process.wait(30) == 0


def scanned(cluster: Cluster, *arguments: str) -> dict[str, Event]:
    command = [sys.executable, "-m", "hardstand", "scan", "--cluster", "--kubeconfig", str(cluster.kubeconfig)]
    done = subprocess.run([*command, "--format", "json", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    # What asks about the whole network is left to scans.
    return {one["id"]: one for one in json.loads(done.stdout)["findings"] if one["control"] not in WIDE}


def contracts() -> Validator:
    """What each event must be, by the published contracts."""
    spec = Path(__file__).parents[2] / "spec"
    run, watch = (json.loads((spec / f"{name}.v1.schema.json").read_text()) for name in ("run", "watch"))
    known = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in (run, watch)])
    return Draft202012Validator(watch, registry=known)


def deployment(name: str, *, privileged: bool) -> dict[str, Any]:
    container = {"name": "web", "image": "registry.example/web:1", "securityContext": {"privileged": privileged}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def agrees(cluster: Cluster, watch: Watch) -> Callable[[], bool]:
    def check() -> bool:
        one, other = set(watch.open), set(scanned(cluster))
        return one == other and bool(one)

    return check


def test_nothing_is_missed_and_nothing_repeated_through_a_crash(
    own_cluster: Callable[[Options], Cluster], tmp_path: Path
) -> None:
    cluster = own_cluster(Options(nodes=1))
    cluster.namespace("shop")
    cluster.apply(deployment("before", privileged=True))
    record, pulse = tmp_path / "watch.jsonl", tmp_path / "pulse"
    pulse.touch()  # Of an earlier life.
    arguments = ("--all", "--record", str(record), "--reconcile", "3600", "--pulse", str(pulse))
    with watching(cluster, *arguments) as watch:
        eventually(lambda: watch.told("begun"), "the beginning")
        assert watch.told("opened", "privileged-container", "before")

        cluster.apply(deployment("web", privileged=True))
        eventually(lambda: watch.told("opened", "privileged-container", "web"), "the fault")
        cluster.apply(deployment("web", privileged=False))
        eventually(lambda: watch.told("closed", "privileged-container", "web"), "its end")

        cluster.stop_apiserver(kill=True)
        eventually(lambda: watch.told("broken"), "that the connection is lost")
        before = pulse.stat().st_mtime_ns
        eventually(lambda: pulse.stat().st_mtime_ns > before, "a pulse, although nobody answers")
        cluster.start_apiserver()
        for number in range(8):
            cluster.apply(deployment(f"during-{number}", privileged=True))
        cluster.kubectl("delete", "deployment", "before", "-n", "shop")
        cluster.restart_apiserver(kill=True)
        for number in range(8, 12):
            cluster.apply(deployment(f"during-{number}", privileged=True))
        for number in range(12):
            eventually(
                lambda number=number: watch.told("opened", "privileged-container", f"during-{number}"),  # type: ignore[misc]
                f"what was made around the crash: {number}",
            )
        eventually(lambda: watch.told("closed", "privileged-container", "before"), "what was removed around the crash")
        eventually(agrees(cluster, watch), "the same as a scan")
        assert watch.wrong == []
        for number in range(12):
            assert len(watch.told("opened", "privileged-container", f"during-{number}")) == 1
        assert watch.told("resumed")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert lines == watch.events
    contract = contracts()
    for line in lines:
        contract.validate(line)


def test_a_namespace_and_what_may_not_be_listed(cluster: Cluster, namespace: str) -> None:
    who = cluster.kubeconfig_for("watcher-of-" + namespace)
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]}]
    cluster.apply(
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}, "rules": rules},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "r"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
            "subjects": [{"kind": "User", "name": "watcher-of-" + namespace}],
        },
        namespace=namespace,
    )
    with watching(cluster, "-n", namespace, "--kubeconfig", str(who), "--all") as watch:
        eventually(lambda: watch.told("begun"), "the beginning")
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "odd"}}
        container = {"name": "c", "image": "i", "securityContext": {"privileged": True}}
        cluster.apply({**pod, "spec": {"containers": [container]}}, namespace=namespace)
        eventually(lambda: watch.told("opened", "privileged-container", "odd"), "the fault")
        assert {one["finding"]["why"] for one in watch.told("opened", name="*")} == {"may-not-list"}
        assert watch.wrong == []


def test_with_the_role_that_is_printed_what_needs_secrets_is_told_once(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    who = f"watcher-without-secrets-{namespace}"
    asked = [sys.executable, "-m", "hardstand", "doctor", "--verb=watch", "--format=role"]
    printed = subprocess.run(
        [*asked, "--kubeconfig", str(cluster.kubeconfig)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    (role,) = yaml.safe_load_all(printed.stdout)
    role["metadata"]["name"] = who
    kind = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": who}
    subjects = [{"apiGroup": kind["apiGroup"], "kind": "User", "name": who}]
    binding = {key: value for key, value in role.items() if key != "rules"}
    cluster.apply(role, {**binding, "kind": "ClusterRoleBinding", "roleRef": kind, "subjects": subjects})
    key = {"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    cluster.apply({**pod, "spec": {"containers": [{"name": "c", "image": "i", "env": [key]}]}}, namespace=namespace)
    rights = ("--kubeconfig", str(cluster.kubeconfig_for(who)), "--all", "--reconcile", "5")
    try:
        with watching(cluster, *rights) as watch:
            eventually(lambda: len(watch.told("reconciled")) > 2, "fresh lists, several times")
            every = [one["finding"] for one in watch.told("opened", name="*")]
            assert {(one["object"]["kind"], one["why"]) for one in every} == {("Secret", "may-not-list")}
            assert len({one["control"] for one in every}) == len(every)
            assert "service-account-token-secret" in {one["control"] for one in every}
            (left,) = [
                one["finding"]
                for one in watch.told("opened", "dangling-env-reference", "web")
                if one["finding"]["object"]["namespace"] == namespace
            ]
            assert (left["verdict"], left["why"]) == ("unknown", "may-not-list")
            assert not watch.told("closed", name="*")
            assert watch.wrong == []
    finally:
        cluster.kubectl("delete", "clusterrole,clusterrolebinding", who, "--ignore-not-found")


def test_where_nobody_answers_it_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: t}}]\n"
        "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]\n"
    )
    command = [sys.executable, "-m", "hardstand", "watch", "--kubeconfig", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_pod_is_told_as_one_paragraph_and_recorded_event_by_event(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    record = tmp_path / "watch.jsonl"
    command = [sys.executable, "-m", "hardstand", "watch", "--kubeconfig", str(cluster.kubeconfig), "-n", namespace]
    with subprocess.Popen([*command, "--record", str(record)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "watching" in process.stdout.readline()
            container = {"name": "a", "image": "a:1", "securityContext": {"privileged": True}}
            spec = {"containers": [container], "hostPID": True}
            cluster.apply(
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad"}, "spec": spec}, namespace=namespace
            )
            head = process.stdout.readline()
            while f"Pod {namespace}/bad" not in head:
                head = process.stdout.readline()
            below = process.stdout.readline()
        finally:
            process.terminate()
            assert process.wait(30) == 0
    told = re.search(r"\+ Pod \S+/bad: (\d+) opened", head)
    assert told is not None
    assert "+ critical[privileged-container] container a runs privileged" in below
    events = [json.loads(line) for line in record.read_text().splitlines()]
    opened = [one["finding"] for one in events if one["event"] == "opened"]
    assert len([one for one in opened if one["object"]["name"] == "bad"]) >= int(told[1]) > 10
