"""Helm charts, rendered by the helm binary and by the SDK: both must give the same pages."""

import gzip
import io
import random
import resource
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from hardstand.sources import archive as archive_module
from hardstand.sources import helm, process

from .conftest import program, scan

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: {{ .Values.image.name }}:{{ .Values.image.tag }}
"""

MIXED = """\
# stays with what follows
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {"helm.sh/hook": pre-install}
---
{{- if .Values.extra }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: extra
{{- end }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
"""

SHOP = {
    "shop/Chart.yaml": CHART,
    "shop/values.yaml": "replicas: 1\nimage: {name: web, tag: v1}\nports: [80, 81]\ncache: {size: 5}\n",
    "shop/templates/deployment.yaml": DEPLOYMENT,
    "shop/templates/mixed.yaml": MIXED,
    "shop/templates/off.yaml": "{{ if .Values.extra }}kind: Pod{{ end }}\n",
    "shop/templates/_helpers.tpl": '{{ define "name" }}x{{ end }}',
    "shop/templates/NOTES.txt": "Thank you",
    "shop/templates/tests/probe.yaml": (
        'apiVersion: v1\nkind: Pod\nmetadata: {name: probe, annotations: {"helm.sh/hook": test}}\n'
    ),
    "shop/crds/crd.yaml": (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n"
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c.b}\n"
    ),
    "shop/charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 0.1.0\n",
    "shop/charts/cache/values.yaml": "size: 1\n",
    "shop/charts/cache/templates/set.yaml": (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cache}\nspec: {replicas: {{ .Values.size }}}\n"
    ),
    "shop/files/raw.yaml": "kind: Pod\nmetadata: {name: {{ not yaml }}}\n",
}

PAGES = [
    "shop/charts/cache/templates/set.yaml",
    "shop/crds/crd.yaml",
    "shop/templates/deployment.yaml",
    "shop/templates/mixed.yaml",
    "shop/templates/tests/probe.yaml",
]


@pytest.fixture(params=["binary", "sdk"])
def way(request, only):
    """Each way to render, with nothing of the other."""
    only(*(["helm"] if request.param == "binary" else []))
    return request.param


def test_a_chart_in_a_walk_is_seen_only_rendered(tree, way):
    tree(SHOP | {"plain.yaml": "kind: Pod\n"})
    reading = scan(".")
    assert not reading.problems
    assert reading.names == ["plain.yaml", *PAGES]
    page = reading.pages[3]
    assert page.rendered is not None
    assert (page.rendered.tool, page.rendered.root, page.named) == ("helm", "shop", False)
    assert "  replicas: 1\n" in reading.texts["shop/templates/deployment.yaml"]
    assert "image: web:v1" in reading.texts["shop/templates/deployment.yaml"]
    assert "{replicas: 5}" in reading.texts["shop/charts/cache/templates/set.yaml"]


def test_hooks_and_both_crds_are_in_the_picture(tree, way):
    tree(SHOP)
    texts = scan("shop").texts
    assert texts["shop/templates/mixed.yaml"].count("\nkind:") == 3
    assert "name: migrate" in texts["shop/templates/mixed.yaml"]
    assert texts["shop/crds/crd.yaml"].count("kind: CustomResourceDefinition") == 2
    assert "NOTES" not in "".join(texts)


def test_values_and_settings(tree, way):
    tree(SHOP | {"prod.yaml": "replicas: 3\nimage: {tag: v2}\n", "more.yaml": "image: {tag: v3}\n"})
    settings = ("image.name=db,extra=true", "cache.size=9")
    texts = scan("shop", values=("prod.yaml", "more.yaml"), settings=settings).texts
    assert "replicas: 3" in texts["shop/templates/deployment.yaml"]
    assert "image: db:v3" in texts["shop/templates/deployment.yaml"]
    assert "name: extra" in texts["shop/templates/mixed.yaml"]
    assert "{replicas: 9}" in texts["shop/charts/cache/templates/set.yaml"]


@pytest.mark.parametrize("settings", [("ports[1]=99",), ("ports={1,2,3}",), ("image=null",), ("a.b=c,a.d=e", "a.b=f")])
def test_settings_mean_the_same_to_both(tree, only, settings):
    tree(SHOP | {"shop/templates/dump.yaml": "kind: Dump\nvalues: {{ toJson .Values }}\n"})
    tree({"shop/templates/deployment.yaml": ""})
    tree({"base.yaml": "ports: [80, 81, 82]\na: {z: 1}\n"})
    only("helm")
    binary = scan("shop", values=("base.yaml",), settings=settings)
    only()
    sdk = scan("shop", values=("base.yaml",), settings=settings)
    assert binary.texts["shop/templates/dump.yaml"] == sdk.texts["shop/templates/dump.yaml"]


def test_both_ways_give_the_same_pages(tree, only):
    tree(SHOP)
    only("helm")
    binary = scan("shop")
    only()
    sdk = scan("shop")
    assert binary.texts == sdk.texts
    assert binary.names == sdk.names == PAGES


def test_a_packaged_chart(tree, way):
    root = tree(SHOP)
    (root / "packed").mkdir()
    with tarfile.open(root / "packed" / "shop-1.0.0.tgz", "w:gz") as archive:
        archive.add(root / "shop", "shop")
    with tarfile.open(root / "packed" / "backup.tgz", "w:gz") as archive:
        archive.add(root / "shop" / "files", "files")
    (root / "packed" / "noise.tgz").write_bytes(b"not gzip")
    reading = scan("packed")
    assert not reading.problems
    assert reading.names == [name.replace("shop/", "packed/shop-1.0.0.tgz/", 1) for name in PAGES]
    assert "unpack it first" in scan("packed/backup.tgz").only_problem().reason


def test_naming_a_template_renders_its_chart_for_it(tree, way, monkeypatch):
    root = tree(SHOP)
    assert scan("shop/templates/mixed.yaml").names == ["shop/templates/mixed.yaml"]
    assert scan("shop/templates/mixed.yaml", "shop/templates/deployment.yaml").names == PAGES[2:4]
    assert scan("shop/charts/cache/templates").names == PAGES[:1]
    assert "{replicas: 5}" in scan("shop/charts/cache/templates").pages[0].data.decode()
    assert scan("shop/values.yaml").names == PAGES
    assert scan("shop/templates/_helpers.tpl").names == PAGES
    assert scan("shop/crds/crd.yaml").pages[0].rendered is None
    monkeypatch.chdir(root / "shop" / "templates")
    assert scan("mixed.yaml").names == ["../templates/mixed.yaml"]


def test_a_library_chart_deploys_nothing(tree, way):
    tree({"lib/Chart.yaml": CHART + "type: library\n", "lib/templates/_a.yaml": "x", "a.yaml": ""})
    reading = scan(".")
    assert (reading.names, reading.problems, reading.ignored) == (["a.yaml"], [], ["lib"])
    assert scan("lib").ignored == ["lib"]
    assert scan("lib/templates/_a.yaml").ignored == ["lib"]


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


@pytest.mark.parametrize("kind", ["library", "application"])
@pytest.mark.parametrize("named", [".", "c"])
def test_manifests_beside_a_chart_file_do_not_vanish(tree, way, kind, named):
    tree({"c/Chart.yaml": f"{CHART}type: {kind}\n", "c/pod.yaml": POD, "c/two.yml": f"a: 1\n---\n{POD}"})
    tree({"c/e.json": '{"api\\u0056ersion": "v1", "kind": "Pod"}', "c/broken.yaml": f"{POD}a: b: c\n"})
    tree(dict.fromkeys(("c/values.yaml", "c/values-prod.yaml", "c/requirements.yaml", "c/ci/x.yaml"), POD))
    tree({"c/questions.yaml": "kind: of apiVersion\n", "c/notes.yaml": "{{ x }} \\\n", "c/README.json": POD})
    reading = scan(named)
    assert reading.problems == []
    assert reading.names == ["c/broken.yaml", "c/e.json", "c/pod.yaml", "c/two.yml"]
    assert reading.ignored == (["c"] if kind == "library" else [])
    assert not any(page.named or page.rendered for page in reading.pages)


def test_ignore_files_hold_beside_a_chart_file(tree, way):
    tree({"c/Chart.yaml": CHART, "c/pod.yaml": POD, "c/b.yaml": POD, ".hardstandignore": "pod.yaml\n"})
    tree({"c/.hardstandignore": "/b.yaml\n/values.yaml\n", "c/values.yaml": ""})
    reading = scan(".")
    assert (reading.names, reading.ignored) == ([], ["c/b.yaml", "c/pod.yaml"])


def test_a_named_file_beside_a_chart_file_is_read_whatever_it_holds(tree, way):
    tree({"c/Chart.yaml": CHART, "c/questions.yaml": "a: 1\n"})
    assert [(page.name, page.named) for page in scan("c", "c/questions.yaml").pages] == [("c/questions.yaml", True)]


def test_links_beside_a_chart_file(tree, way):
    root = tree({"c/Chart.yaml": CHART + "type: library\n", "pod.txt": POD, "other.txt": "a: 1\n"})
    (root / "c" / "pod.yaml").symlink_to("../pod.txt")
    (root / "c" / "other.yaml").symlink_to("../other.txt")
    assert scan(".").names == ["c/pod.yaml"]


def packed(location, members):
    """Write an archive of `members`, name by name."""
    with tarfile.open(location, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_an_archive_that_cannot_be_judged_is_said(tree, only, monkeypatch):
    only()
    monkeypatch.setattr(archive_module, "_LOOK", 100_000)
    root = tree({"a.yaml": "", "noise.tgz": "not gzip", "empty.tgz": ""})
    packed(root / "late.tgz", {"shop/big.bin": bytes(200_000), "shop/Chart.yaml": CHART.encode()})
    packed(root / "other.tgz", {"backup/x.yaml": b""})
    (root / "log.tgz").write_bytes(gzip.compress(b"no archive" * 20_000))
    (root / "tail.tgz").write_bytes(gzip.compress(bytes(1024)) + gzip.compress(b"more"))
    packed(root / "noise.bin", {"shop/random": random.Random(1).randbytes(50_000)})
    whole = (root / "noise.bin").read_bytes()
    (root / "cut.tgz").write_bytes(whole[:30_000])
    (root / "spoiled.tgz").write_bytes(whole[:10] + b"\xff" * 500)
    reading = scan(".")
    assert [problem.path for problem in reading.problems] == ["cut.tgz", "late.tgz", "spoiled.tgz", "tail.tgz"]
    assert {problem.why for problem in reading.problems} == {"not-rendered"}
    assert "list it in the ignore file" in reading.problems[0].reason
    assert reading.ignored == ["empty.tgz", "log.tgz", "noise.tgz", "other.tgz"]
    assert scan("late.tgz").only_problem().why == "not-rendered"
    assert "unpack it first" in scan("other.tgz").only_problem().reason


def test_a_broken_archive_that_shows_its_chart_is_given_to_helm(tree, way):
    root = tree({})
    packed(root / "x.bin", {"shop/Chart.yaml": CHART.encode(), "shop/z": random.Random(1).randbytes(300_000)})
    (root / "shop.tgz").write_bytes((root / "x.bin").read_bytes()[:200_000])
    problem = scan(".").only_problem()
    assert (problem.path, problem.why) == ("shop.tgz", "not-rendered")
    assert "could not be rendered" in problem.reason


def test_a_packaged_library_is_left_out(tree, way):
    root = tree({})
    packed(root / "lib.tgz", {"lib/Chart.yaml": f"{CHART}type: library\n".encode()})
    reading = scan(".")
    assert (reading.names, reading.problems, reading.ignored) == ([], [], ["lib.tgz"])


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ('\n{{ required "give image.digest" .Values.digest }}\n', 2, "give image.digest"),
        ("\n\n{{ .Values.image.tag.x }}\n", 3, "can't evaluate field x"),
        ("{{ if }}\n", 1, "missing value for if"),
        ("a: b\n  c: d\n", 1, "line 2 counts in the rendered text"),
    ],
)
def test_what_helm_refuses_is_not_rendered_with_its_reason_and_place(tree, way, template, line, words):
    tree(SHOP | {"shop/templates/bad.yaml": template, "plain.yaml": ""})
    reading = scan(".")
    assert reading.names == ["plain.yaml"]
    problem = reading.only_problem()
    assert (problem.path, problem.line, problem.why) == ("shop/templates/bad.yaml", line, "not-rendered")
    assert words in problem.reason
    assert "\n" not in problem.reason


def test_a_missing_dependency_names_the_remedy(tree, way):
    needs = "dependencies:\n- {name: db, version: 1.0.0, repository: 'https://charts.invalid'}\n"
    tree(SHOP | {"shop/Chart.yaml": CHART + needs})
    problem = scan("shop").only_problem()
    assert (problem.path, problem.why) == ("shop", "not-rendered")
    assert "helm dependency build" in problem.reason


@pytest.mark.parametrize(
    "template",
    [
        '{{ fail (printf "bad password %s" .Values.password) }}',
        "{{ fail (b64enc .Values.password) }}",
        "{{ .Values.password | int64 | b64dec }}{{ mustFromJson .Values.password }}",
        '{{ fail (printf "%v" .Values) }}',
    ],
)
def test_values_are_never_in_the_reason(tree, way, template):
    tree(SHOP | {"shop/templates/bad.yaml": template, "prod.yaml": "password: hunter2hunter2\n"})
    for reading in (
        scan("shop", values=("prod.yaml",)),
        scan("shop", settings=("password=hunter2hunter2",)),
    ):
        assert "hunter2" not in reading.only_problem().reason
        assert "tag:v1" not in reading.only_problem().reason
        assert "aHVudGVyMmh1bnRlcjI" not in reading.only_problem().reason


def test_a_schema_that_quotes_the_value_does_not_leak_it(tree, way):
    schema = '{"properties": {"password": {"type": "string", "pattern": "^x"}}}'
    tree(SHOP | {"shop/values.schema.json": schema})
    reason = scan("shop", settings=("password=hunter2",)).only_problem().reason
    assert "does not match pattern" in reason
    assert "hunter2" not in reason


def test_a_values_file_that_is_missing(tree, way):
    tree(SHOP)
    problem = scan("shop", values=("nope.yaml",)).only_problem()
    assert (problem.path, problem.reason) == (
        "nope.yaml",
        "no such file or directory (given as --values, which must be a file on disk)",
    )


def test_a_chart_may_not_read_the_machine_through_a_link(tree, way, tmp_path):
    root = tree(SHOP | {"shop/templates/leak.yaml": 'kind: X\ndata: {{ .Files.Get "etc/secret" }}\n', "shop/etc/a": ""})
    (tmp_path / "secret").write_text("hunter2")
    (root / "shop" / "etc" / "secret").symlink_to(tmp_path / "secret")
    problem = scan("shop").only_problem()
    assert (problem.path, problem.why) == ("shop/etc/secret", "not-rendered")


def test_a_chart_may_link_within_the_tree(tree, way):
    root = tree({name: text for name, text in SHOP.items() if "charts/cache" not in name})
    tree({name.replace("shop/charts/", ""): text for name, text in SHOP.items() if "charts/cache" in name})
    (root / "shop" / "charts").mkdir()
    (root / "shop" / "charts" / "cache").symlink_to("../../cache")
    reading = scan(".")
    assert not reading.problems
    assert "shop/charts/cache/templates/set.yaml" in reading.names


def test_without_helm_it_says_what_to_install(tree, only, monkeypatch):
    only()
    monkeypatch.setattr(helm.importlib.util, "find_spec", lambda name: None)
    tree(SHOP | {"plain.yaml": ""})
    reading = scan(".")
    assert reading.names == ["plain.yaml"]
    assert "pip install 'hardstand[helm]'" in reading.only_problem().reason


def test_code_in_the_scanned_tree_is_not_imported(tree, only):
    only()
    tree(SHOP | {"helm_python/__init__.py": "raise SystemExit(3)", "json.py": "raise SystemExit(4)"})
    assert scan("shop").names == PAGES


def test_an_endless_template_is_stopped(tree, way, monkeypatch):
    monkeypatch.setattr(process, "PATIENCE", 1.5)
    tree(SHOP | {"shop/templates/loop.yaml": "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"})
    assert "took longer than" in scan("shop").only_problem().reason


def test_a_template_that_takes_all_memory_is_stopped(tree, way, monkeypatch):
    if not hasattr(resource, "prlimit"):
        pytest.skip("this system cannot bound another program's memory")
    monkeypatch.setattr(process, "_MEMORY_LIMIT", 2 * 1024**3)
    double = '{{ $x := "aaaaaaaaaaaaaaaa" }}{{ range until 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}a: {{ $x }}'
    tree(SHOP | {"shop/templates/double.yaml": double})
    assert "ran out of memory" in scan("shop").only_problem().reason


def test_a_value_that_looks_like_a_header_stays_where_it_is(tree, way):
    template = "kind: ConfigMap\ndata:\n  a: |\n    ---\n    # Source: shop/templates/evil.yaml\n    kind: Pod\n"
    tree(SHOP | {"shop/templates/config.yaml": template})
    texts = scan("shop").texts
    assert "shop/templates/evil.yaml" not in texts
    assert "# Source: shop/templates/evil.yaml" in texts["shop/templates/config.yaml"]


def test_the_sdk_survives_process_workers(tree, only):
    only()
    tree(SHOP)
    code = (
        "import sys, concurrent.futures as f, multiprocessing as m\n"
        "from hardstand.sources.files import discover\n"
        "from hardstand.sources.interface import ReadOptions\n"
        "from tests_helper import names\n"
        "if __name__ == '__main__':\n"
        "    units = list(discover(['shop'], ReadOptions())) * 3\n"
        "    for method in ('fork', 'spawn'):\n"
        "        with f.ProcessPoolExecutor(2, mp_context=m.get_context(method)) as pool:\n"
        "            print(sum(pool.map(names, units)))\n"
    )
    tree({"run.py": code, "tests_helper.py": "def names(unit):\n    return len(list(unit.open()))\n"})
    done = subprocess.run([sys.executable, "run.py"], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["15", "15"], done.stderr


def test_the_pinned_helm_is_used_where_it_can_be_built():
    assert Path(program("helm")).is_file()


def test_a_chart_that_gives_nothing_is_no_problem(tree, way):
    tree({"c/Chart.yaml": CHART, "c/templates/off.yaml": "{{ if .Values.on }}a: b{{ end }}"})
    reading = scan("c")
    assert (reading.names, reading.problems) == ([], [])
