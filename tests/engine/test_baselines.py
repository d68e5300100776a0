"""A baseline through a whole scan: what compensates, what an object says of itself, how the input is split."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardstand.model.run import Run
from tests.baseline.making import actions, baseline, baseline_of, exception, findings, pod, run_on, written

BLOCK: dict[str, Any] = {"modes": [{"mode": "block"}]}


def container(name: str, image: str, **security: Any) -> dict[str, Any]:
    return {"name": name, "image": image, "securityContext": {"privileged": True, **security}}


COMPENSATED = {**BLOCK, "exceptions": [exception(**{"while": ["host-pid"]})]}


@pytest.mark.parametrize(
    ("spec", "action", "reason"),
    [
        ({}, "waived", ""),
        ({"hostPID": True}, "block", "Pod shop/web: host-pid does not pass: fail"),
        ({"hostPID": "perhaps"}, "block", "Pod shop/web: host-pid does not pass: unknown"),
    ],
)
@pytest.mark.parametrize("controls", [None, ["privileged-container"], ["privileged-container", "host-pid"]])
def test_an_exception_ends_when_what_compensates_it_does(
    tmp_path: Path, spec: dict[str, Any], action: str, reason: str, controls: list[str] | None
) -> None:
    """Whether or not the compensating control was asked for: where not, it is evaluated and not reported."""
    one = pod(spec={**spec, "containers": [container("app", "a")]})
    run = run_on(tmp_path, baseline_of(COMPENSATED), one, controls=controls, verdicts=True)
    assert actions(run) == {"shop/web": action}
    (state,) = run.exceptions
    assert (state.state, state.reasons) == (("ending" if state.days_left <= 14 else "active", ()) if not reason else (
        "lapsed", (reason,)
    ))  # fmt: skip
    asked = controls is None or "host-pid" in controls
    assert run.verdicts is not None
    assert ("host-pid" in {one.control for one in run.verdicts}) is asked
    assert ("host-pid" in {one.control for one in run.coverage}) is asked
    assert bool(findings(run, "host-pid")) is (asked and bool(spec))


def test_what_is_not_applicable_compensates_nothing(tmp_path: Path) -> None:
    # The declaration that registry-not-allowed needs is missing, so that it looks at nothing.
    declared = baseline_of({**BLOCK, "exceptions": [exception(**{"while": ["registry-not-allowed"]})]})
    run = run_on(tmp_path, declared, pod())
    assert actions(run) == {"shop/web": "block"}
    assert run.exceptions[0].reasons == ("Pod shop/web: registry-not-allowed does not pass: not-applicable",)


def test_a_control_that_looks_at_neighbours_compensates_in_every_process(tmp_path: Path) -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "closed", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    declared = baseline_of({**BLOCK, "exceptions": [exception(**{"while": ["workload-not-isolated"]})]})
    for jobs in (1, 2, 3):
        for controls in (None, ["privileged-container"]):
            isolated = run_on(tmp_path / "with", declared, pod(), policy, jobs=jobs, controls=controls)
            assert actions(isolated) == {"shop/web": "waived"}
            alone = run_on(tmp_path / "without", declared, pod(), jobs=jobs, controls=controls)
            assert actions(alone) == {"shop/web": "block"}


def test_an_image_is_excepted_and_not_what_runs_beside_it(tmp_path: Path) -> None:
    spec = {
        "initContainers": [container("setup", "registry.example/agent:1")],
        "containers": [container("agent", "registry.example/agent:2"), container("side", "registry.example/side:1")],
    }
    declared = baseline_of({**BLOCK, "exceptions": [exception(match={"image": "registry.example/agent:*"})]})
    run = run_on(tmp_path, declared, pod(spec=spec))
    found = {one.locations[0].field: (str(one.action), one.waiver) for one in findings(run)}
    assert found == {
        "spec.initContainers[name=setup].securityContext.privileged": ("waived", "e1"),
        "spec.containers[name=agent].securityContext.privileged": ("waived", "e1"),
        "spec.containers[name=side].securityContext.privileged": ("block", None),
    }
    (state,) = run.exceptions
    assert (state.waived, state.lapsed) == (2, 0)


HOPEFUL = [
    "hardstand.dev/exception", "hardstand.dev/exceptions", "hardstand.dev/allow", "hardstand.dev/ignore",
    "hardstand.dev/waive", "hardstand.dev/waiver", "hardstand.dev/mode", "hardstand.dev/tier", "hardstand.dev/off",
    "ignore-check.kube-linter.io/privileged-container", "checkov.io/skip1", "kubescape.io/ignore",
]  # fmt: skip


def test_nothing_that_an_object_says_grants_it_an_exception(tmp_path: Path) -> None:
    declared = baseline_of({**BLOCK, "exceptions": [exception(match={"name": "db"})]})
    said = dict.fromkeys(HOPEFUL, "e1") | {f"{key}.2": "privileged-container" for key in HOPEFUL}
    plain = run_on(tmp_path / "plain", declared, pod())
    hopeful = run_on(tmp_path / "hopeful", declared, pod(metadata={"annotations": said, "labels": said}))
    assert actions(hopeful) == actions(plain) == {"shop/web": "block"}
    assert {one.tier for one in findings(hopeful)} == {one.tier for one in findings(plain)}


LOWEST = {"data": "public", "exposure": "cluster", "privilege": "ordinary"}


@pytest.mark.parametrize("where", ["labels", "annotations"])
def test_an_object_can_raise_its_class_and_never_lower_it(tmp_path: Path, where: str) -> None:
    classes = {"workloads": [{"match": {"name": "web"}, "data": "restricted", "exposure": "internet"}]}
    modes = [{"mode": "block", "tier": "critical"}]
    declared = baseline_of({"classes": classes, "modes": modes})
    low = {f"hardstand.dev/{factor}": word for factor, word in LOWEST.items()}
    run = run_on(tmp_path / "low", declared, pod(metadata={where: low}))
    assert [(one.tier, str(one.action)) for one in findings(run)] == [("critical", "block")]

    high = {"hardstand.dev/data": "restricted", "hardstand.dev/exposure": "internet"}
    run = run_on(tmp_path / "high", declared, pod("other", metadata={where: high}))
    assert [(one.tier, str(one.action)) for one in findings(run)] == [("critical", "block")]

    # A word that is none is no reason to lower anything, and is told.
    odd = {"hardstand.dev/data": "PUBLIC-ISH"}
    run = run_on(tmp_path / "odd", declared, pod(metadata={where: odd}), explain_tier="web")
    assert findings(run)[0].tier == "critical"
    assert any("PUBLIC-ISH" in reason for one in run.tiers[0].factors for reason in one.because)


def test_a_regime_counts_however_it_is_spelt(tmp_path: Path) -> None:
    matrix = [{"tier": "critical", "compliance": "PCI*"}, {"tier": "low"}]
    classes = {"workloads": [{"match": {"name": "web"}, "compliance": "pci-dss"}]}
    declared = baseline_of({"tiers": matrix, "classes": classes})
    said = pod("other", metadata={"annotations": {"hardstand.dev/compliance": "soc2, Pci"}})
    run = run_on(tmp_path, declared, pod(), said, pod("plain"))
    assert {one.object.name: one.tier for one in findings(run)} == {
        "web": "critical",
        "other": "critical",
        "plain": "low",
    }


ESTATE = [
    pod("web", "shop"),
    pod("db", "shop", metadata={"labels": {"app": "db"}}),
    pod("web", "toys", spec={"hostPID": True, "containers": [container("app", "registry.example/toy:1")]}),
    pod("agent", "toys", metadata={"annotations": {"hardstand.dev/data": "restricted"}}),
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "toys", "labels": {"stage": "lab"}}},
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": "shop"},
     "spec": {"type": "LoadBalancer", "selector": {"app": "db"}, "ports": [{"port": 5432}]}},
]  # fmt: skip

MODES = [
    {"mode": "block", "area": "workload", "tier": ["high", "critical"]},
    {"mode": "block", "control": "privileged-container", "environment": "production"},
    {"mode": "block", "from": "2026-06-08"},
    {"mode": "off", "area": "supply"},
]
EXCEPTIONS = [
    exception(id="ends", match={"name": "web"}, expires="2026-06-05", **{"while": "host-pid"}),
    exception(id="over", match={"name": "db"}, expires="2026-05-05"),
    exception(id="used", match={"labels": {"app": "db"}}),
    exception(id="unused", match={"name": "nobody"}),
]
CLASSES = [
    {"match": {"namespace": "shop"}, "data": "confidential"},
    {"match": {"name": "db"}, "data": "restricted"},
    {"match": {"image": "*/toy:*"}, "data": "public", "exposure": "cluster"},
]
ENVIRONMENTS = {"production": {"namespaces": "shop"}, "lab": {"namespaces": [{"labels": {"stage": "lab"}}]}}


def told(run: Run) -> dict[str, Any]:
    """All that a baseline has a say in."""
    return {
        "actions": {one.id: (str(one.action), one.tier, one.waiver) for one in run.findings},
        "exceptions": {one.id: (one.state, one.waived, one.lapsed, one.reasons) for one in run.exceptions},
        "tightening": [(one.day, one.findings, one.objects, one.controls) for one in run.tightening],
    }


def declared_in(modes: list[Any], exceptions: list[Any], classes: list[Any], environments: list[str]) -> dict[str, Any]:
    return {
        "boundary": {"environments": {name: ENVIRONMENTS[name] for name in environments}},
        "classes": {"workloads": classes},
        "modes": modes,
        "exceptions": exceptions,
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    declared = baseline_of(declared_in(MODES, EXCEPTIONS, CLASSES, list(ENVIRONMENTS)))
    found = told(run_on(tmp_path_factory.mktemp("plain"), declared, *ESTATE))
    # There is something of everything, or equality would say little.
    assert {action for action, _, _ in found["actions"].values()} == {"block", "warn", "waived", "off"}
    assert {one[0] for one in found["exceptions"].values()} == {"lapsed", "expired", "active", "unused"}
    assert found["tightening"][0][1] > 5
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(MODES), st.permutations(EXCEPTIONS), st.permutations(CLASSES), st.permutations(list(ENVIRONMENTS))
)
def test_the_order_of_declaring_changes_nothing(
    tmp_path: Path,
    plain: dict[str, Any],
    modes: list[Any],
    exceptions: list[Any],
    classes: list[Any],
    environments: list[str],
) -> None:
    declared = baseline_of(declared_in(modes, exceptions, classes, environments))
    assert told(run_on(tmp_path, declared, *ESTATE)) == plain


@pytest.mark.parametrize("jobs", [2, 3])
def test_how_the_input_is_split_changes_nothing(tmp_path: Path, plain: dict[str, Any], jobs: int) -> None:
    declared = baseline_of(declared_in(MODES, EXCEPTIONS, CLASSES, list(ENVIRONMENTS)))
    assert told(run_on(tmp_path, declared, *ESTATE, jobs=jobs)) == plain


def test_the_reasons_that_are_told_do_not_depend_on_who_saw_them_first(tmp_path: Path) -> None:
    declared = baseline_of({**BLOCK, "exceptions": [exception(match={"name": "*"}, **{"while": "host-pid"})]})
    objects = [pod(f"p{number}", spec={"hostPID": True, "containers": [container("a", "a")]}) for number in range(9)]
    runs = [run_on(tmp_path, declared, *objects, jobs=jobs) for jobs in (1, 2, 3)]
    reasons = tuple(f"Pod shop/p{number}: host-pid does not pass: fail" for number in range(3))
    assert [one.exceptions[0].reasons for one in runs] == [reasons] * 3


def test_ten_thousand_exceptions_are_no_burden(tmp_path: Path) -> None:
    """What must not hang is ended by the runner's own alarm."""
    several = [
        exception(id=f"e{number}", match={"name": f"*-{number}-*", "labels": {"app": "*a*a*a*"}})
        for number in range(10_000)
    ]
    several.append(exception(id="last"))
    objects = [pod(), *(pod(f"app-{number}-x", metadata={"labels": {"app": "a" * 63}}) for number in (0, 9_999))]
    run = run_on(tmp_path, baseline_of({**BLOCK, "exceptions": several}), *objects, controls=["privileged-container"])
    assert {one.object.name: one.waiver for one in run.findings} == {
        "web": "last", "app-0-x": "e0", "app-9999-x": "e9999",
    }  # fmt: skip
    assert len(run.exceptions) == 10_001


def test_huge_and_deep_values_are_told_in_few_words() -> None:
    from hardstand.baseline.reading import BaselineError

    huge = "x" * 1_000_000
    for text in (
        f"{huge}: 1\n",
        written({"modes": [{"mode": huge}]}),
        written({"modes": [{"mode": "warn", "control": huge}]}),
        written({"modes": [{"mode": "warn", "environment": huge}]}),
        written({"exceptions": [exception(control=huge)]}),
        written({"exceptions": [exception(expires=huge)]}),
        written({"approvers": {"low": "a"}, "exceptions": [exception(approved_by=huge)]}),
        written({"retention": {"audit": huge}}),
        written({"parameters": {"too-many-containers": {huge: 1}}}),
        written({"extends": huge}),
        written({"boundary": {"environments": {"a": {"paths": f"/{huge}"}}}}),
        "modes: " + "[" * 2_000 + "]" * 2_000,
    ):
        with pytest.raises(BaselineError) as caught:
            baseline(text)
        assert all(len(one.message) + len(one.hint) < 1_000 for one in caught.value.mistakes), text[:40]
