"""Personas: the roles that are written, held against a table of operations, by our engine and by a real API server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.access.personas.exceeding import held
from hardstand.access.personas.telling import text as told_of
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.roles import Role, Ruled
from hardstand.analysis.rbac.rule import Rule
from tests.access.personas_given import BASELINE, GROUPS, MAY, MAY_NOT, asked
from tests.analysis.rbac.written import permissions
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

NAMES = {"shop": "shop", "billing": "billing", "staging": "shop-staging"}


def personas(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "personas", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "hardstand.yaml").write_text(BASELINE.format(**NAMES))
    return tmp_path


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def written(home: Path) -> Path:
    done = personas("--until", soon(), cwd=home)
    assert done.returncode == 0, done.stderr
    (home / "personas.yaml").write_text(done.stdout)
    return home


def binding(name: str, role: str, subject: dict[str, str], namespace: str = "") -> str:
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    return yaml.safe_dump(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": kind,
            "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        }
    )


@pytest.mark.parametrize("persona", sorted(GROUPS))
def test_a_persona_may_what_the_table_says_and_nothing_else_of_it(persona: str, written: Path) -> None:
    questions = [(one, True) for one in asked(MAY[persona], NAMES)]
    questions += [(one, False) for one in asked(MAY_NOT[persona], NAMES)]
    subject = {"kind": "Group", "name": f"oidc:{GROUPS[persona]}"}
    lines = "".join(json.dumps({"subject": subject, **question}) + "\n" for question, _ in questions)
    (written / "asked.jsonl").write_text(lines)
    command = [sys.executable, "-m", "hardstand", "rbac", "can", "--batch", "asked.jsonl", "personas.yaml"]
    done = subprocess.run(command, cwd=written, capture_output=True, text=True, check=False, timeout=60)
    told = [json.loads(line)["allowed"] for line in done.stdout.splitlines()]
    assert [(q, yes) for (q, _), yes in zip(questions, told, strict=True)] == questions


def test_the_api_server_says_the_same(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    names = {"shop": namespace, "billing": f"{namespace}-b", "staging": f"{namespace}-s"}
    for name in (names["billing"], names["staging"]):
        cluster.namespace(name)
    # Groups of this test alone: ClusterRoleBindings are seen by all tests of the cluster.
    baseline = BASELINE.format(**names).replace('"oidc:"', f'"{namespace}:"')
    (tmp_path / "hardstand.yaml").write_text(baseline)
    done = personas("--until", soon(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    cluster.kubectl("apply", "-f", "-", input=done.stdout)
    try:
        wanted = _wanted(names)
        eventually(lambda: _allowed(_answers(cluster, namespace, names)) >= _allowed(wanted), "the roles to be seen")
        assert _answers(cluster, namespace, names) == wanted
    finally:
        cluster.kubectl("delete", "-f", "-", "--ignore-not-found", "--wait=false", input=done.stdout)
        cluster.kubectl("delete", "namespace", names["billing"], names["staging"], "--wait=false")


def _allowed(answers: list[tuple[str, str, bool]]) -> int:
    return sum(yes for _, _, yes in answers)


def _wanted(names: dict[str, str]) -> list[tuple[str, str, bool]]:
    every = [(persona, one, table is MAY) for persona in sorted(GROUPS) for table in (MAY, MAY_NOT)
             for one in asked(table[persona], names)]  # fmt: skip
    return [(persona, str(one), yes) for persona, one, yes in every]


def _answers(cluster: Cluster, prefix: str, names: dict[str, str]) -> list[tuple[str, str, bool]]:
    listed = []
    told = []
    for persona in sorted(GROUPS):
        for one in [*asked(MAY[persona], names), *asked(MAY_NOT[persona], names)]:
            about = (
                {"nonResourceAttributes": {"verb": one["verb"], "path": one["path"]}}
                if "path" in one
                else {"resourceAttributes": {key: value for key, value in one.items() if value}}
            )
            groups = [f"{prefix}:{GROUPS[persona]}", "system:authenticated"]
            spec: dict[str, Any] = {"user": "somebody", "groups": groups, **about}
            listed.append({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec})
            told.append((persona, str(one)))
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": listed})
    found = list(_documents(cluster.kubectl("create", "-f", "-", "-o", "json", input=text).stdout))
    return [(*who, one["status"]["allowed"]) for who, one in zip(told, found, strict=True)]


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """What kubectl prints one after the other."""
    while text := text.strip():
        found, end = json.JSONDecoder().raw_decode(text)
        yield found
        text = text[end:]


def test_the_same_baseline_gives_the_same_text(home: Path) -> None:
    until = soon()
    assert personas("--until", until, cwd=home).stdout == personas("--until", until, cwd=home).stdout


def test_whoever_has_what_was_written_holds_no_more(written: Path) -> None:
    done = personas("--check", "personas.yaml", cwd=written)
    assert done.stdout.splitlines()[-1].startswith("0 hold more than their persona · 0 have rights and no persona")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("role", "namespace", "words"),
    [
        ("admin", "shop", "get, list"),
        ("view", "billing", "RoleBinding billing/more gives ClusterRole view"),
        ("hardstand:persona:developer", "", "everywhere: ClusterRoleBinding more"),
        ("cluster-admin", "", "* * (*)"),
    ],
)
def test_more_than_a_persona_is_found_with_the_grant_that_gives_it(
    role: str, namespace: str, words: str, written: Path
) -> None:
    more = binding("more", role, {"kind": "Group", "name": "oidc:developers"}, namespace)
    (written / "more.yaml").write_text(more)
    done = personas("--check", "personas.yaml", "more.yaml", cwd=written)
    assert done.returncode == 1
    assert "Group oidc:developers holds more than developer" in done.stdout
    assert words in done.stdout


def test_rights_are_compared_by_meaning(written: Path) -> None:
    """Less, in other words, is no more; and what a RoleBinding cannot give is not held."""
    role = Role("", "", [Ruled(Rule(("get",), ("",), ("pods", "services", "nodes")), "less", 0)])
    assert role.allowing(Request("get", "", "pods", namespace="shop"))
    manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "less"},
        "rules": [
            {"apiGroups": [""], "resources": ["services", "pods", "nodes"], "resourceNames": ["web"], "verbs": ["get"]},
            {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["watch", "list"]},
            {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
        ],
    }
    less = binding("less", "less", {"kind": "Group", "name": "oidc:developers"}, "shop")
    (written / "less.yaml").write_text(f"{yaml.safe_dump(manifest)}---\n{less}")
    assert personas("--check", "personas.yaml", "less.yaml", cwd=written).returncode == 0
    wide = binding("less", "less", {"kind": "Group", "name": "oidc:developers"})
    (written / "less.yaml").write_text(f"{yaml.safe_dump(manifest)}---\n{wide}")
    done = personas("--check", "personas.yaml", "less.yaml", cwd=written)
    assert done.returncode == 1
    assert "get /metrics" in done.stdout


def test_somebody_without_a_persona_is_told(written: Path) -> None:
    (written / "more.yaml").write_text(binding("jane", "view", {"kind": "User", "name": "jane"}, "shop"))
    done = personas("--check", "--format", "json", "personas.yaml", "more.yaml", cwd=written)
    assert done.returncode == 1
    jane = next(one for one in json.loads(done.stdout)["subjects"] if one["subject"] == "user:jane")
    assert (jane["personas"], jane["fits"]) == ([], False)
    assert jane["beyond"][0]["binding"] == "RoleBinding shop/jane"


def test_a_role_that_is_not_there_makes_the_answer_open(written: Path) -> None:
    (written / "more.yaml").write_text(binding("more", "elsewhere", {"kind": "Group", "name": "oidc:sre"}, "shop"))
    done = personas("--check", "personas.yaml", "more.yaml", cwd=written)
    assert done.returncode == 2
    assert "Group oidc:sre may hold more than sre" in done.stdout


def test_roles_that_the_baseline_lets_it_have_are_no_more(home: Path) -> None:
    text = (home / "hardstand.yaml").read_text().replace("namespaces: [shop]}", "namespaces: [shop], roles: [edit]}")
    (home / "hardstand.yaml").write_text(text)
    (home / "more.yaml").write_text(binding("more", "edit", {"kind": "Group", "name": "oidc:developers"}, "shop"))
    assert personas("--check", "more.yaml", cwd=home).returncode == 0
    (home / "more.yaml").write_text(binding("more", "edit", {"kind": "Group", "name": "oidc:developers"}))
    assert personas("--check", "more.yaml", cwd=home).returncode == 1


def test_a_role_of_a_namespace_is_not_the_cluster_role_of_its_name(home: Path) -> None:
    """Whoever may write roles in a namespace can call one as they like."""
    declared = (home / "hardstand.yaml").read_text()
    wide = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "view", "namespace": "shop"},
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
    }  # fmt: skip
    text = binding("more", "view", {"kind": "Group", "name": "oidc:developers"}, "shop")
    text = text.replace("kind: ClusterRole\n", "kind: Role\n").replace("kind: ClusterRole,", "kind: Role,")
    assert "ClusterRole" not in text
    (home / "more.yaml").write_text(f"{text}\n---\n{json.dumps(wide)}\n")
    for named, status in (("view", 1), ("shop/view", 0)):
        roles = declared.replace("namespaces: [shop]}", f"namespaces: [shop], roles: [{named}]}}")
        (home / "hardstand.yaml").write_text(roles)
        assert personas("--check", "more.yaml", cwd=home).returncode == status, named


@pytest.mark.parametrize(
    ("persona", "where", "warned"),
    [
        ("sre", "'*'", True),
        ("deployer", "kube-system", True),
        ("deployer", "shop", False),
        ("developer", "'*'", False),
    ],
)
def test_who_may_change_what_runs_the_cluster_is_warned_of(
    persona: str, where: str, warned: bool, tmp_path: Path
) -> None:
    declared = f"personas: {{{persona}: {{groups: [them], namespaces: [{where}]}}}}\n"
    (tmp_path / "hardstand.yaml").write_text(declared)
    done = personas(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ("may change what runs in kube-system" in done.stderr) == warned


def test_namespaces_by_labels_need_the_input(tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(
        "boundary: {environments: {staging: {namespaces: [{labels: {stage: staging}}]}}}\n"
        "personas: {deployer: {groups: [ci], environments: [staging]}}\n"
    )
    done = personas(cwd=tmp_path)
    assert done.returncode == 2
    assert "no namespace in the input is one that staging declares" in done.stderr
    (tmp_path / "ns.yaml").write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-a, labels: {stage: staging}}\n---\n"
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-b, labels: {stage: production}}\n"
    )
    done = personas("ns.yaml", cwd=tmp_path)
    bound = [one["metadata"]["namespace"] for one in yaml.safe_load_all(done.stdout) if one["kind"] == "RoleBinding"]
    assert (done.returncode, bound) == (0, ["shop-a"])


def test_what_is_for_a_while_ends(home: Path) -> None:
    end = soon()
    done = personas("--only", "break-glass", "--only", "sre", "--until", end, cwd=home)
    assert done.returncode == 0, done.stderr
    ends = {
        one["metadata"]["name"]: one["metadata"].get("annotations", {}).get("hardstand.dev/expires")
        for one in yaml.safe_load_all(done.stdout)
        if "subjects" in one
    }
    assert ends["hardstand:persona:break-glass"] == end
    assert {end for name, end in ends.items() if "sre" in name} == {None}
    for text, words in (
        ("soon", "is no time"),
        ("2030-06-30T18:00:00", "names no time zone"),
        ("2020-06-30T18:00:00Z", "has passed"),
        (end.replace(end[:4], "2099"), "is later than persona break-glass may last"),
    ):
        done = personas("--until", text, cwd=home)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


def test_nothing_for_a_while_is_bound_without_an_end(home: Path) -> None:
    """The pipeline of the documentation leaves no standing cluster-admin."""
    done = personas(cwd=home)
    assert done.returncode == 0
    bound = {one["roleRef"]["name"] for one in yaml.safe_load_all(done.stdout) if "roleRef" in one}
    assert "hardstand:persona:sre" in bound
    assert "cluster-admin" not in bound
    assert "persona break-glass is for a while, so its bindings are left out" in done.stderr
    hint = done.stderr.partition("or, when it is needed: `hardstand ")[2].partition(" --reason")[0]
    command = [sys.executable, "-m", "hardstand", *hint.split(), "--reason", "drill"]
    made = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=60)
    assert made.returncode == 0, made.stderr
    given = yaml.safe_load(made.stdout)
    assert (given["roleRef"]["name"], given["subjects"][0]["name"]) == ("cluster-admin", "oidc:emergency")


def test_what_everybody_may_by_kubernetes_defaults_is_nobodys_excess(written: Path) -> None:
    """Service accounts may look up their issuer, by a binding that Kubernetes makes."""
    everybody = {"kind": "Group", "name": "system:serviceaccounts", "apiGroup": "rbac.authorization.k8s.io"}
    own = binding("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", everybody)
    (written / "own.yaml").write_text(own)
    account = "serviceaccount:shop-staging/deployer"
    done = personas("--check", "--only", "deployer", "--format", "json", "personas.yaml", "own.yaml", cwd=written)
    assert done.returncode == 0, done.stdout
    assert {one["subject"] for one in json.loads(done.stdout)["subjects"]} == {"group:oidc:ci", account}
    # A binding of one's own to all of them is one's own doing.
    (written / "own.yaml").write_text(binding("mine", "view", everybody))
    done = personas("--check", "--only", "deployer", "personas.yaml", "own.yaml", cwd=written)
    assert done.returncode == 1
    assert "as Group system:serviceaccounts: ClusterRoleBinding mine gives ClusterRole view" in done.stdout


def test_only_those_who_are_asked_about_are_checked(written: Path) -> None:
    (written / "more.yaml").write_text(binding("more", "edit", {"kind": "Group", "name": "oidc:developers"}, "shop"))
    check = ("--check", "personas.yaml", "more.yaml")
    assert personas(*check, "--only", "sre", cwd=written).returncode == 0
    done = personas(*check, "--only", "developer", cwd=written)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "1 hold more than their persona · 0 have rights and no persona · 0 unknown · 0 fit",
    )
    assert personas(*check, "--only", "developr", cwd=written).returncode == 2


def test_the_same_role_is_told_once(written: Path) -> None:
    names = ("bob", "eve")
    bound = [binding(f"{name}-{at}", "edit", {"kind": "User", "name": name}, at)
             for name in names for at in ("shop", "billing")]  # fmt: skip
    (written / "more.yaml").write_text("---\n".join(bound))
    done = personas("--check", "personas.yaml", "more.yaml", cwd=written)
    bob, eve = (done.stdout.partition(f"User {name} ")[2].partition("\nUser ")[0].splitlines() for name in names)
    assert [line.split(":")[0] for line in bob[1:3]] == ["  in billing", "  in shop"]
    assert len(bob) == 3 + 6 + 1
    assert "more rules (--all prints them)" in bob[-1]
    assert eve[3].endswith("rules, the same as of User bob")
    whole = personas("--check", "--all", "personas.yaml", "more.yaml", cwd=written).stdout
    assert len(whole.splitlines()) > 2 * len(done.stdout.splitlines())
    assert "--all" not in whole


def test_a_binding_to_a_role_that_is_not_there_is_told_as_that() -> None:
    """Of a cluster, where what is not there is not there."""
    subject = {"kind": "User", "name": "jane", "apiGroup": "rbac.authorization.k8s.io"}
    found = held(permissions(binding("gone", "edt", subject, "shop"), settled=True), [])
    assert told_of(found).splitlines() == [
        "User jane has no persona, and bindings that give no role that is there",
        "  in shop: RoleBinding shop/gone gives ClusterRole edt, which is not there",
        "0 hold more than their persona · 1 have rights and no persona · 0 unknown · 0 fit",
    ]


def test_no_control_objects_to_what_was_written(home: Path) -> None:
    """But to what the person chose: one role for people and a program, and an account that is not in the input."""
    (home / "personas.yaml").write_text(personas("--until", soon(), cwd=home).stdout)
    command = [sys.executable, "-m", "hardstand", "scan", "personas.yaml", "--format", "json"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, timeout=120)
    found = {one["control"] for one in json.loads(done.stdout)["findings"]}
    assert found <= {"people-and-machines-together", "bound-account-not-found"}


def test_no_persona_but_break_glass_leads_to_power(written: Path) -> None:
    """Where pods cannot take their nodes. That the estate is looked at is told by break-glass, which has a path."""
    (written / "ns.yaml").write_text(
        "".join(
            "---\napiVersion: v1\nkind: Namespace\n"
            f"metadata: {{name: {name}, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}\n"
            for name in NAMES.values()
        )
    )
    for persona, group in GROUPS.items():
        command = [sys.executable, "-m", "hardstand", "rbac", "paths", "--from", f"group:oidc:{group}"]
        done = subprocess.run(
            [*command, "personas.yaml", "ns.yaml"], cwd=written, capture_output=True, text=True, check=False, timeout=60
        )
        assert ("no path to cluster-admin" in done.stdout) is (persona != "break-glass"), done.stdout


def test_without_personas_there_is_nothing_to_write(tmp_path: Path) -> None:
    done = personas(cwd=tmp_path)
    assert done.returncode == 2
    assert "the baseline declares no personas" in done.stderr
