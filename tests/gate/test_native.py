"""What a baseline comes to as native policy: where it is enforced, what it leaves alone and what it excepts."""

from datetime import date
from typing import Any

import pytest

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import built_in, load
from hardstand.baseline.modes import Mode
from hardstand.controls.cel import Cel
from hardstand.engine import catalog
from hardstand.engine.native import expressed, own_names
from hardstand.engine.words import vocabulary
from hardstand.gate.export.excepting import OF_ANY, OF_PODS
from hardstand.gate.export.interface import Enforced, Native, WhyLeft
from hardstand.gate.export.native import native
from hardstand.gate.export.vap import written
from hardstand.model.tier import Tier
from hardstand.text.cel.parser import LONGEST
from tests.gate.evaluating import Answer

TODAY = date(2027, 1, 1)
CONTROLS = [one for one in catalog.load() if one.id in ("privileged-container", "root-allowed", "node-port-service")]
APPROVED = "owner: a, reason: b, approved_by: c, expires: 2027-03-31"


def baseline(text: str) -> Baseline:
    return load(text.encode(), vocabulary(), today=TODAY)


def exported(text: str, tiers: dict[str, Tier] | None = None, **how: Any) -> Native:
    return native(CONTROLS, baseline(text), tiers, day=TODAY, **how)


def one(found: Native, control: str = "privileged-container") -> Enforced:
    return next(each for each in found.enforced if each.policy.control == control)


def modes(found: Native, control: str = "privileged-container") -> list[tuple[Mode, tuple[str, ...], bool]]:
    return [(each.mode, each.namespaces, each.others) for each in one(found, control).places]


def pod(name: str = "web", *, privileged: bool = True, image: str = "app:1", **metadata: Any) -> dict[str, Any]:
    containers = [{"name": "app", "image": image, "securityContext": {"privileged": privileged}}]
    told = {"name": name, "namespace": "shop", **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": told, "spec": {"containers": containers}}


def deployment(name: str = "web", **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": pod()["spec"]}
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": template, **spec}}


def test_without_tiers_modes_are_those_that_name_none() -> None:
    text = "modes: [{mode: warn}, {mode: block, control: privileged-container}, {mode: block, tier: critical}]"
    found = exported(text)
    assert modes(found) == [(Mode.BLOCK, (), True)]
    assert modes(found, "root-allowed") == [(Mode.WARN, (), True)]


def test_namespaces_are_told_by_the_tiers_of_an_inventory() -> None:
    text = "modes: [{mode: warn}, {mode: block, tier: [high, critical]}]"
    tiers = {"shop": Tier.CRITICAL, "blog": Tier.LOW, "bank": Tier.HIGH}
    assert modes(exported(text, tiers)) == [(Mode.BLOCK, ("bank", "shop"), False), (Mode.WARN, ("bank", "shop"), True)]


def test_what_nobody_knows_yet_gets_the_tighter_mode_of_what_it_may_be() -> None:
    text = (
        "boundary: {environments: {production: {namespaces: [shop, 'shop-*']}}}\n"
        "modes: [{mode: warn}, {mode: block, environment: production}]"
    )
    tiers = {"blog": Tier.LOW, "shop-eu": Tier.LOW}
    assert modes(exported(text, tiers)) == [(Mode.BLOCK, ("blog",), True), (Mode.WARN, ("blog",), False)]


def test_an_environment_of_another_cluster_is_none_here() -> None:
    text = (
        "boundary: {environments: {production: {clusters: [prod-*], namespaces: [shop]}}}\n"
        "modes: [{mode: warn}, {mode: block, environment: production}]"
    )
    assert modes(exported(text, cluster="test-1")) == [(Mode.WARN, (), True)]
    assert modes(exported(text, cluster="prod-1"))[0] == (Mode.BLOCK, ("shop",), False)
    assert modes(exported(text))[0] == (Mode.BLOCK, ("shop",), False)


def test_what_is_off_is_not_exported() -> None:
    found = exported("modes: [{mode: warn}, {mode: off, control: privileged-container}]")
    assert {each.policy.control for each in found.enforced} == {"root-allowed", "node-port-service"}


def test_the_day_on_which_a_mode_tightens_is_stamped() -> None:
    found = exported("modes: [{mode: warn}, {mode: block, control: privileged-container, from: 2027-01-11}]")
    assert modes(found) == [(Mode.WARN, (), True)]
    (policy, _) = (each for each in written(found) if "privileged" in each["metadata"]["name"])
    assert policy["metadata"]["annotations"] == {"hardstand.dev/mode-changes": "2027-01-11"}
    assert one(found, "root-allowed").changes is None


def test_deny_and_warn_never_stand_in_one_binding() -> None:
    found = exported("modes: [{mode: warn}, {mode: block, tier: high}]", {"shop": Tier.HIGH, "blog": Tier.LOW})
    bindings = [each for each in written(found) if each["kind"] == "ValidatingAdmissionPolicyBinding"]
    actions = [each["spec"]["validationActions"] for each in bindings]
    assert sorted(actions) == [["Deny"]] * 3 + [["Warn"]] * 3
    assert len({each["metadata"]["name"] for each in bindings}) == 6


def test_system_namespaces_and_those_named_are_never_touched() -> None:
    found = exported("modes: [{mode: block}]", exempt=("kube-system", "rescue"))
    for each in written(found):
        chosen = each["spec"].get("matchConstraints", each["spec"].get("matchResources"))
        assert chosen["namespaceSelector"]["matchExpressions"][0]["values"] == ["kube-system", "rescue"]


def test_the_message_names_container_field_fix_and_the_way_to_an_exception() -> None:
    said = Answer(one(exported("modes: [{mode: block}]")).policy, pod()).message
    assert said.startswith("container app: Container runs privileged (securityContext.privileged). Remove `privileged")
    assert said.endswith(
        "ask for an exception from `privileged-container` in the baseline. [hardstand privileged-container]"
    )


def test_an_update_is_judged_where_something_judged_has_changed() -> None:
    policy = one(exported("modes: [{mode: block}]")).policy
    old = pod()
    assert Answer(policy, pod(labels={"a": "b"}), old=old).admitted
    assert not Answer(policy, pod(image="app:2"), old=old).admitted
    assert not Answer(policy, old, old=old, subresource="ephemeralcontainers").admitted
    assert Answer(policy, deployment(replicas=3), old=deployment(replicas=1)).admitted
    changed = deployment()
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "app:2"
    assert not Answer(policy, changed, old=deployment()).admitted
    assert not Answer(policy, deployment()).admitted


def test_a_service_is_judged_again_when_its_spec_or_labels_change() -> None:
    policy = one(exported("modes: [{mode: block}]"), "node-port-service").policy
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"type": "NodePort"}}
    assert not Answer(policy, service).admitted
    assert Answer(policy, {**service, "status": {"loadBalancer": {}}}, old=service).admitted
    assert not Answer(policy, service, old={**service, "spec": {"type": "ClusterIP"}}).admitted


def test_what_is_being_deleted_passes() -> None:
    policy = one(exported("modes: [{mode: block}]")).policy
    assert Answer(policy, pod(deletionTimestamp="2027-01-01T00:00:00Z"), old=pod(image="b")).admitted


def test_a_rollout_that_keeps_its_template_elsewhere_is_not_judged() -> None:
    policy = one(exported("modes: [{mode: block}]"), "root-allowed").policy
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "a"}}
    assert Answer(policy, {**rollout, "spec": {"workloadRef": {"kind": "Deployment", "name": "a"}}}).admitted
    assert not Answer(policy, {**rollout, "spec": deployment()["spec"]}).admitted


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ("name: web", True),
        ("name: we", False),
        ("name: 'w*'", True),
        ("kind: Pod, name: [other, web]", True),
        ("kind: Deployment", False),
        ("namespace: shop", True),
        ("namespace: 'sh?p-*'", False),
        ("labels: {team: 'pay*'}", True),
        ("labels: {team: payments, tier: x}", False),
        ("labels: {'te.m': payments}", False),
        ("image: 'app:*'", True),
        ("image: ['db:*', 'app:[1-3]']", True),
        ("image: 'app'", False),
    ],
)
def test_an_exception_waives_what_it_matches(match: str, fits: bool) -> None:
    text = f"exceptions: [{{id: E-1, match: {{control: privileged-container, {match}}}, {APPROVED}}}]"
    said = Answer(one(exported(text)).policy, pod(labels={"team": "payments"}))
    assert said.admitted is fits
    assert said.audit.get("exception") == ("E-1" if fits else None)
    assert said.audit["control"] == "privileged-container"


def test_an_exception_for_an_image_is_none_for_what_runs_beside_it() -> None:
    text = f"exceptions: [{{id: E-1, match: {{control: privileged-container, image: 'app:*'}}, {APPROVED}}}]"
    found = pod()
    found["spec"]["containers"].append({"name": "b", "image": "b:1", "securityContext": {"privileged": True}})
    said = Answer(one(exported(text)).policy, found)
    assert not said.admitted
    assert said.message.startswith("container b: ")
    assert "exception" not in said.audit


def test_an_exception_for_an_image_holds_where_a_control_names_no_container_only_if_all_fit() -> None:
    text = f"exceptions: [{{id: E-1, match: {{control: root-allowed, image: 'app:*'}}, {APPROVED}}}]"
    policy = one(exported(text), "root-allowed").policy
    assert Answer(policy, pod()).admitted
    found = pod()
    found["spec"]["containers"].append({"name": "b", "image": "b:1"})
    assert not Answer(policy, found).admitted


def test_no_annotation_for_what_would_have_passed_anyway() -> None:
    text = f"exceptions: [{{id: E-1, match: {{control: privileged-container, name: web}}, {APPROVED}}}]"
    assert Answer(one(exported(text)).policy, pod(privileged=False)).audit == {}


def test_an_owners_exception_is_its_pods_only_where_its_controller_asks() -> None:
    match = "control: privileged-container, kind: Deployment, name: web"
    policy = one(exported(f"exceptions: [{{id: E-1, match: {{{match}}}, {APPROVED}}}]")).policy
    owner = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f", "uid": "1", "controller": True}]
    owned = pod("web-5d4f-abc", ownerReferences=owner)
    of_controller = "system:serviceaccount:kube-system:replicaset-controller"
    assert Answer(policy, owned, user=of_controller).admitted
    assert not Answer(policy, owned, user="jane").admitted
    assert not Answer(policy, owned, user="system:serviceaccount:kube-system:job-controller").admitted
    others = [{**owner[0], "name": "web-two-5d4f"}]
    assert not Answer(policy, pod("x", ownerReferences=others), user=of_controller).admitted
    assert Answer(policy, deployment()).admitted


def test_exceptions_that_a_policy_cannot_hold_are_left_out_and_said() -> None:
    match = "match: {control: privileged-container, name: web}"
    text = (
        "exceptions:\n"
        f"- {{id: E-1, {match}, {APPROVED}, while: [root-allowed]}}\n"
        f"- {{id: E-2, {match}, owner: a, reason: b, approved_by: c, expires: 2026-12-31}}\n"
        f"- {{id: E-3, {match}, {APPROVED}}}\n"
    )
    found = exported(text)
    assert [(each.exception, each.why) for each in found.left] == [("E-1", WhyLeft.WHILE), ("E-2", WhyLeft.ENDED)]
    assert dict(one(found).policy.ends) == {"E-3": date(2027, 3, 31)}
    (policy, _) = (each for each in written(found) if "privileged" in each["metadata"]["name"])
    assert policy["metadata"]["annotations"] == {"hardstand.dev/exception-ends": "E-3=2027-03-31"}


def test_an_exception_holds_where_its_approver_may_approve() -> None:
    text = (
        "approvers: {critical: [ciso], low: [ciso, lead]}\n"
        "exceptions: [{id: E-1, match: {control: privileged-container, name: web}, owner: a, reason: b, "
        "approved_by: lead, expires: 2027-03-31}]"
    )
    tiers = {"shop": Tier.LOW, "bank": Tier.CRITICAL}
    policy = one(exported(text, tiers)).policy
    assert Answer(policy, pod()).admitted
    assert not Answer(policy, pod(namespace="bank")).admitted
    assert not Answer(policy, pod(namespace="new")).admitted
    assert [each.why for each in exported(text).left] == [WhyLeft.APPROVER]


def test_parameters_are_the_baselines() -> None:
    controls = [each for each in catalog.load() if each.id in ("capability-added", "registry-not-allowed")]
    found = native(controls, built_in(), None, day=TODAY)
    assert found.undeclared == ("registry-not-allowed",)
    declared = baseline(
        "parameters: {capability-added: {allowed: [NET_ADMIN]}, registry-not-allowed: {registries: [r.example]}}"
    )
    first, second = native(controls, declared, None, day=TODAY).enforced
    registry, added = sorted((first, second), key=lambda each: each.policy.control, reverse=True)
    container = {"name": "a", "image": "r.example/a", "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
    found_pod = {**pod(), "spec": {"containers": [container]}}
    assert Answer(added.policy, found_pod).admitted
    assert Answer(registry.policy, found_pod).admitted
    container["image"] = "r.example.evil/a"
    assert not Answer(registry.policy, found_pod).admitted


def many(count: int) -> str:
    listed = (
        f"- {{id: E-{at}, match: {{control: privileged-container, kind: Pod, name: 'agent-{at}-*'}}, {APPROVED}}}"
        for at in range(count)
    )
    return "\n".join(["exceptions:", *listed])


def test_many_exceptions_stand_in_several_variables() -> None:
    policy = one(exported(many(300))).policy
    assert all(len(each.expression) < LONGEST for each in policy.variables)
    assert Answer(policy, pod("agent-299-x")).audit["exception"] == "E-299"
    assert not Answer(policy, pod("agent-300-x")).admitted


def test_a_parameter_that_no_expression_can_hold_is_an_error_that_names_the_control() -> None:
    names = [f"/data/folder-of-some-team/{at}" for at in range(1000)]
    text = f"parameters: {{host-path-volume: {{allowed_prefixes: {names}}}}}"
    controls = [each for each in catalog.load() if each.id == "host-path-volume"]
    with pytest.raises(ValueError, match=r"host-path-volume: `below_allowed` takes \d+ characters"):
        native(controls, baseline(text), None, day=TODAY)


def test_no_control_has_a_name_that_the_wrapping_uses() -> None:
    used = {*OF_ANY, *OF_PODS, "exceptions", "waivers", "faulty", "failing"}
    for each in catalog.load():
        cel = expressed(each)
        assert not isinstance(cel, Cel) or not own_names(each, cel) & used
