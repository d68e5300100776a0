"""`hardstand rbac can`, `who-can` and `what-can` as a person meets them: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hardstand.cli.rbac import VERBS
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.snapshot.writing import write
from tests.sources.clusters import estate, spooled

API = "rbac.authorization.k8s.io"
FILES = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader, labels: {shop/aggregate: "true"}}
rules:
- {apiGroups: [""], resources: [secrets, pods/log], verbs: [get, list]}
- {nonResourceURLs: ["/metrics*"], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: everything-of-the-shop}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {shop/aggregate: "true"}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: Group, name: dev}, {kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ops, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything-of-the-shop}
subjects: [{kind: Group, name: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: elsewhere, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: made-elsewhere}
subjects: [{kind: User, name: jane}]
"""


def rbac(*arguments: str, cwd: Path, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60, input=stdin)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rbac.yaml").write_text(FILES)
    return tmp_path


def test_yes_and_by_which_binding(files: Path) -> None:
    done = rbac("can", "sa:shop/web", "get", "secrets", "-n", "shop", "rbac.yaml", cwd=files)
    assert done.stdout == (
        "yes: ServiceAccount shop/web may get secrets in shop\n"
        "  because ClusterRoleBinding readers gives ClusterRole reader to ServiceAccount shop/web"
        " (rule 1: get, list secrets, pods/log (core))\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_aggregated_role_says_whose_rule_it_is(files: Path) -> None:
    done = rbac("can", "group:ops", "list", "pods/log", "-n", "shop", "rbac.yaml", cwd=files)
    assert (
        "gives ClusterRole everything-of-the-shop to Group ops (rule 1 of reader, which it aggregates:" in done.stdout
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("group:ops", "get", "secrets"),  # Everywhere, and it is bound in one namespace.
        ("group:ops", "get", "secrets", "-n", "other"),
        ("group:ops", "get", "/metrics"),  # A RoleBinding gives no paths.
        ("group:dev", "get", "pods", "-n", "shop"),
        ("group:dev", "get", "secrets.apps", "-n", "shop"),
    ],
)
def test_no(words: tuple[str, ...], files: Path) -> None:
    done = rbac("can", *words, "rbac.yaml", cwd=files)
    assert done.stdout.startswith("no: nothing lets Group ")
    assert done.returncode == 1


def test_a_role_that_is_not_in_the_input_is_no_no(files: Path) -> None:
    done = rbac("can", "user:jane", "create", "pods", "-n", "shop", "rbac.yaml", cwd=files)
    assert done.stdout == (
        "unknown: nothing that was read lets User jane create pods in shop, but\n"
        "  RoleBinding shop/elsewhere gives ClusterRole made-elsewhere, which is not in the input\n"
    )
    assert done.returncode == 2
    other = rbac("can", "user:jane", "create", "pods", "-n", "else", "rbac.yaml", cwd=files)
    assert (other.stdout, other.returncode) == ("no: nothing lets User jane create pods in else\n", 1)


def test_who_can(files: Path) -> None:
    done = rbac("who-can", "get", "secrets", "rbac.yaml", cwd=files)
    assert done.stdout == (
        "may get secrets:\n"
        "  Group dev                everywhere: ClusterRoleBinding readers gives ClusterRole reader\n"
        "  ServiceAccount shop/web  everywhere: ClusterRoleBinding readers gives ClusterRole reader\n"
        "  Group ops                in shop: RoleBinding shop/ops gives ClusterRole everything-of-the-shop\n"
        "members of system:masters may do everything\n"
        "there may be more:\n"
        "  RoleBinding shop/elsewhere gives ClusterRole made-elsewhere, which is not in the input\n"
    )
    assert done.returncode == 0
    there = rbac("who-can", "get", "secrets", "-n", "other", "--format", "json", "rbac.yaml", cwd=files)
    assert [one["subject"] for one in json.loads(there.stdout)["subjects"]] == ["group:dev", "serviceaccount:shop/web"]
    nobody = rbac("who-can", "delete", "nodes", "-n", "other", "rbac.yaml", cwd=files)
    assert (nobody.stdout.splitlines()[0], nobody.returncode) == ("no binding lets anybody delete nodes in other", 1)


def test_nobody_found_beside_a_role_that_is_not_there_is_unknown(files: Path) -> None:
    reason = "RoleBinding shop/elsewhere gives ClusterRole made-elsewhere, which is not in the input"
    done = rbac("who-can", "delete", "nodes", "rbac.yaml", cwd=files)
    assert done.stdout == (
        "unknown: it cannot be told whether anybody may delete nodes; nothing that was read says so\n"
        "members of system:masters may do everything\n"
        f"there may be somebody:\n  {reason}\n"
    )
    assert done.returncode == 2
    done = rbac("who-can", "delete", "nodes", "--format", "json", "rbac.yaml", cwd=files)
    told = json.loads(done.stdout)
    assert (told["subjects"], told["unknown"], told["doubts"], done.returncode) == ([], True, [reason], 2)
    done = rbac("what-can", "user:jane", "rbac.yaml", cwd=files)
    assert done.stdout.endswith(f"    there is no such role\nthere may be more:\n  {reason}\n")
    assert done.returncode == 2
    done = rbac("what-can", "user:jane", "--format", "json", "rbac.yaml", cwd=files)
    assert (json.loads(done.stdout)["unknown"], done.returncode) == (True, 2)
    done = rbac("can", "user:jane", "get", "pods", "-n", "shop", "--format", "json", "rbac.yaml", cwd=files)
    assert (json.loads(done.stdout)["unknown"], done.returncode) == (True, 2)


def test_a_role_binding_gives_nothing_outside_of_namespaces(files: Path) -> None:
    """A ClusterRole with everything, bound in one namespace: https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""
    wide = "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}, {nonResourceURLs: ['*'], verbs: ['*']}]"
    role = f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: made-elsewhere}}\n{wide}\n"
    (files / "wide.yaml").write_text(role)
    for asked in ("nodes", "persistentvolumes", "clusterroles", "/metrics/x"):
        for where in ((), ("-n", "shop")) if asked.startswith("/") else ((),):
            done = rbac("who-can", "get", asked, *where, "--format", "json", ".", cwd=files)
            subjects = {one["subject"] for one in json.loads(done.stdout)["subjects"]}
            assert "user:jane" not in subjects, asked
            assert rbac("can", "user:jane", "get", asked, *where, ".", cwd=files).returncode == 1, asked
    for asked in ("namespaces", "pods", "widgets.example.com"):
        done = rbac("who-can", "get", asked, "--format", "json", ".", cwd=files)
        assert "user:jane" in {one["subject"] for one in json.loads(done.stdout)["subjects"]}, asked


def test_what_can(files: Path) -> None:
    done = rbac("what-can", "user:kim", "--group", "ops", "--group", "dev", "rbac.yaml", cwd=files)
    assert done.stdout == (
        "everywhere, as Group dev: ClusterRoleBinding readers gives ClusterRole reader\n"
        "    get, list secrets, pods/log (core)\n"
        "    get /metrics*\n"
        "in shop, as Group ops: RoleBinding shop/ops gives ClusterRole everything-of-the-shop\n"
        "    get, list secrets, pods/log (core)\n"
        "    get /metrics*\n"
    )
    assert done.returncode == 0
    none = rbac("what-can", "user:kim", "rbac.yaml", cwd=files)
    assert (none.stdout, none.returncode) == ("no binding gives User kim anything\n", 1)
    masters = rbac("what-can", "group:system:masters", "rbac.yaml", cwd=files)
    assert (masters.stdout.splitlines()[0], masters.returncode) == (
        "Group system:masters may do everything: it is in system:masters", 0,
    )  # fmt: skip


def test_a_batch(files: Path) -> None:
    account = {"kind": "ServiceAccount", "name": "web", "namespace": "shop"}
    asked: list[dict[str, object]] = [
        {"subject": account, "verb": "get", "resource": "pods", "subresource": "log", "namespace": "x"},
        {"subject": account, "verb": "get", "path": "/metrics/cadvisor"},
        {"subject": {"kind": "User", "name": "kim", "groups": ["dev"]}, "verb": "get", "resource": "secrets"},
        {"subject": {"kind": "User", "name": "kim"}, "verb": "get", "resource": "secrets"},
        {"subject": {"kind": "User", "name": "jane"}, "verb": "get", "resource": "secrets", "namespace": "shop"},
        {"subject": {"kind": "User", "name": "root", "groups": ["system:masters"]}, "verb": "x", "path": "/y"},
    ]
    (files / "asked.jsonl").write_text("".join(json.dumps(one) + "\n" for one in asked))
    done = rbac("can", "--batch", "asked.jsonl", "rbac.yaml", cwd=files)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["allowed"] for one in found] == [True, True, True, False, False, True]
    assert [one.get("unknown") for one in found] == [None, None, None, None, True, None]
    assert found[4]["doubts"] == [
        "RoleBinding shop/elsewhere gives ClusterRole made-elsewhere, which is not in the input"
    ]
    assert "system:masters" in found[5]["because"]
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "no JSON: Expecting property name"),
        ("[]", "a request is a JSON object"),
        ('{"verb": "get", "resource": "pods"}', "`subject` is missing, or no object"),
        ('{"subject": {"kind": "Robot", "name": "x"}, "verb": "get", "resource": "pods"}', "`subject.kind` is one of"),
        ('{"subject": {"kind": "ServiceAccount", "name": "x"}, "verb": "get", "resource": "p"}', "`subject.namespace`"),
        ('{"subject": {"kind": "User", "name": "x"}, "resource": "pods"}', "`verb` is missing"),
        ('{"subject": {"kind": "User", "name": "x"}, "verb": "get"}', "`resource` or `path` is missing"),
        ('{"subject": {"kind": "User", "name": "x"}, "verb": "get", "resourse": "pods"}', "`resourse` is no field"),
        ('{"subject": {"kind": "User", "name": 1}, "verb": "get", "path": "/"}', "`subject.name` is not a text"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_answered(line: str, fault: str, files: Path) -> None:
    good = '{"subject": {"kind": "Group", "name": "dev"}, "verb": "get", "resource": "secrets"}'
    done = rbac("can", "--batch", "-", "rbac.yaml", cwd=files, stdin=f"{line}\n{good}\n")
    first, second = (json.loads(one) for one in done.stdout.splitlines())
    assert fault in first["error"]
    assert second["allowed"] is True
    assert f"-:1: {fault}" in done.stderr
    assert done.returncode == 2


def test_what_cannot_be_read_is_never_a_no(files: Path) -> None:
    (files / "broken.yaml").write_text("kind: [\n")
    done = rbac("can", "group:dev", "get", "pods", ".", cwd=files)
    assert "broken.yaml:" in done.stderr
    assert done.returncode == 2
    bad = FILES.replace("resources: [secrets, pods/log]", "resources: secrets")
    (files / "broken.yaml").write_text(bad.replace("name: reader,", "name: other,").replace("name: readers", "name: b"))
    (files / "broken.yaml").write_text((files / "broken.yaml").read_text().replace("name: reader}", "name: other}"))
    done = rbac("can", "group:dev", "get", "pods", ".", cwd=files)
    assert done.stdout.startswith("unknown: ")
    assert "ClusterRole other cannot be read: rules[0].resources" in done.stdout
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (("can", "sa:web", "get", "pods", "x"), "'sa:web' names no service account", "serviceaccount:NAMESPACE/NAME"),
        (("can", "jane"), "SUBJECT VERB RESOURCE is needed before the paths", "--help"),
        (("who-can", "get", "pods"), "nothing to read is named", "--cluster"),
        (("who-can", "get", "pods", "rbac.yaml", "--form", "json"), "unrecognized arguments: --form", "--help"),
        (("whocan", "get", "pods"), "there is no verb `rbac whocan`", "did you mean `who-can`?"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], error: str, hint: str, files: Path) -> None:
    done = rbac(*words, cwd=files)
    assert error in done.stderr
    assert hint in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_a_snapshot_is_settled(tmp_path: Path) -> None:
    """Of a cluster a role that is not there gives nothing, and that is certain."""
    write(str(tmp_path / "estate.json.zst"), spooled().lines())
    done = rbac("can", "user:nobody", "get", "secrets", "estate.json.zst", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("no: nothing lets User nobody get secrets\n", 1)


def test_where_bindings_may_not_be_listed_that_is_said_and_nothing_is_certain(tmp_path: Path) -> None:
    kinds = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
    gaps = [Gap(Kind(API, kind), None, Why.MAY_NOT_LIST, f"{kind} may not be listed") for kind in kinds]
    write(str(tmp_path / "estate.json.zst"), spooled([*estate(), *gaps]).lines())
    done = rbac("who-can", "get", "secrets", "estate.json.zst", cwd=tmp_path)
    assert "no binding could be read: Role may not be listed; ClusterRole may not be listed; " in done.stderr
    assert "the right path" not in done.stderr
    assert done.stdout.startswith("unknown: it cannot be told whether anybody may get secrets")
    assert done.returncode == 2
    done = rbac("what-can", "user:jane", "estate.json.zst", cwd=tmp_path)
    assert done.stdout.startswith("unknown: it cannot be told what User jane may do")
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("resource", "group", "hint"),
    [
        ("secrets.v1", "v1", "it is of the core group; write `secrets`"),
        ("secrets.core", "core", "it is of the core group; write `secrets`"),
        ("deployments.v1.apps/scale", "v1.apps", "write `deployments.apps`"),
        ("widgets.example", "example", "write NAME.GROUP"),
    ],
)
def test_a_group_that_cannot_be_one_is_told(resource: str, group: str, hint: str, files: Path) -> None:
    done = rbac("can", "group:dev", "get", resource, "rbac.yaml", cwd=files)
    assert f"warning: `{group}` is no API group" in done.stderr
    assert f"  hint: {hint}\n" in done.stderr
    assert done.returncode == 1


def test_groups_that_there_may_be_are_taken(files: Path) -> None:
    for resource in ("deployments.apps", "widgets.example.com", "secrets.example.com", "*.apps"):
        assert "warning" not in rbac("can", "group:dev", "get", resource, "rbac.yaml", cwd=files).stderr


def test_help_lists_the_verbs_in_a_column_that_the_longest_fits(tmp_path: Path) -> None:
    done = rbac("--help", cwd=tmp_path)
    assert done.returncode == 0
    listed = [one for one in done.stdout.splitlines() if one.startswith("  ") and one.split()[0] in VERBS]
    assert [one.split()[0] for one in listed] == list(VERBS)
    assert len({one.index(VERBS[one.split()[0]]) for one in listed}) == 1
    assert all(one.split(maxsplit=1)[1].startswith(VERBS[one.split()[0]]) for one in listed)


def test_roles_that_every_cluster_has_need_not_be_in_the_input(tmp_path: Path) -> None:
    (tmp_path / "view.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: viewers, namespace: shop}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
        "subjects: [{kind: User, name: jane}]\n"
    )
    done = rbac("can", "user:jane", "list", "pods", "-n", "shop", "view.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "of system:aggregate-to-view, which it aggregates" in done.stdout
    done = rbac("can", "user:jane", "get", "secrets", "-n", "shop", "view.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("path", ["no-such.yaml", "broken.yaml"])
def test_where_nothing_could_be_read_no_no_is_told(path: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kind: [\n")
    for ask in (
        ("can", "user:jane", "get", "pods"), ("who-can", "get", "pods"), ("what-can", "user:jane"), ("paths",),
    ):  # fmt: skip
        done = rbac(*ask, path, cwd=tmp_path)
        assert done.stdout.startswith("unknown: ")
        assert f"{path}:" in done.stdout
        assert done.returncode == 2


def test_who_can_get_tells_of_those_who_read_by_other_verbs(tmp_path: Path) -> None:
    def given(verb: str, *names: str) -> str:
        who = ", ".join(f"{{kind: User, name: {name}}}" for name in names)
        return (
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
            f"metadata: {{name: {verb}}}\nrules: [{{apiGroups: [''], resources: [secrets], verbs: [{verb}]}}]\n"
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
            f"metadata: {{name: {verb}}}\nsubjects: [{who}]\n"
            f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {verb}}}\n"
        )

    (tmp_path / "rbac.yaml").write_text(given("get", "a") + given("list", "a", "b", "c") + given("watch", "d"))
    done = rbac("who-can", "get", "secrets", "rbac.yaml", cwd=tmp_path)
    assert done.stdout.endswith(
        "list and watch read them, too: 2 more may list, 1 more may watch;"
        " ask `hardstand rbac who-can list secrets …`\n"
    )
    assert "read them, too" not in rbac("who-can", "list", "secrets", "rbac.yaml", cwd=tmp_path).stdout
