"""`hardstand gate plan`: what would be installed, and how it behaves."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hardstand.engine import catalog
from hardstand.gate.hooks import Tiers
from hardstand.gate.plan import GatePlan, as_json, as_text, planned
from hardstand.model.tier import Tier
from tests.baseline.making import TODAY, baseline_of, exception, pod, written

EXAMPLES = Path(__file__).parents[2] / "examples"
TIERS: Tiers = {"shop": Tier.CRITICAL, "batch": Tier.LOW, "tools": Tier.MEDIUM, "empty": None, "kube-system": Tier.HIGH}


def plan(declared: dict[str, Any], tiers: Tiers = TIERS, today: date = TODAY) -> GatePlan:
    return planned(baseline_of(declared), catalog.load(), tiers, today)


def webhooks(made: GatePlan) -> dict[str, Any]:
    return {one["name"]: one for one in made.configuration["webhooks"]}


def selected(webhook: dict[str, Any], namespace: str) -> bool:
    """As the API server does: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"""
    (one,) = webhook["namespaceSelector"]["matchExpressions"]
    assert one["key"] == "kubernetes.io/metadata.name"
    return (namespace in one["values"]) is (one["operator"] == "In")


TEXT = """\
installed: ValidatingWebhookConfiguration hardstand-gate, by hardstand.yaml
                              no answer in 3s   about
  fail.gate.hardstand.dev     refused           every namespace but the next ones and those never gated
  ignore.gate.hardstand.dev   let pass          batch, tools
  cluster.gate.hardstand.dev  let pass          what lies in no namespace
  judged: {inside} kinds in namespaces, {outside} outside, pods/ephemeralcontainers, pods/resize
  undecided, unless a role lets it list Secret: dangling-env-reference
  left to scans, since they are about all of the network: {left}
  refuses: nothing, see the emergency below

  namespace                   highest tier    no answer
  batch                       low             let pass
  empty                       not known       refused
  shop                        critical        refused
  tools                       medium          let pass
  any other                   not known       refused
  tiers are of what runs there, not of what is asked: whatever comes meanwhile has its namespace's answer
never gated: kube-system, kube-node-lease, kube-public, hardstand, calico-system

EMERGENCY: nothing is refused, everything warns, by hardstand.yaml:2
break glass: user erin, group on-call; each use is warned of, recorded and in the audit log
owners of kind Rollout.argoproj.io count for what argo makes

when the gate is down, slow or wrong
  what is above under `no answer` happens, also to who may break the glass; an error is no answer
  deletes, scaling and status pass, and so does what is never gated: the gate can come back
  to take it away: kubectl delete clusterrolebinding,validatingwebhookconfiguration hardstand-gate --ignore-not-found
    (no webhook is asked about that; without its binding a gate in the cluster cannot put them back, but
    one outside of it, served with --url, has other rights and does within seconds: stop the gate first)

native policy that is exported today has no clock: export again by 2026-06-15
  e2: ends 2026-06-10, in 9 days, and is left out: `while` needs neighbours
  e1: ends 2026-08-31, in 91 days
  a mode tightens on 2026-06-15
"""

WHOLE: dict[str, Any] = {
    "gate": {
        "timeout": "3s",
        "exempt_namespaces": ["calico-system"],
        "emergency": "warn",
        "break_glass": {"users": ["erin"], "groups": ["on-call"]},
        "controllers": [{"kind": "Rollout.argoproj.io", "user": "argo"}],
    },
    "modes": [{"mode": "block", "control": "privileged-container", "from": "2026-06-15"}],
    "exceptions": [
        exception(),
        exception(id="e2", expires="2026-06-10", match={"name": "db"}, **{"while": ["host-pid"]}),
        exception(id="e3", expires="2026-05-31", match={"name": "old"}),
    ],
}


def test_the_text() -> None:
    made = plan(WHOLE)
    outside = sum(one.cluster_scoped for one in made.kinds.resources)
    assert outside >= 5
    numbers = {
        "inside": str(len(made.kinds.resources) - outside),
        "outside": str(outside),
        "left": f"{', '.join(made.unasked[:6])} and {len(made.unasked) - 6} more",
    }
    assert as_text(made) == re.sub(r"{(\w+)}", lambda found: numbers[found[1]], TEXT)


@pytest.mark.parametrize(
    ("declared", "words", "count"),
    [
        ({}, "refuses: nothing, since no mode is block on 2026-06-01; whatever fails is warned of", 0),
        (
            {"modes": [{"mode": "block", "control": ["host-pid", "host-ipc"], "tier": "high"}]},
            "refuses: what fails 2 controls where the mode is block: host-ipc, host-pid",
            2,
        ),
        (
            {"modes": [{"mode": "block"}, {"mode": "off", "control": "host-pid"}], "unknown": "block"},
            "refuses: what could not be decided; what fails ",
            sum(not one.wide for one in catalog.load()) - 1,
        ),
        ({"modes": [{"mode": "block", "control": "host-pid", "from": "2026-06-15"}]}, "refuses: nothing", 0),
    ],
)
def test_what_is_refused_is_what_blocks_today(declared: dict[str, Any], words: str, count: int) -> None:
    made = plan(declared)
    assert words in as_text(made)
    blocking = json.loads(as_json(made))["blocking"]
    assert len(blocking) == count
    assert "host-pid" not in blocking or count == 2


def test_every_namespace_is_sent_to_one_webhook_with_the_policy_of_its_tier_and_exempt_ones_to_none() -> None:
    hooks = webhooks(plan({}))
    where = {
        name: [
            one["failurePolicy"] for key, one in hooks.items() if selected(one, name) and not key.startswith("cluster")
        ]
        for name in (*TIERS, "made-tomorrow", "hardstand", "kube-node-lease", "kube-public")
    }
    assert where == {
        "shop": ["Fail"], "batch": ["Ignore"], "tools": ["Ignore"], "empty": ["Fail"], "made-tomorrow": ["Fail"],
        "kube-system": [], "hardstand": [], "kube-node-lease": [], "kube-public": [],
    }  # fmt: skip


@pytest.mark.parametrize("policy", ["fail", "ignore"])
def test_one_policy_for_all_needs_one_webhook(policy: str) -> None:
    every = dict.fromkeys(("critical", "high", "medium", "low"), policy)
    made = plan({"gate": {"failure_policy": every}})
    assert sorted(webhooks(made)) == ["cluster.gate.hardstand.dev", f"{policy}.gate.hardstand.dev"]
    assert {one["failurePolicy"] for key, one in webhooks(made).items() if key.startswith(policy)} == {policy.title()}


def test_what_lies_outside_of_namespaces_never_waits_for_a_gate_that_is_down() -> None:
    every = dict.fromkeys(("critical", "high", "medium", "low"), "fail")
    one = webhooks(plan({"gate": {"failure_policy": every}}))["cluster.gate.hardstand.dev"]
    assert one["failurePolicy"] == "Ignore"
    assert {rule["scope"] for rule in one["rules"]} == {"Cluster"}
    assert "namespaces" in one["rules"][0]["resources"]
    assert not selected(one, "kube-system")  # A Namespace is chosen by labels of its own.


def test_the_form_of_a_webhook() -> None:
    one = webhooks(plan({"gate": {"namespace": "guard", "timeout": "30s"}}))["fail.gate.hardstand.dev"]
    core = next(rule for rule in one["rules"] if rule["apiGroups"] == [""])
    assert {"pods", "pods/ephemeralcontainers", "pods/resize", "services", "secrets"} <= set(core["resources"])
    assert not any(name.endswith(("/scale", "/status")) for rule in one["rules"] for name in rule["resources"])
    assert (core["operations"], core["apiVersions"], core["scope"]) == (["CREATE", "UPDATE"], ["*"], "Namespaced")
    networking = next(rule for rule in one["rules"] if rule["apiGroups"] == ["networking.k8s.io"])
    assert networking["resources"] == ["ingresses", "networkpolicies"]
    gateways = next(rule for rule in one["rules"] if rule["apiGroups"] == ["gateway.networking.k8s.io"])
    assert "gateways" in gateways["resources"]
    assert {key: one[key] for key in ("matchPolicy", "sideEffects", "timeoutSeconds", "admissionReviewVersions")} == {
        "matchPolicy": "Equivalent", "sideEffects": "NoneOnDryRun", "timeoutSeconds": 30,
        "admissionReviewVersions": ["v1"],
    }  # fmt: skip
    assert one["clientConfig"]["service"]["namespace"] == "guard"
    assert not any("compose" in group for rule in one["rules"] for group in rule["apiGroups"])


def widget(**metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "one", **metadata}}


def custom(kind: str) -> dict[str, Any]:
    return {
        "id": "label-missing", "summary": "Widget has no label.", "severity": "high", "match": {"kinds": [kind]},
        "expression": "has(object.metadata.labels)",
        "tests": {"accepts": [widget(labels={"a": "b"})], "rejects": [widget()]},
    }  # fmt: skip


def test_kinds_of_controls_of_one_s_own_are_sent_and_what_cannot_be_is_told() -> None:
    for kind, sent in (("example.com/Widget", True), ("Widget", False)):
        baseline = baseline_of({"controls": [custom(kind)]})
        made = planned(baseline, catalog.with_custom(baseline.customs), {}, TODAY)
        rules = webhooks(made)["fail.gate.hardstand.dev"]["rules"]
        assert ({"example.com"} <= {group for rule in rules for group in rule["apiGroups"]}) is sent
        assert ("not judged, since no rule can name the kind: label-missing, about Widget" in as_text(made)) is not sent
        assert json.loads(as_json(made))["unsent"] == ([] if sent else ["label-missing, about Widget"])


def test_resources_are_called_as_their_definitions_call_them_and_files_are_sent_by_nobody() -> None:
    baseline = baseline_of({"controls": [custom("mongodbcommunity.mongodb.com/MongoDBCommunity")]})
    made = planned(baseline, catalog.with_custom(baseline.customs), {}, TODAY)
    rules = [rule for one in webhooks(made).values() for rule in one["rules"]]
    named = {(group, name) for rule in rules for group in rule["apiGroups"] for name in rule["resources"]}
    assert {
        ("mongodbcommunity.mongodb.com", "mongodbcommunity"),
        ("networking.k8s.io", "ingresses"),
        ("networking.k8s.io", "networkpolicies"),
        ("gateway.networking.k8s.io", "gateways"),
    } <= named
    assert not any(group.endswith("config.k8s.io") or group == "hardstand.dev" for group, _ in named)


def test_the_json_says_the_same() -> None:
    said = json.loads(as_json(plan(WHOLE)))
    assert said["schema"] == "hardstand.dev/gate-plan/v1"
    assert said["namespaces"] == [
        {"name": "batch", "tier": "low", "failure_policy": "ignore"},
        {"name": "empty", "tier": None, "failure_policy": "fail"},
        {"name": "shop", "tier": "critical", "failure_policy": "fail"},
        {"name": "tools", "tier": "medium", "failure_policy": "ignore"},
    ]
    assert (said["unknown_namespaces"], said["emergency"]) == ("fail", "hardstand.yaml:2")
    assert said["break_glass"] == {"users": ["erin"], "groups": ["on-call"]}
    assert said["configuration"] == plan(WHOLE).configuration
    wide = {one.id for one in catalog.load() if one.wide}
    assert "redundant-network-policy-rule" in wide
    assert set(said["not_asked"]) == wide
    assert not wide & set(said["blocking"])
    assert said["export"]["again_by"] == "2026-06-15"
    assert [(one["id"], one["days_left"], one["exported"]) for one in said["export"]["exceptions"]] == [
        ("e1", 91, True), ("e2", 9, False), ("e3", -1, False),
    ]  # fmt: skip


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hardstand", "gate", "plan", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


def test_the_command_tells_namespaces_apart_by_what_runs(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(written({"gate": {"timeout": "7s"}}))
    (tmp_path / "web.yaml").write_text(written(pod()))
    done = run("web.yaml", "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["namespaces"] == [{"name": "shop", "tier": "high", "failure_policy": "fail"}]
    assert {one["timeoutSeconds"] for one in said["configuration"]["webhooks"]} == {7}
    done = run(cwd=tmp_path)
    assert done.returncode == 0
    assert "  any other                   not known       refused\n" in done.stdout


def test_what_cannot_be_read_is_told_and_the_rest_is_planned(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(written(pod()))
    (tmp_path / "broken.yaml").write_text("{")
    done = run(".", cwd=tmp_path)
    assert done.returncode == 2
    assert "broken.yaml:1:" in done.stderr
    assert "  shop " in done.stdout


def test_a_baseline_that_is_wrong_plans_nothing(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text("gate: {timeout: 60s}\n")
    done = run(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`60s` is no time-out" in done.stderr


def test_the_example_is_planned() -> None:
    done = run("shop", cwd=EXAMPLES)
    assert done.returncode == 0, done.stderr
    assert "  shop-data                   critical        refused\n" in done.stdout


def test_the_gate_lists_its_parts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hardstand", "gate", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 0
    assert "show what would be installed at the API server, and how it behaves" in " ".join(done.stdout.split())
