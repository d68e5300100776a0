"""The manifests and the chart under deploy/: what they come to, and that the gate passes its own scan."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.cli import gate_serve, watch
from hardstand.cli.main import _Parser
from hardstand.gate.hooks import CONFIGURATION, SERVICE, TAKE_AWAY
from hardstand.sources import helm
from hardstand.wiring.gating.installing import SECRET
from tests.deploy.manifests import (
    CHART,
    DEPLOY,
    IMAGE,
    MANIFESTS,
    ROOT,
    Object,
    chart,
    hardstand,
    plain,
    pod_of,
    scanned,
)

WATCH = MANIFESTS / "watch"
EVERYTHING = ("namespace.create=true", "watch.enabled=true", "podMonitor.enabled=true")


@pytest.mark.parametrize("verb", ["gate", "watch"])
def test_the_rights_are_what_doctor_computes(verb: str, tmp_path: Path) -> None:
    computed = list(yaml.safe_load_all(hardstand("doctor", "--verb", verb, "--format", "role", cwd=tmp_path)))
    folder = {"gate": MANIFESTS, "watch": WATCH}[verb]
    message = f"make it again: hardstand doctor --verb {verb} --format role"
    assert list(yaml.safe_load_all((folder / "roles.yaml").read_text())) == computed, message
    assert (CHART / "roles" / f"{verb}.yaml").read_text() == (folder / "roles.yaml").read_text()
    assert {word for rule in computed[0]["rules"] if "resourceNames" not in rule for word in rule["verbs"]} == {
        "list",
        "watch",
    }
    kinds = {
        (group, name) for rule in computed[0]["rules"] for group in rule["apiGroups"] for name in rule["resources"]
    }
    assert ("apps", "deployments") in kinds
    assert not any(group.endswith(("config.k8s.io", "hardstand.dev")) for group, _ in kinds), "no server keeps these"


@pytest.mark.parametrize("verb", ["gate", "watch"])
def test_secrets_are_read_by_whom_somebody_lets(verb: str, tmp_path: Path) -> None:
    asked = hardstand("doctor", "--verb", verb, "--with-secrets", "--format", "role", cwd=tmp_path)
    given = chart("watch.enabled=true", f"{verb}.readSecrets=true")
    for one in yaml.safe_load_all(asked):
        assert given[f"{one['kind']}/hardstand-{verb}"]["rules"] == one["rules"]
    for name in ("ClusterRole/hardstand-gate", "ClusterRole/hardstand-watch"):
        reads = any(right(rule, "secrets", "list") for rule in given[name]["rules"])
        assert reads is name.endswith(verb), name
        assert not any(right(rule, "secrets", "list") for rule in plain(MANIFESTS, WATCH)[name]["rules"]), name
    settings = [word for one in (*IMAGE, f"{verb}.readSecrets=true", *EVERYTHING) for word in ("--set", one)]
    run = scanned(str(CHART), "--namespace", "hardstand", *settings, cwd=tmp_path)
    assert found_in(run) == {
        (control, f"hardstand-{verb}") for control in ("secret-reading-right", "secrets-readable-everywhere")
    }


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="no kustomize here")
def test_the_patch_that_the_guide_shows_lets_the_gate_read_secrets(tmp_path: Path) -> None:
    _, patch = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "install.md").read_text(), re.DOTALL)
    shutil.copytree(MANIFESTS, tmp_path / "manifests")
    (tmp_path / "kustomization.yaml").write_text(f"resources: [manifests]\n{patch}")
    assert found_in(scanned(".", cwd=tmp_path)) == {
        ("secret-reading-right", "hardstand-gate"),
        ("secrets-readable-everywhere", "hardstand-gate"),
    }


def right(rule: Mapping[str, Any], resource: str, verb: str) -> bool:
    return resource in rule["resources"] and verb in rule["verbs"]


def test_what_the_gate_writes_is_named_alike_everywhere() -> None:
    objects = plain(MANIFESTS)
    (hooks,) = [rule for rule in objects["ClusterRole/hardstand-gate"]["rules"] if "resourceNames" in rule]
    (secret,) = [rule for rule in objects["Role/hardstand-gate"]["rules"] if "resourceNames" in rule]
    assert (hooks["resourceNames"], secret["resourceNames"]) == ([CONFIGURATION], [SECRET])
    for kind in ("ClusterRole", "Role"):
        binding = objects[f"{kind}Binding/hardstand-gate"]
        assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) == (kind, "hardstand-gate")
    assert f"Service/{SERVICE}" in objects


def found_in(run: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one["control"], one["object"]["name"]) for one in run["findings"]}


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="no kustomize here")
@pytest.mark.parametrize("complete", [True, False])
def test_the_gate_passes_its_own_scan(complete: bool, tmp_path: Path) -> None:
    run = scanned(str(MANIFESTS), *(["--complete"] if complete else []), cwd=tmp_path)
    assert found_in(run) == set()
    assert run["summary"]["objects"] == len(plain(MANIFESTS, WATCH))
    assert run["summary"]["controls"] > 200
    assert run["summary"]["pass"] > 200


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="no kustomize here")
def test_the_scan_would_find_what_is_wrong_with_them(tmp_path: Path) -> None:
    copy = tmp_path / "manifests"
    shutil.copytree(MANIFESTS, copy)
    for file in (copy / "deployment.yaml", copy / "watch" / "deployment.yaml"):
        file.write_text(file.read_text().replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"))
    assert found_in(scanned(str(copy), cwd=tmp_path)) == {
        ("writable-root-filesystem", "hardstand-gate"),
        ("writable-root-filesystem", "hardstand-watch"),
    }


@pytest.mark.parametrize("complete", [True, False])
def test_the_chart_passes_its_own_scan(complete: bool, tmp_path: Path) -> None:
    settings = [word for one in (*IMAGE, *EVERYTHING) for word in ("--set", one)]
    settings += ["--complete"] if complete else []
    run = scanned(str(CHART), "--namespace", "hardstand", *settings, cwd=tmp_path)
    assert found_in(run) == set()
    assert run["summary"]["objects"] == len(plain(MANIFESTS, WATCH)) + 1  # The PodMonitor.


def without_release(one: Object) -> Object:
    """An object without the labels by which helm knows a release, and without its image."""
    labels = one["metadata"].get("labels", {})
    for name in ("helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/instance"):
        labels.pop(name, None)
    if one["kind"] in ("ClusterRole", "Role"):
        one["metadata"].pop("labels", None)  # What doctor prints has none.
    if one["kind"] == "Deployment":
        for container in one["spec"]["template"]["spec"]["containers"]:
            container.pop("image")
            container["args"] = sorted(container["args"])
    return one


def test_the_chart_is_what_the_manifests_are() -> None:
    rendered, written = chart("namespace.create=true", "watch.enabled=true"), plain(MANIFESTS, WATCH)
    assert rendered.keys() == written.keys()
    for name, one in written.items():
        assert without_release(rendered[name]) == without_release(one), name


@pytest.mark.parametrize(
    ("settings", "namespace", "words"),
    [
        (("image.digest=",), "hardstand", "image.digest is needed"),
        (("image.repository=",), "hardstand", "no image is published"),
        (("image.digest=latest",), "hardstand", "digest"),
        ((), "elsewhere", "the release is in namespace elsewhere, and the baseline says gate.namespace: hardstand"),
        (("baseline=gate: {namespace: other}",), "hardstand", "the baseline says gate.namespace: other"),
        (("baseline=a: [",), "hardstand", "baseline cannot be read"),
        (("gate.replica=3",), "hardstand", "replica"),
    ],
)
def test_the_chart_refuses_what_could_not_work(settings: tuple[str, ...], namespace: str, words: str) -> None:
    found = helm.render(str(CHART), (), (*IMAGE, *settings), namespace)
    assert isinstance(found, helm.Failure)
    assert words in found.message


def test_values_reach_what_they_are_for() -> None:
    objects = chart(
        "gate.replicas=3",
        "gate.priorityClassName=ours",
        "gate.startupSeconds=60",
        "clusterName=prod-eu-1",
        "gate.extraArgs={--keep=0.1}",
        "apiServer.cidrs={10.0.0.0/28}",
        "apiServer.from={10.0.0.0/28,10.1.0.0/28}",
        "apiServer.ports={6443}",
        "image.pullSecrets[0].name=registry",
    )
    pod = pod_of(objects, "hardstand-gate")
    (container,) = pod["containers"]
    assert objects["Deployment/hardstand-gate"]["spec"]["replicas"] == 3
    assert (pod["priorityClassName"], pod["imagePullSecrets"]) == ("ours", [{"name": "registry"}])
    assert container["startupProbe"]["failureThreshold"] == 12
    assert container["args"][-2:] == ["--cluster-name=prod-eu-1", "--keep=0.1"]
    rules = objects["ClusterRole/hardstand-gate"]["rules"]
    assert not any("secrets" in rule["resources"] for rule in rules)
    assert any("configmaps" in rule["resources"] for rule in rules)
    assert all("secrets" in rule["resources"] for rule in objects["Role/hardstand-gate"]["rules"])
    policy = objects["NetworkPolicy/hardstand-gate"]["spec"]
    assert policy["egress"][0] == {
        "ports": [{"port": 6443, "protocol": "TCP"}],
        "to": [{"ipBlock": {"cidr": "10.0.0.0/28"}}],
    }
    assert [one["ipBlock"]["cidr"] for one in policy["ingress"][0]["from"]] == ["10.0.0.0/28", "10.1.0.0/28"]
    assert "Deployment/hardstand-watch" not in objects
    assert "PodMonitor/hardstand-gate" not in objects


def test_the_commands_are_those_of_this_version() -> None:
    objects = plain(MANIFESTS, WATCH)
    for name, module, skipped in (("hardstand-gate", gate_serve, 2), ("hardstand-watch", watch, 1)):
        (container,) = pod_of(objects, name)["containers"]
        parser: Any = _Parser(prog=name)
        module.add_arguments(parser)
        parsed = parser.parse_args(container["args"][skipped:])
        mounts = {one["mountPath"]: one for one in container["volumeMounts"]}
        assert mounts[str(Path(parsed.baseline).parent)]["name"] == "baseline"
    (container,) = pod_of(objects, "hardstand-gate")["containers"]
    assert container["args"][:2] == ["gate", "serve"]
    assert [one["containerPort"] for one in container["ports"]] == [8443]


def test_the_baseline_that_is_shipped_is_one_and_refuses_nothing(tmp_path: Path) -> None:
    text = plain(MANIFESTS)["ConfigMap/hardstand-baseline"]["data"]["hardstand.yaml"]
    (tmp_path / "hardstand.yaml").write_text(text)
    (tmp_path / "pod.yaml").write_text(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: [{name: c, image: x}]}}"
    )
    run = scanned("pod.yaml", cwd=tmp_path)
    assert (run["summary"]["block"], run["baseline"]["path"]) == (0, "hardstand.yaml")
    assert run["summary"]["warn"] > 0
    plan = hardstand("gate", "plan", cwd=tmp_path)
    assert "refuses: nothing" in plan
    assert "refused" not in plan, "nor is anything refused while the gate is down"


def test_the_image_takes_what_is_pinned_and_runs_without_rights() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--require-hashes --only-binary :all: --requirement requirements/runtime.txt" in text
    assert re.findall(r"(?m)^FROM (\S+)", text) == ["${BASE}", "${BASE}"]
    assert re.search(r"(?m)^ARG BASE$", text)
    user = re.search(r"(?m)^USER (\d+):(\d+)$", text)
    assert user is not None
    for name in ("hardstand-gate", "hardstand-watch"):
        security = pod_of(plain(MANIFESTS, WATCH), name)["securityContext"]
        assert (security["runAsUser"], security["runAsGroup"]) == (int(user[1]), int(user[2]))


def test_how_to_take_a_gate_away_is_said_alike_everywhere(tmp_path: Path) -> None:
    command = TAKE_AWAY
    assert f"    {command}\n" in (ROOT / "docs" / "install.md").read_text()
    assert f"  {command}\n" in (CHART / "templates" / "NOTES.txt").read_text()
    assert f" {command}\n" in hardstand("gate", "plan", cwd=tmp_path)
    assert f"ClusterRoleBinding/{CONFIGURATION}" in plain(MANIFESTS)


def test_the_guide_names_what_is_there() -> None:
    guide = (ROOT / "docs" / "install.md").read_text()
    for path in re.findall(r"\]\(([^)#:]+)", guide):
        assert (ROOT / "docs" / path).exists(), path
    for name in re.findall(r"(?<![/\w])deploy/[\w/.-]+\w", guide):
        assert (ROOT / name).exists(), name
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    for first, second in re.findall(r"\b(image|gate|watch|apiServer|podMonitor)\.(\w+)", guide):
        # The others are this guide's neighbour, and a key of the baseline.
        assert second in values[first] or (first, second) in (("gate", "md"), ("gate", "namespace")), (first, second)
