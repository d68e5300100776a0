"""Whatever the input calls things, the draft is a baseline that means these things literally, and nothing else."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.baseline.globs import Glob
from hardstand.baseline.modes import Mode
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.draft.grouping import FEW, grouped
from hardstand.draft.writing import Page, exactly, listing, quoted
from hardstand.text.document import Document
from hardstand.text.reader import read
from tests.draft.drafts import drafted, loaded, namespace, workload, written

NAMES = [
    *("off", "null", "1e3", "0x10", "1_000", "2026-01-01", "yes", "~", "<<", "=", ".", "*", "a*b", "[x]", "q?"),
    *("we#ird", "a # b", 'quo"te', "it's", "back\\slash", "schema: x", "- dash", "&anchor", "!tag", "%x", "@at", "`t`"),
    *("{x}", "a,b", "a: b", " lead", "trail ", "line\nbreak", "a\tb", "a\rb", "a\u0085b", "a\u2028b", "\u202erev"),
    *("ünï", "日本", "😀", "x" * 3000, "a-b-" * 800),
]


def hostile(folder: Path) -> Path:
    items = []
    for name in NAMES:
        meta = {"name": name, "namespace": name, "annotations": {"vault.hashicorp.com/service": f"https://{name}"}}
        labels = {"team": f"{name}\nmodes: [{{mode: off}}]"}
        pod = {"containers": [{"name": name, "image": "postgres"}, {"image": 3}, 7]}
        items += [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}},
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": {"template": {"spec": pod}}},
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": meta,
                "spec": {"rules": [{"host": f"grafana.{name}"}, {"host": 3}, 7]},
            },
            {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "metadata": meta, "spec": []},
        ]
    return written(folder, {"all.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": items})})


def test_hostile_names_are_meant_literally(tmp_path: Path) -> None:
    baseline = loaded(drafted(hostile(tmp_path)).text)
    production = baseline.boundary.environments["production"]
    patterns = [one.name for one in production.namespaces if one.name is not None]
    for name in NAMES:
        assert [each for each in patterns if each.fits(name)] == [Glob(exactly(name))]
        assert any(each.fits(name) for each in production.secret_stores)
        assert any(each.fits(f"grafana.{name}") for each in production.admin_interfaces)
    assert not any(each.fits("axxb") or each.fits("qq") or each.fits("x") for each in patterns)
    assert [line.mode for line in baseline.enforcement.lines.values()] == [Mode.WARN]


@pytest.mark.parametrize("name", NAMES)
def test_one_hostile_name_alone(tmp_path: Path, name: str) -> None:
    """With few names, they stand in lines and comments of their own."""
    owner = {"team": f"{name}\nmodes: [{{mode: off}}]"}
    spec = {"template": {"spec": {"containers": [{"name": name, "image": "postgres"}]}}}
    items = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": owner}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": name}, "spec": spec},
    ]
    files = {"all.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": items})}
    baseline = loaded(drafted(written(tmp_path, files)).text)
    (one,) = baseline.boundary.environments["production"].namespaces
    assert one.name is not None
    assert one.name.fits(name)
    assert not one.name.fits("x" + name)
    assert [line.mode for line in baseline.enforcement.lines.values()] == [Mode.WARN]
    assert {each.declared.owner for each in baseline.classes} - {None} == {owner["team"].strip()}


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


def value_of(text: str) -> object:
    (part,) = read(text.encode())
    assert isinstance(part, Document), part
    return part.value


@given(TEXTS)
def test_a_quoted_text_is_read_back(text: str) -> None:
    assert value_of(f"k: {quoted(text)}  # x\n") == {"k": text}


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_a_list_of_texts_is_read_back(texts: list[str]) -> None:
    assert value_of(f"- match: {{k: {listing(texts)}, j: {listing(texts[:1])}}}\n") == [
        {"match": {"k": texts, "j": texts[0]}}
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_no_comment_becomes_a_line(first: str, second: str, third: str) -> None:
    page = Page()
    page.add("a: 1", first)
    page.remark(second, 2)
    page.table([("x", third), (third, "y")])
    page.add("b: 2")
    assert value_of(str(page)) == {"a": 1, "b": 2}


@given(TEXTS)
def test_an_exact_pattern_fits_its_name_alone(text: str) -> None:
    pattern = Glob(exactly(text))
    assert pattern.fits(text)
    assert not pattern.fits(text + "x")


WORDS = st.lists(st.sampled_from(["team", "dev", "a", "1", "22", "shop", "x*"]), min_size=1, max_size=4).map("-".join)


@given(st.sets(WORDS, max_size=40), st.sets(WORDS, max_size=40))
def test_patterns_fit_all_names_and_none_elsewhere(mine: set[str], others: set[str]) -> None:
    others = others - mine
    globs = [Glob.parse(one.pattern, Vocabulary({})) for one in grouped(mine, others)]
    assert all(any(glob.fits(name) for glob in globs) for name in mine)
    assert not any(glob.fits(name) for glob in globs for name in others)


def test_few_names_are_written_one_by_one() -> None:
    names = [f"team-{at}" for at in range(FEW)]
    assert [one.pattern for one in grouped(names, ())] == names
    assert [one.pattern for one in grouped([*names, "team-9"], ())] == ["team-*"]
    assert [one.pattern for one in grouped([*names, "team-9"], ["team-9-dev"])] == ["team-[0-9]"]


def test_two_thousand_namespaces_stay_readable(tmp_path: Path) -> None:
    endings = ("", "-dev", "-staging", "-qa")
    names = [f"team-{at:03}{ending}" for at in range(500) for ending in endings]
    files = {
        "all.yaml": "".join(map(namespace, names)) + "".join(workload("db", one, "postgres:16") for one in names[:400])
    }
    root = written(tmp_path, files)
    begun = time.process_time()
    made = drafted(root)
    assert time.process_time() - begun < 60  # It takes three seconds; what is quadratic would take minutes.
    assert made.namespaces == 2000
    assert made.text.count("\n") < 60
    environments = loaded(made.text).boundary.environments
    for ending, environment in zip(endings, ("production", "development", "staging", "test"), strict=True):
        fitting = [
            name for name, one in environments.items() if any(e.fits(f"team-123{ending}", {}) for e in one.namespaces)
        ]
        assert fitting == [environment]
