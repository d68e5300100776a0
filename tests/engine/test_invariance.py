"""What must not change a verdict or an id: how the same objects are written down."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardstand.engine.settings import Settings
from hardstand.model.run import Run
from hardstand.wiring import ScanRequest, scan

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "shop"


def dump(objects: list[Any]) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False)


def run_on(folder: Path, text: str, name: str = "all.yaml", **options: Any) -> Run:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return scan(ScanRequest([str(path)], settings=Settings(verdicts=True, **options)))


def ids(run: Run) -> list[str]:
    return sorted(one.id for one in run.findings)


def verdicts(run: Run) -> list[tuple[str, str, str, str]]:
    assert run.verdicts is not None
    return sorted((one.control, str(one.object), one.verdict, str(one.why)) for one in run.verdicts)


@pytest.fixture(scope="module")
def objects() -> list[Any]:
    found = []
    for path in sorted(EXAMPLE.rglob("*.yaml")):
        if "charts" in path.parts or "api" in path.parts:
            continue
        found += [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]
    assert len(found) > 15
    return found


def test_a_list_changes_nothing(tmp_path: Path, objects: list[Any]) -> None:
    plain = run_on(tmp_path, dump(objects))
    wrapped = run_on(tmp_path, dump([{"apiVersion": "v1", "kind": "List", "items": objects}]))
    twice = run_on(
        tmp_path,
        dump([{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": objects}]}]),
    )
    assert ids(plain) == ids(wrapped) == ids(twice) != []
    assert verdicts(plain) == verdicts(wrapped) == verdicts(twice)


def test_json_for_yaml_changes_nothing(tmp_path: Path, objects: list[Any]) -> None:
    plain = run_on(tmp_path, dump(objects))
    as_json = run_on(tmp_path, "\n".join(json.dumps(one) for one in objects))
    assert ids(plain) == ids(as_json)
    assert verdicts(plain) == verdicts(as_json)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_documents_changes_nothing(tmp_path: Path, objects: list[Any], seed: int) -> None:
    shuffled = list(objects)
    random.Random(seed).shuffle(shuffled)
    plain, other = run_on(tmp_path, dump(objects)), run_on(tmp_path, dump(shuffled))
    assert ids(plain) == ids(other)
    assert verdicts(plain) == verdicts(other)


@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_the_number_of_processes_changes_nothing(jobs: int) -> None:
    one = scan(ScanRequest([str(EXAMPLE)], jobs=1, settings=Settings(verdicts=True)))
    many = scan(ScanRequest([str(EXAMPLE)], jobs=jobs, settings=Settings(verdicts=True)))
    assert one.findings == many.findings
    assert one.coverage == many.coverage
    assert one.inputs == many.inputs
    assert verdicts(one) == verdicts(many)


def shuffled_items(value: Any, seed: random.Random) -> Any:
    """The same object with the order of its containers, ports, volumes and variables changed."""
    if isinstance(value, dict):
        return {key: shuffled_items(item, seed) for key, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, dict) and "name" in one for one in value):
        changed = [shuffled_items(one, seed) for one in value]
        seed.shuffle(changed)
        return changed
    return value


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_named_items_changes_no_id(tmp_path: Path, objects: list[Any], seed: int) -> None:
    workloads = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "CronJob")]
    shuffled = [shuffled_items(one, random.Random(seed)) for one in workloads]
    assert ids(run_on(tmp_path, dump(workloads))) == ids(run_on(tmp_path, dump(shuffled)))


CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "privileged": st.booleans(),
        "runAsNonRoot": st.booleans(),
        "runAsUser": st.sampled_from([0, 1000]),
        "allowPrivilegeEscalation": st.booleans(),
        "capabilities": st.sampled_from([{"drop": ["ALL"]}, {"add": ["SYS_ADMIN"]}, {"add": ["NET_BIND_SERVICE"]}]),
        "seccompProfile": st.sampled_from([{"type": "RuntimeDefault"}, {"type": "Unconfined"}]),
    },
)
CONTAINERS = st.fixed_dictionaries(
    {"name": st.sampled_from(["a", "b"]), "image": st.sampled_from(["x", "x:1", "r.example/x:latest"])},
    optional={"securityContext": CONTEXTS, "env": st.just([{"name": "A_TOKEN", "value": "abcdefgh12"}])},
)
PODS = st.fixed_dictionaries(
    {"containers": st.lists(CONTAINERS, min_size=1, max_size=1), "restartPolicy": st.just("OnFailure")},
    optional={
        "hostNetwork": st.booleans(),
        "hostPID": st.booleans(),
        "securityContext": CONTEXTS.map(lambda one: {k: v for k, v in one.items() if k.startswith("run")}),
        "volumes": st.sampled_from([[{"name": "v", "hostPath": {"path": "/etc"}}], [{"name": "v", "emptyDir": {}}]]),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=PODS)
def test_wrapping_a_pod_changes_no_pod_security_verdict(tmp_path: Path, spec: dict[str, Any]) -> None:
    meta = {"name": "w", "namespace": "shop"}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": spec}
    shapes = {
        "Pod": {"apiVersion": "v1", "kind": "Pod", "metadata": {**meta, "labels": {"a": "b"}}, "spec": spec},
        "Deployment": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta,
            "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template},
        },
        "CronJob": {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": meta,
            "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}},
        },
    }
    found = {}
    for kind, shape in shapes.items():
        run = run_on(tmp_path, dump([shape]))
        assert run.verdicts is not None
        found[kind] = {one.control: one.verdict for one in run.verdicts if one.control in POD_SECURITY}
    assert found["Pod"] == found["Deployment"] == found["CronJob"]
    assert found["Pod"]


def pod_security_controls() -> frozenset[str]:
    from hardstand.engine import catalog

    return frozenset(one.id for one in catalog.load() if any(name.startswith("pss-") for name in one.frameworks))


POD_SECURITY = pod_security_controls()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_arbitrary_bytes_never_crash_the_scan(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    run = scan(ScanRequest([str(path)]))
    assert run.objects + len(run.unreadable) >= (1 if data.strip() else 0) or run.inputs[0].skipped >= 0
    assert not [one for one in run.findings if one.why == "crashed"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70000) | st.text(max_size=8) | st.floats(allow_nan=False, width=16),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["containers", "initContainers", "volumes", "securityContext", "hostNetwork", "name", "image", "env", "ports"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spec=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES),
    container=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES),
)
def test_arbitrary_fields_never_crash_a_control(tmp_path: Path, spec: Any, container: Any) -> None:
    spec = {"containers": [container], **spec}
    found = run_on(tmp_path, json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}))
    assert not [one for one in found.findings if one.why == "crashed"], [one.message for one in found.findings]
