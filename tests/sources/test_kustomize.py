"""Kustomizations: what is built, what is owned, and what is refused. Built by the real programs."""

import http.server
import os
import threading

import pytest

from hardstand.sources import kustomization

from .conftest import program, scan

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def config(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"


@pytest.fixture(params=["kustomize", "kubectl"])
def way(request, only):
    """Each program that can build, alone on PATH."""
    only(request.param)
    return request.param


def test_only_what_no_other_builds_on_is_a_root(tree, way):
    tree(
        {
            "base/kustomization.yaml": HEAD + "resources: [a.yaml]\n",
            "base/a.yaml": config("a"),
            "base/loose.yaml": config("loose"),
            "prod/kustomization.yml": HEAD + "resources: [../base]\nnamePrefix: prod-\npatches: [{path: patch.yaml}]\n",
            "prod/patch.yaml": config("a") + "data: {k: v}\n",
            "test/Kustomization": "resources: [../base, b.yaml]\n",
            "test/b.yaml": config("b"),
        }
    )
    reading = scan(".")
    assert not reading.problems
    assert reading.names == ["base/loose.yaml", "prod/kustomization.yml", "test/Kustomization"]
    assert "name: prod-a\n" in reading.texts["prod/kustomization.yml"]
    assert "k: v" in reading.texts["prod/kustomization.yml"]
    assert reading.pages[1].rendered is not None
    assert (reading.pages[1].rendered.tool, reading.pages[1].rendered.root) == ("kustomize", "prod")


def test_a_base_outside_of_the_walk_is_built_from_where_it_is(tree, way):
    tree({"base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": config("a")})
    tree({"prod/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\n"})
    assert "name: p-a" in scan("prod").texts["prod/kustomization.yaml"]
    assert scan("prod", "base").names == ["prod/kustomization.yaml"]
    assert scan("base/kustomization.yaml").texts == {"base/kustomization.yaml": config("a")}


def test_everything_that_a_kustomization_refers_to_is_owned(tree, way):
    fields = (
        "resources: [a.yaml]\npatchesStrategicMerge: [sm.yaml]\npatchesJson6902:\n"
        "- {target: {version: v1, kind: ConfigMap, name: a}, path: op.json}\n"
        "configMapGenerator:\n- {name: gen, files: [gen.yaml, key.yaml=other.yaml], envs: [env.yaml]}\n"
        "replacements: [{path: rep.yaml}]\nconfigurations: [conf.yaml]\ntransformers: [trans.yaml]\n"
        "crds: [crd.json]\n"
    )
    tree(
        {
            "kustomization.yaml": fields,
            "a.yaml": config("a") + "data: {x: y, z: w}\n",
            "sm.yaml": config("a") + "data: {x: patched}\n",
            "op.json": '[{"op": "add", "path": "/data/added", "value": "yes"}]',
            "gen.yaml": "a: b\n",
            "other.yaml": "c: d\n",
            "env.yaml": "E=F\n",
            "rep.yaml": (
                "source: {kind: ConfigMap, name: a, fieldPath: data.x}\n"
                "targets: [{select: {kind: ConfigMap, name: a}, fieldPaths: [data.z]}]\n"
            ),
            "conf.yaml": "namePrefix: []\n",
            "trans.yaml": (
                "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: deep.yaml\n"
                "target: {kind: ConfigMap, name: a}\n"
            ),
            "deep.yaml": config("a") + "data: {deep: 'yes'}\n",
            "crd.json": "{}",
        }
    )
    reading = scan(".")
    assert not reading.problems
    assert reading.names == ["kustomization.yaml"]
    assert "z: patched" in reading.texts["kustomization.yaml"]
    assert "deep: " in reading.texts["kustomization.yaml"]


def test_a_path_inside_an_object_is_no_file(tree, way):
    inline = (
        "transformers:\n- |-\n  apiVersion: builtin\n  kind: PrefixTransformer\n  metadata: {name: t}\n  prefix: x-\n"
        "  fieldSpecs: [{path: metadata/name}]\n"
    )
    tree({"kustomization.yaml": "resources: [a.yaml]\n" + inline, "a.yaml": config("a"), "metadata/b.yaml": ""})
    reading = scan(".")
    assert not reading.problems
    assert reading.names == ["kustomization.yaml", "metadata/b.yaml"]
    assert "name: x-a" in reading.texts["kustomization.yaml"]


def test_components(tree, way):
    tree(
        {
            "kustomization.yaml": "resources: [a.yaml]\ncomponents: [parts/used]\n",
            "a.yaml": config("a"),
            "parts/used/kustomization.yaml": COMPONENT + "resources: [extra.yaml]\npatches: [{path: p.yaml}]\n",
            "parts/used/extra.yaml": config("extra"),
            "parts/used/p.yaml": config("a") + "data: {k: v}\n",
            "parts/idle/kustomization.yaml": COMPONENT
            + "resources: [whole.yaml, ../base]\npatches: [{path: p.yaml}]\n",
            "parts/idle/whole.yaml": config("whole"),
            "parts/idle/p.yaml": config("a") + "data: {k: v}\n",
            "parts/base/kustomization.yaml": "resources: [b.yaml]\n",
            "parts/base/b.yaml": config("b"),
        }
    )
    reading = scan(".")
    assert not reading.problems
    # Nothing includes `idle`: its whole objects are read as they stand, its patches are no objects.
    assert reading.names == ["kustomization.yaml", "parts/base/kustomization.yaml", "parts/idle/whole.yaml"]


def test_a_cycle_is_said_and_not_lost(tree, way):
    tree({"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"})
    problem = scan(".").only_problem()
    assert (problem.path, problem.why) == ("a/kustomization.yaml", "not-rendered")
    assert "cycle detected: candidate root 'a' contains visited root 'a'" in problem.reason


REMOTE = {
    "resources: [a.yaml, {}]\n": "https://example.invalid/x.yaml",
    "bases: ['{}']\n": "github.com/org/repo//path?ref=v1",
    "components: ['{}']\n": "git@example.invalid:org/repo.git",
    "configMapGenerator:\n- name: x\n  files: ['k={}']\n": "https://example.invalid/f",
    "patches:\n- path: '{}'\n": "http://example.invalid/p.yaml",
    "openapi: {{path: '{}'}}\n": "http://example.invalid/p.json",
    "transformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  path: {}\n": "http://example.invalid/p.yaml",
}


@pytest.mark.parametrize("text", REMOTE)
def test_nothing_is_fetched(tree, way, text):
    tree({"base/kustomization.yaml": text.replace("{}", REMOTE[text]).replace("{{", "{").replace("}}", "}")})
    tree({"base/a.yaml": config("a"), "prod/kustomization.yaml": "resources: [../base]\n"})
    problem = scan(".").only_problem()
    assert (problem.path, problem.why) == ("base/kustomization.yaml", "not-rendered")
    assert "nothing is fetched" in problem.reason
    assert "(needed by prod/kustomization.yaml)" in problem.reason
    lines = (f"{text}\n").split("\n")
    assert "{}" in lines[problem.line - 1] or "|-" in lines[problem.line - 1]


def test_credentials_in_an_address_are_not_shown(tree, way):
    tree({"kustomization.yaml": "resources: ['https://me:hunter2@example.invalid/x?token=hunter2']\n"})
    assert "hunter2" not in scan(".").only_problem().reason


@pytest.mark.parametrize(
    "address", ["me:{}@example.invalid/x.git", "git::me:{}@example.invalid/x.git", "me:{}@example.invalid/x"]
)
@pytest.mark.parametrize("secret", ["hunter2", "a@hunter2", "a:hunter2"])
def test_credentials_in_an_address_without_a_scheme_are_not_shown(tree, way, address, secret):
    tree({"kustomization.yaml": f"resources: ['{address.format(secret)}']\n"})
    reason = scan(".").only_problem().reason
    assert "hunter2" not in reason
    assert "example.invalid/x" in reason


def test_the_user_of_all_repositories_is_shown():
    assert kustomization.without_credentials("git@example.invalid:a/b.git") == "git@example.invalid:a/b.git"


def test_what_a_plugin_is_told_to_fetch_is_not_fetched_either(tree, way):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/p.yaml"
        trans = f"apiVersion: builtin\nkind: PatchTransformer\nmetadata: {{name: t}}\npath: {address}\n"
        tree({"kustomization.yaml": "resources: [a.yaml]\ntransformers: [t.yaml]\n", "a.yaml": config("a")})
        tree({"t.yaml": trans})
        problem = scan(".").only_problem()
        server.shutdown()
    assert "nothing is fetched" in problem.reason
    assert asked == []


def test_what_cannot_be_built_says_why_without_what_it_holds(tree, way):
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
    tree({"one/kustomization.yaml": "resources: [missing.yaml]\n", "a.yaml": config("a")})
    tree({"two/kustomization.yaml": "secretGenerator: [{name: s, literals: [hunter2]}]\n"})
    tree(
        {
            "three/kustomization.yaml": "resources: [s.yaml]\npatches:\n- target: {kind: Secret}\n  patch: |-\n"
            "    - {op: test, path: /stringData/password, value: hunter2x}\n",
            "three/s.yaml": secret,
        }
    )
    tree(
        {
            "four/kustomization.yaml": "resources: [\n",
            "five/kustomization.yaml": "",
            "six/kustomization.yaml": "nope: 1\n",
        }
    )
    reading = scan(".")
    assert reading.names == ["a.yaml"]
    found = {problem.path.partition("/")[0]: problem for problem in reading.problems}
    assert set(found) == {"one", "two", "three", "four", "five", "six"}
    assert {problem.why for problem in reading.problems} == {"not-rendered"}
    assert not any("hunter2" in problem.reason or "\n" in problem.reason for problem in reading.problems)
    assert found["one"].reason == "the kustomization refers to missing.yaml, which is not there"
    assert (found["one"].line, found["one"].column) == (1, 13)
    assert "not of the form key=value" in found["two"].reason
    assert 'unknown field "nope"' in found["six"].reason
    assert found["four"].line >= 1


def test_flux_has_an_object_of_the_same_name(tree, way):
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n"
    tree({"apps/kustomization.yaml": flux})
    assert scan(".").texts == {"apps/kustomization.yaml": flux}
    assert scan("apps/kustomization.yaml").pages[0].named


def test_without_a_program_it_says_what_to_install(tree, only):
    only()
    tree({"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": config("a"), "other/b.yaml": config("b")})
    reading = scan(".")
    assert reading.names == ["other/b.yaml"]
    assert "install kustomize or kubectl" in reading.only_problem().reason


CHART = {
    "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "charts/shop/values.yaml": "name: web\n",
    "charts/shop/templates/c.yaml": config("{{ .Values.name }}"),
}


def test_a_chart_on_disk_is_inflated_where_helm_is(tree, only):
    tree(CHART | {"kustomization.yaml": "helmCharts: [{name: shop, releaseName: r, valuesInline: {name: mine}}]\n"})
    only("kustomize", "helm")
    reading = scan(".")
    assert not reading.problems
    assert reading.names == ["kustomization.yaml"]
    assert "name: mine" in reading.texts["kustomization.yaml"]
    only("kustomize")
    assert "needs helm on PATH" in scan(".").only_problem().reason


def test_a_chart_from_a_repository_is_not_fetched(tree, way):
    tree({"kustomization.yaml": "helmCharts:\n- {name: shop, repo: 'https://example.invalid', version: 1.0.0}\n"})
    problem = scan(".").only_problem()
    assert problem.line == 2
    assert "the chart shop, which is not on disk" in problem.reason


def test_both_programs_build_the_same(tree, only):
    tree({"kustomization.yaml": "resources: [b.yaml, a.yaml]\nnamespace: x\n", "a.yaml": config("a")})
    tree({"b.yaml": config("b")})
    only("kustomize")
    alone = scan(".").texts
    only("kubectl")
    assert scan(".").texts == alone


def test_programs_are_real(way):
    assert os.access(program(way), os.X_OK)
