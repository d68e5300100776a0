"""A small estate with production and staging, told apart by paths, by namespaces and by labels."""

import os
import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from hardstand.baseline.load import load
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.wiring import ScanRequest, scan
from tests.sources.conftest import program

BOUNDARY = [one.id for one in catalog.load() if one.area == "boundary"]
DECLARED = {
    "paths": """
boundary:
  environments:
    production: {paths: [prod/**], registries: [registry.example]}
    staging: {paths: [staging/**], registries: [registry.example/staging]}
""",
    "namespaces": """
boundary:
  environments:
    production: {namespaces: [shop], registries: [registry.example]}
    staging: {namespaces: [shop-staging], registries: [registry.example/staging]}
""",
    "labels": """
boundary:
  environments:
    production: {namespaces: [{labels: {env: prod}}], registries: [registry.example]}
    staging: {namespaces: [{labels: {env: staging}}], registries: [registry.example/staging]}
""",
}


def namespace(name: str, env: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{env: {env}}}}}\n"


def account(space: str, role: str) -> str:
    arn = f"arn:aws:iam::123456789012:role/{role}"
    return f"""\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: web, namespace: {space}, annotations: {{eks.amazonaws.com/role-arn: "{arn}"}}}}
"""


def web(space: str, image: str, database: str) -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {space}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: {image}
        env:
        - {{name: DATABASE_URL, value: "postgres://web:s3cr3t-of-web@{database}/shop"}}
"""


MIXED = {
    "prod/namespace.yaml": namespace("shop", "prod"),
    "prod/account.yaml": account("shop", "web"),
    "prod/web.yaml": web("shop", "registry.example/staging/web:1", "db.example"),
    "staging/namespace.yaml": namespace("shop-staging", "staging"),
    "staging/account.yaml": account("shop-staging", "web"),
    "staging/web.yaml": web("shop-staging", "registry.example/staging/web:2", "db.example"),
}
APART = {
    **MIXED,
    "prod/web.yaml": web("shop", "registry.example/web:1", "db-live.example"),
    "staging/account.yaml": account("shop-staging", "web-staging"),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(declared: str, *paths: str, controls: list[str] | None = None, jobs: int = 1, complete: bool = False) -> Run:
    baseline = load(declared.encode(), vocabulary(), today=date(2026, 1, 1))
    settings = Settings(baseline=baseline, verdicts=True, complete=complete)
    return scan(ScanRequest(paths or ["."], settings=settings, controls=controls or BOUNDARY, jobs=jobs))


def said(found: Run) -> dict[str, str]:
    return {f"{one.control} {one.locations[0].file}": f"{one.verdict.value}: {one.message}" for one in found.findings}


@pytest.mark.parametrize("told", sorted(DECLARED))
def test_what_mixes_is_found_however_environments_are_told(told: str) -> None:
    write(MIXED)
    role = "the aws identity arn:aws:iam::123456789012:role/web"
    other = "as Deployment shop-staging/web of staging does"
    assert said(run(DECLARED[told])) == {
        "foreign-registry prod/web.yaml": (
            "fail: runs an image from `registry.example`, a registry of staging, in production"
        ),
        "shared-database-host prod/web.yaml": f"fail: uses the postgresql host db.example, {other}",
        "shared-service-account prod/web.yaml": f"fail: runs as {role}, {other}",
    }


@pytest.mark.parametrize("told", sorted(DECLARED))
def test_what_is_apart_passes(told: str) -> None:
    write(APART)
    found = run(DECLARED[told])
    assert said(found) == {}
    passed = {one.control for one in found.verdicts or () if one.verdict.value == "pass"}
    assert passed == {
        "foreign-registry",
        "namespace-in-two-environments",
        "namespace-outside-boundary",
        "shared-database-host",
        "shared-service-account",
    }


@pytest.mark.parametrize("told", sorted(DECLARED))
def test_neither_order_nor_processes_change_anything(told: str) -> None:
    write(MIXED)
    for at in range(3):
        write(
            {f"staging/more-{at}.yaml": web("shop-staging", "a:1", "db.example").replace("name: web,", f"name: w{at},")}
        )
    names = sorted(str(path) for path in Path().rglob("*.yaml"))
    first = run(DECLARED[told], *names)
    for seed in range(4):
        shuffled = random.Random(seed).sample(names, len(names))
        again = run(DECLARED[told], *shuffled, jobs=1 + seed % 3)
        assert [(one.id, one.message) for one in again.findings] == [(one.id, one.message) for one in first.findings]
        assert again.verdicts == first.verdicts


def test_no_password_is_shown_beside_a_host() -> None:
    write(MIXED)
    assert "s3cr3t" not in repr(run(DECLARED["paths"]))


def test_a_namespace_outside_is_one_cause_for_all_its_workloads() -> None:
    write(
        {**APART, "stray/web.yaml": web("stray", "a:1", "x.example"), "stray/b.yaml": web("stray", "b:1", "x.example")}
    )
    found = [one for one in run(DECLARED["namespaces"]).findings if one.control == "namespace-outside-boundary"]
    assert len(found) == 2
    assert {one.root_cause for one in found} == {"namespace-outside-boundary@namespace:stray"}
    write({"stray/namespace.yaml": namespace("stray", "none")})
    found = [one for one in run(DECLARED["namespaces"]).findings if one.control == "namespace-outside-boundary"]
    assert [one.locations[0].file for one in found] == ["stray/namespace.yaml"]


OUTSIDE = {
    "namespaces: [shop]": "none is declared for the namespace pay-prod",
    # Declared at a place that fits: then the namespace is what is missing.
    "paths: [apps], namespaces: [shop]": "none is declared for the namespace pay-prod",
    "paths: [vm], namespaces: [pay-prod]": (
        "production declares the namespace pay-prod, but only for the path `vm`, and not for apps/cart/refunds.yaml"
    ),
    'paths: [a, b, c, d, e], namespaces: ["pay-*"]': (
        "production declares the namespace pay-prod, but only for the paths `a`, `b`, `c` and 2 more, "
        "and not for apps/cart/refunds.yaml"
    ),
    "paths: [a, b], namespaces: [pay-prod]}\n    live: {paths: [c], namespaces: [pay-prod]": (
        "production declares the namespace pay-prod, but only for the paths `a` and `b`, and live only for the path "
        "`c`, and not for apps/cart/refunds.yaml"
    ),
}


@pytest.mark.parametrize("production", OUTSIDE)
def test_a_namespace_outside_is_told_from_a_path_outside(production: str) -> None:
    write({"apps/cart/refunds.yaml": web("pay-prod", "a:1", "x.example")})
    declared = f"boundary:\n  environments:\n    production: {{{production}}}\n    staging: {{paths: [staging]}}\n"
    (one,) = run(declared, controls=["namespace-outside-boundary"]).findings
    assert one.message == f"lies in no environment: {OUTSIDE[production]}"


@pytest.mark.parametrize(("env", "declares"), [("prod", True), ("test", False)])
def test_labels_tell_a_path_outside_too(env: str, declares: bool) -> None:
    write({"apps/ns.yaml": namespace("shop", env), "apps/web.yaml": web("shop", "a:1", "x.example")})
    production = "{paths: [prod], namespaces: [{labels: {env: prod}}]}"
    declared = f"boundary: {{environments: {{production: {production}, staging: {{paths: [staging]}}}}}}\n"
    (one,) = run(declared, controls=["namespace-outside-boundary"]).findings
    assert (one.locations[0].file, one.message.startswith("lies in no environment: production declares")) == (
        "apps/ns.yaml",
        declares,
    )


def test_labels_count_when_no_control_asks_for_namespaces() -> None:
    write(APART)
    declared = DECLARED["labels"] + "modes:\n- {environment: production, mode: block}\n"
    found = run(declared, controls=["single-replica", "root-allowed"])
    assert {(one.locations[0].file, str(one.action)) for one in found.findings} == {
        ("prod/web.yaml", "block"),
        ("staging/web.yaml", "warn"),
    }


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
SAME = {
    "prod/web.yaml": web("shop", "a:1", "x"),
    "staging/web.yaml": web("shop", "a:1", "x"),
    "prod/policy.yaml": POLICY,
}


def isolation(declared: str, **options: bool) -> dict[str, str]:
    found = run(declared, controls=["workload-not-isolated"], **options)
    return {one.locations[0].file: f"{one.verdict.value} {one.why}" for one in found.findings}


def test_environments_told_by_path_do_not_see_each_other() -> None:
    write(SAME)
    assert isolation(DECLARED["paths"]) == {"staging/web.yaml": "unknown not-in-input"}
    # What is all there is holds no policy for staging.
    assert isolation(DECLARED["paths"], complete=True) == {"staging/web.yaml": "fail None"}
    # Told by namespaces, or not at all, plain files are one picture.
    assert isolation(DECLARED["namespaces"]) == {}
    assert isolation("name: none\n") == {}


def findings_in(found: Run, file: str) -> list[Finding]:
    return [one for one in found.findings if one.locations[0].file == file]


def test_ids_carry_the_environment_and_not_the_file() -> None:
    write({"prod/web.yaml": SAME["prod/web.yaml"]})
    alone = run(DECLARED["paths"], controls=["single-replica", "root-allowed"])
    write({"staging/web.yaml": SAME["staging/web.yaml"]})
    both = run(DECLARED["paths"], controls=["single-replica", "root-allowed"])
    ids = {file: {one.id for one in findings_in(both, file)} for file in SAME if file.endswith("web.yaml")}
    assert len(ids["prod/web.yaml"]) == len(ids["staging/web.yaml"]) > 0
    assert ids["prod/web.yaml"].isdisjoint(ids["staging/web.yaml"])
    # The second environment makes nothing new in the first, and a file may be renamed within its environment.
    assert {one.id for one in alone.findings} == ids["prod/web.yaml"]
    Path("prod/web.yaml").rename("prod/shop.yaml")
    renamed = run(DECLARED["paths"], controls=["single-replica", "root-allowed"])
    assert {one.id for one in findings_in(renamed, "prod/shop.yaml")} == ids["prod/web.yaml"]


def test_without_a_boundary_nothing_is_asked() -> None:
    write(MIXED)
    found = run("name: none\n")
    assert found.findings == ()
    assert {(one.verdict.value, str(one.why)) for one in found.verdicts or ()} == {("not-applicable", "not-declared")}


def test_where_a_chart_is_installed_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{program('helm').parent}:{os.environ['PATH']}")
    write(
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            "chart/templates/web.yaml": web("shop", "a:1", "x").replace(", namespace: shop", ""),
        }
    )
    found = run(DECLARED["namespaces"], controls=["namespace-outside-boundary"])
    assert [(one.verdict.value, str(one.why)) for one in found.findings] == [("unknown", "not-in-input")]
    declared = "boundary:\n  environments:\n    production: {paths: [chart]}\n    staging: {paths: [staging]}\n"
    assert run(declared, controls=["namespace-outside-boundary"]).findings == ()
