"""What is answered from what was found of an object that is alike is what would be answered without."""

import copy
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.alike import asking
from hardstand.engine.findings import Page
from hardstand.engine.recent import Recent
from hardstand.engine.settings import Settings
from hardstand.gate.review import Reviewer
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.unnamed import Note, WatchedMetadata
from hardstand.inventory.views.base import AnyObject
from hardstand.model.kind import CLUSTER_SCOPED, Kind, group_of
from tests.baseline.making import TODAY, baseline_of, exception
from tests.controls.case_files import cases_of, subject_of
from tests.engine.live import page
from tests.gate.reviewing import answered, reviewer

BASELINES: dict[str, dict[str, Any]] = {
    "none": {},
    "exceptions by name": {
        "modes": [{"mode": "block"}],
        "exceptions": [
            exception(one, id=f"of-{at}", match={"name": "second-*"})
            for at, one in enumerate(["image-without-digest", "root-allowed", "cpu-limit-missing"])
        ],
    },
    "classes by name": {
        "classes": {"workloads": [{"match": {"name": "second-*"}, "data": "restricted", "exposure": "internet"}]}
    },
}
"""What the second object is given, and the first is not."""


def pod_of(name: str, volume: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The object as the API server has it, with what it makes up for each."""
    made = copy.deepcopy(dict(data))
    metadata = made["metadata"] if isinstance(made.get("metadata"), dict) else {}
    made["metadata"] = {
        **metadata, "name": name, "uid": f"uid-of-{name}", "creationTimestamp": f"2026-01-01T00:00:0{len(volume)}Z",
    }  # fmt: skip
    shape = SHAPES[Kind(group_of(made["apiVersion"]), made["kind"])]
    spec = made.get("spec")
    if not shape.template and isinstance(spec, dict) and isinstance(spec.get("containers"), list):
        for key, one in (("volumes", {"projected": {"sources": []}}), ("containers", None)):
            items = spec.get(key) or []
            if one is not None and isinstance(items, list):
                spec[key] = [*items, {"name": volume, **one}]
            for each in items if one is None else ():
                if isinstance(each, dict) and isinstance(each.get("volumeMounts") or [], list):
                    each["volumeMounts"] = [*(each.get("volumeMounts") or []), {"name": volume, "mountPath": "/token"}]
    return made


def asked(data: dict[str, Any], user: str = "jane") -> dict[str, Any]:
    group, _, version = data["apiVersion"].rpartition("/")
    resource = {"group": group, "version": version, "resource": f"{data['kind'].lower()}s"}
    request = {
        "uid": "one", "kind": {"group": group, "version": version, "kind": data["kind"]}, "resource": resource,
        "name": data["metadata"]["name"], "namespace": data["metadata"].get("namespace") or "shop",
        "operation": "CREATE", "userInfo": {"username": user, "groups": []}, "object": data,
    }  # fmt: skip
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}


@cache
def subjects() -> tuple[dict[str, Any], ...]:
    """What makes pods in the case files, and an API server could ask about."""
    found = []
    for one in catalog.load():
        for case in cases_of(one):
            data = subject_of(case) if "compose" not in case else {}
            version, kind, metadata = data.get("apiVersion"), data.get("kind"), data.get("metadata") or {}
            if isinstance(version, str) and isinstance(kind, str) and isinstance(metadata, dict):
                this = Kind(group_of(version), kind)
                if this in SHAPES and this not in CLUSTER_SCOPED and isinstance(metadata.get("namespace"), str | None):
                    found.append(data)
    assert len(found) > 1000
    return tuple(found)


def forgetful(made: Reviewer) -> Reviewer:
    made._live._recent, made._live._alike = Recent(most=0), Recent(most=0)
    return made


@pytest.mark.parametrize("name", BASELINES)
def test_everything_in_the_case_files_is_answered_as_if_nothing_were_remembered(name: str) -> None:
    baseline = baseline_of(BASELINES[name])
    remembering, forgetting = reviewer(baseline), forgetful(reviewer(baseline))
    spared = 0
    every = subjects()[:: 1 if name == "none" else 5]
    for number, data in enumerate(every):
        first = pod_of(f"first-{number}", "kube-api-access-bcdfg", data)
        second = pod_of(f"second-{number}", "kube-api-access-xyz24".replace("y", "z"), data)
        answered(remembering, asked(first))
        known = len(remembering._live._alike._found)
        said = answered(remembering, asked(second))
        spared += known == len(remembering._live._alike._found) and known > 0
        other = answered(forgetting, asked(second))
        assert json.dumps(said.review) == json.dumps(other.review), data
        assert (said.event and said.event()) == (other.event and other.event())
    assert spared > 0.9 * len(every)


def test_most_of_what_is_alike_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made, judged = reviewer({}), []
    whole = made._live._evaluated
    monkeypatch.setattr(made._live, "_evaluated", lambda *of: judged.append(of[0].namespace) or whole(*of))
    data = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop"}, "spec": {"containers": [{}]}}
    for number, volume in enumerate(["bcdfg", "hjklm", "npqrs", "tvwxz"]):
        answered(made, asked(pod_of(f"web-{number}", f"kube-api-access-{volume}", data)))
    assert len(judged) == 1
    data["metadata"]["labels"] = {"app": "web"}
    answered(made, asked(pod_of("web-9", "kube-api-access-bcdfg", data)))
    assert len(judged) == 2, "other labels make another object"


ONE, OTHER = "kube-api-access-bcdfg", "kube-api-access-ccccc"
POLICY = {
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "all"},
    "spec": {"podSelector": {"matchLabels": {"app": ONE}}, "policyTypes": ["Ingress", "Egress"]},
}  # fmt: skip


def named(name: str, namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    labels = spec.pop("labels", {})
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [{"name": "c"}], **spec}}


@pytest.mark.parametrize(
    ("control", "there", "first", "second"),
    [
        (
            "service-account-not-found",
            [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ONE, "namespace": "shop"}}],
            named("a", serviceAccountName=ONE),
            named("b", serviceAccountName=OTHER),
        ),
        (
            "workload-not-isolated",
            [{**POLICY, "metadata": {"name": "all", "namespace": "shop"}}],
            named("a", labels={"app": ONE}),
            named("b", labels={"app": OTHER}),
        ),
        (
            "workload-not-isolated",
            [{**POLICY, "metadata": {"name": "all", "namespace": one}} for one in (ONE, OTHER)],
            named("a", ONE, labels={"app": ONE}),
            named("b", OTHER, labels={"app": OTHER}),
        ),
        (
            "dangling-env-reference",
            [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": ONE, "namespace": "shop"}}],
            named("a", containers=[{"name": "c", "envFrom": [{"secretRef": {"name": ONE}}]}]),
            named("b", containers=[{"name": "c", "envFrom": [{"secretRef": {"name": OTHER}}]}]),
        ),
    ],
)
def test_only_the_volume_is_without_its_name(
    control: str, there: list[dict[str, Any]], first: dict[str, Any], second: dict[str, Any]
) -> None:
    """What is named as such volumes are, and is none, is what tells one pod from another."""
    baseline = baseline_of({"modes": [{"mode": "block"}]})
    said = []
    for made in (reviewer(baseline, controls=[control]), forgetful(reviewer(baseline, controls=[control]))):
        for one in there:
            told = page(one)
            made._live.put(Page(told.name, told.data, live=True))
        assert answered(made, asked(first)).review["response"]["allowed"] is True
        said.append(answered(made, asked(second)).review["response"])
    assert said[0] == said[1]
    assert said[0]["allowed"] is False


def test_a_volume_of_ones_own_keeps_its_name() -> None:
    made = named("a", volumes=[{"name": ONE, "hostPath": {"path": "/"}}])
    assert asking("x", made).volume == ""
    mounted = [{"name": "c", "volumeMounts": [{"name": ONE, "mountPath": "/t"}, {"name": OTHER, "mountPath": "/u"}]}]
    made = named("a", volumes=[{"name": ONE, "projected": {"sources": []}}], containers=mounted, labels={"app": ONE})
    question = asking("x", made)
    assert question.volume == ONE
    assert (question.rest.count(ONE.encode()), question.rest.count(OTHER.encode())) == (1, 1)


WAYS: dict[str, Callable[[AnyObject], object]] = {
    "name": lambda one: one.name,
    "field": lambda one: one.metadata.name,
    "raw": lambda one: one.data["metadata"]["name"],  # type: ignore[index, call-overload]
    "key": lambda one: one.object.key,
    "ref": lambda one: str(one.object.ref),
    "place": lambda one: one.object.origin.file,
    "uid": lambda one: one.metadata.get("uid"),
    "text": lambda one: json.dumps(one.data),
    "copied": lambda one: copy.deepcopy(dict(one.data)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_control_that_asks_for_the_name_is_asked_about_each(way: str) -> None:
    """However it asks: what it says of one is never said of another."""
    read = WAYS[way]

    def check(one: AnyObject) -> Any:
        yield one.violates(f"is {read(one)}")

    (like,) = [one for one in catalog.load() if one.id == "default-namespace"]
    control: Control = replace(like, id="asks-for-names", check=check, takes_given=False, parameters=())
    made = reviewer({})
    live = type(made._live)([control], Settings(baseline=baseline_of({}), cluster="test", today=TODAY))
    made = Reviewer(live, [control])
    data = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop"}, "spec": {"containers": [{}]}}
    said = [
        json.dumps(answered(made, asked(pod_of(name, "kube-api-access-bcdfg", data))).review["response"]["warnings"])
        for name in ("web-1", "web-2")
    ]
    assert "web-1" in said[0]
    assert said[1] == said[0].replace("web-1", "web-2")
    assert not live._alike._found


READS: dict[str, Callable[[Any], object]] = {
    "item": lambda one: one["name"],
    "get": lambda one: one.get("uid"),
    "items": lambda one: list(one.items()),
    "values": lambda one: list(one.values()),
    "dict": dict,
    "spread": lambda one: {**one},
    "into": lambda one: {}.update(one),
    "or": lambda one: one | {},
    "of another": lambda one: {} | one,
    "copy": lambda one: one.copy(),
    "deep": copy.deepcopy,
    "shallow": copy.copy,
    "equal": lambda one: one == {},
    "other side": lambda one: {"name": "x"} == one,  # noqa: SIM300 - the other side is asked
    "unequal": lambda one: one != {},
    "repr": repr,
    "text": lambda one: f"{one}",
    "json": json.dumps,
    "indented": lambda one: json.dumps(one, indent=1),
    "pickle": pickle.dumps,
    "format": lambda one: "{name}".format_map(one),
    "call": lambda one: (lambda **given: given)(**one),
}


@pytest.mark.parametrize("way", READS)
def test_every_way_to_the_values_is_noted(way: str) -> None:
    note = Note()
    READS[way](WatchedMetadata({"name": "x", "uid": "u", "labels": {}}, note))
    assert note.asked


def test_other_fields_and_whether_one_is_there_may_be_asked_for() -> None:
    note = Note()
    one = WatchedMetadata({"name": "x", "labels": {"a": "b"}}, note)
    assert (one["labels"], one.get("annotations"), "name" in one, list(one), len(one)) == (
        {"a": "b"}, None, True, ["name", "labels"], 2,
    )  # fmt: skip
    assert not note.asked
    with pytest.raises(TypeError):
        one.pop("name")


def test_questions_differ_wherever_objects_do() -> None:
    def question(**more: Any) -> bytes:
        return asking("shop", {"metadata": {"name": "a"}, "spec": {}, **more}).rest

    assert question() == question(metadata={"name": "b"})
    assert question() != question(metadata={"name": "a", "uid": "u"}), "whether there is one may be asked"
    assert question() != question(metadata={"generateName": "a"})
    assert question() != question(spec={"x": "kube-api-access-bcdfg"})

    def volume(ending: str) -> bytes:
        return question(spec={"volumes": [{"name": f"kube-api-access-{ending}", "projected": {}}]})

    assert volume("bcdfg") == volume("zzzzz")
    assert b"bcdfgh" in volume("bcdfgh")
    assert b"aeiou" in volume("aeiou")


def test_the_memory_is_bounded() -> None:
    memory: Recent[int] = Recent(most=1_000_000)
    for number in range(1000):
        memory.keep(b"%d" % number * 100, None, number)
    assert memory._size <= 1_000_000
    assert 10 < len(memory._found) < 100
