"""Names that nothing knows, as the verbs of `hardstand rbac` and `hardstand rehearse --rbac` tell them."""

import subprocess
import sys
from pathlib import Path

import pytest

from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.snapshot.writing import write
from tests.sources.audited import event, lines
from tests.sources.clusters import estate, spooled

FILES = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: Group, name: "oidc:dev"}
- {kind: User, name: "oidc:jane@example.com"}
- {kind: User, name: "oidc:kim"}
- {kind: ServiceAccount, name: web, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: idle, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: batch, namespace: jobs}
spec: {serviceAccountName: runner, containers: [{name: a, image: a}]}
"""
BASELINE = """\
identity: {username_prefix: "oidc:", groups_prefix: "oidc:"}
"""


def hardstand(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rbac.yaml").write_text(FILES)
    lines(tmp_path / "audit.log", event("1"))
    return tmp_path


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("user:jane", "no binding names user:jane\n  hint: did you mean user:oidc:jane@example.com?"),
        ("group:dev", "no binding names group:dev\n  hint: did you mean group:oidc:dev?"),
        ("user:oidc:dev", "no binding names user:oidc:dev\n  hint: did you mean group:oidc:dev?"),
        (
            "sa:shop/wbe",
            "no binding names serviceaccount:shop/wbe, and there is no such service account\n"
            "  hint: did you mean serviceaccount:shop/web?",
        ),
        ("user:somebody-else", "no binding names user:somebody-else\n"),
    ],
)
def test_whom_nothing_names_is_told_with_who_may_be_meant(word: str, says: str, files: Path) -> None:
    for verb in (["can", word, "get", "pods"], ["what-can", word], ["least", word, "--audit", "audit.log"]):
        done = hardstand("rbac", *verb, "rbac.yaml", cwd=files)
        assert f"hardstand: warning: {says}" in done.stderr
        assert done.returncode == 1


@pytest.mark.parametrize(
    "word",
    [
        *("sa:shop/web", "sa:shop/idle", "sa:jobs/runner", "sa:shop/default", "sa:kube-system/replicaset-controller"),
        *("user:oidc:kim", "group:oidc:dev", "group:system:masters", "group:system:serviceaccounts:shop"),
        *("user:system:anonymous", "user:system:kube-scheduler", "user:system:node:worker-1"),
    ],
)
def test_whom_something_names_is_no_mistake(word: str, files: Path) -> None:
    assert "names" not in hardstand("rbac", "can", word, "get", "pods", "rbac.yaml", cwd=files).stderr


def test_a_user_of_a_named_group_needs_no_binding_and_a_group_that_none_names_is_told(files: Path) -> None:
    ask = ("rbac", "can", "user:oidc:lea", "get", "pods", "rbac.yaml")
    assert hardstand(*ask, "--group", "oidc:dev", cwd=files).stderr == ""
    both = hardstand(*ask, "--group", "oidc:dve", cwd=files).stderr
    assert "no binding names group:oidc:dve\n  hint: did you mean group:oidc:dev?" in both
    assert "no binding names user:oidc:lea" in both


def test_prefixes_of_the_baseline_are_known(files: Path) -> None:
    (files / "hardstand.yaml").write_text(BASELINE)
    told = hardstand("rbac", "can", "user:kim", "get", "pods", "rbac.yaml", cwd=files).stderr
    assert "hint: did you mean user:oidc:kim?" in told
    told = hardstand("rbac", "can", "user:nobody-near", "get", "pods", "rbac.yaml", cwd=files).stderr
    assert "identity provider's names begin with `oidc:`: user:oidc:nobody-near" in told


def test_of_a_service_account_that_is_not_there_nothing_can_be_asked(files: Path) -> None:
    no = "hardstand: error: no binding names serviceaccount:shop/wbe, and there is no such service account"
    done = hardstand("rbac", "paths", "--from", "sa:shop/wbe", "rbac.yaml", cwd=files)
    assert done.stderr == f"{no}: no path can begin there\n  hint: did you mean serviceaccount:shop/web?\n"
    assert (done.stdout, done.returncode) == ("", 2)
    (files / "new.yaml").write_text(FILES.split("---", maxsplit=1)[0])
    words = ["rehearse", "--rbac", "new.yaml", "--audit", "audit.log", "rbac.yaml", "--replace-for"]
    done = hardstand(*words, "sa:shop/wbe", cwd=files)
    assert done.stderr.startswith(f"{no}: nothing would be replaced\n")
    assert (done.stdout, done.returncode) == ("", 2)
    for there in ("sa:shop/web", "sa:shop/idle", "sa:jobs/runner"):
        assert "names" not in hardstand(*words, there, cwd=files).stderr
        assert "names" not in hardstand("rbac", "paths", "--from", there, "rbac.yaml", cwd=files).stderr
    assert "warning: no binding names user:jane\n" in hardstand(*words, "user:jane", cwd=files).stderr
    assert (
        "warning: no binding names user:jane\n"
        in hardstand("rbac", "paths", "--from", "user:jane", "rbac.yaml", cwd=files).stderr
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("gett", "pods"), "`gett` is not one of Kubernetes' verbs\n  hint: did you mean `get`?"),
        (("GET", "/metrics"), "`GET` is not an HTTP method in small letters\n"),
        (("list", "/metrics"), "`list` is not an HTTP method in small letters\n"),
    ],
)
def test_a_verb_that_is_none_is_told(words: tuple[str, ...], says: str, files: Path) -> None:
    for ask in (("can", "user:oidc:kim"), ("who-can",)):
        assert f"warning: {says}" in hardstand("rbac", *ask, *words, "rbac.yaml", cwd=files).stderr


@pytest.mark.parametrize("verb", ["get", "*", "deletecollection", "escalate", "sign", "impersonate:user-info"])
def test_verbs_that_there_are_are_taken(verb: str, files: Path) -> None:
    assert hardstand("rbac", "can", "user:oidc:kim", verb, "pods", "rbac.yaml", cwd=files).stderr == ""


def test_a_namespace_that_nothing_is_in_is_told_of_files_and_an_error_of_a_cluster(files: Path) -> None:
    asks = (("can", "user:oidc:kim", "get", "pods"), ("who-can", "get", "pods"), ("what-can", "user:oidc:kim"))
    for ask in asks:
        done = hardstand("rbac", *ask, "-n", "shpo", "rbac.yaml", cwd=files)
        assert done.stderr == (
            "hardstand: warning: nothing that was read is in namespace `shpo`\n  hint: did you mean `shop`?\n"
        )
        assert done.returncode == 0
        assert hardstand("rbac", *ask, "-n", "jobs", "rbac.yaml", cwd=files).stderr == ""
    write(str(files / "estate.json.zst"), spooled().lines())
    for ask in asks:
        done = hardstand("rbac", *ask, "-n", "shpo", "estate.json.zst", cwd=files)
        assert "hardstand: error: there is no namespace `shpo`\n  hint: " in done.stderr
        assert (done.stdout, done.returncode) == ("", 2)
        assert "namespace" not in hardstand("rbac", *ask, "-n", "shop", "estate.json.zst", cwd=files).stderr


def test_where_namespaces_or_accounts_may_not_be_listed_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    gaps = [Gap(Kind("", kind), None, Why.MAY_NOT_LIST, f"{kind} may not be listed") for kind in (
        "Namespace", "ServiceAccount",
    )]  # fmt: skip
    write(str(tmp_path / "estate.json.zst"), spooled([*estate(), *gaps]).lines())
    done = hardstand("rbac", "can", "sa:there/web", "get", "pods", "-n", "there", "estate.json.zst", cwd=tmp_path)
    assert "there is no namespace" not in done.stderr
    assert "no such service account" not in done.stderr
    assert "whether there is one cannot be told: ServiceAccount may not be listed" in done.stderr
