"""Scan and exported policy say the same, on a real API server, of every case that it takes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from hardstand.baseline.modes import Mode
from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.native import expressed, is_about_pods, values_of
from hardstand.gate.export import vap
from hardstand.gate.export.building import policy
from hardstand.gate.export.interface import Enforced, Native, Policy, Where
from hardstand.model.kind import Kind
from hardstand.model.verdict import Verdict
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.controls.case_files import settings_of
from tests.controls.test_cases import judge
from tests.gate.api import Api, Reply, path_of
from tests.gate.differing import Asked, Outcome, created, differing, fitted, referred, taken
from tests.gate.test_cases import EXPORTED, of_the_newest
from tests.gate.test_many import DECLARED
from tests.gate.test_native import exported, many

LABEL = "hardstand-under-test"
BY_ID = {one.id: one for one in EXPORTED}
NEVER_REFUSED = ("deprecated-service-account-field", "unmasked-proc-mount")
"""Kubernetes 1.36 mends what the first finds, and refuses what the second finds."""


class Policies:
    """The exported policies on a server, each of them bound to objects with a label of its own."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._names: dict[str, str] = {}
        self._objects: list[dict[str, Any]] = []

    def __enter__(self) -> "Policies":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.all(lambda one: self._api.ask("DELETE", path_of_policy(one)), reversed(self._objects))

    def add(self, one: Control, case: Mapping[str, Any]) -> str | None:
        """The label of the policy that holds the control with the parameters of a case; None while it waits for one."""
        key = json.dumps([one.id, case.get("parameters", {})], sort_keys=True)
        if key not in self._names:
            cel = expressed(one)
            assert isinstance(cel, Cel)
            values = values_of(one, cel, settings_of(one, case))
            if values is None:
                return None
            self._names[key] = f"{self._namespace}-{len(self._names)}"
            self._objects += _bound(policy(one, cel, values, []), self._names[key])
        return self._names[key]

    def hold(self, made: Policy) -> str:
        """The label of another policy."""
        label = self._label(made.control)
        self._objects += _bound(made, label)
        return label

    def settle(self) -> None:
        """Create them all, and come back when the server holds them.

        A policy that always refuses is created last, with its binding: policies are watched in the order in which they
        were made, and so are bindings, so that whoever knows the last of both knows all.
        """
        last = Policy("last", (Kind("", "Pod"),), (), (), "false", "it is the last", "'it is the last'", ())
        made = zip(self._objects, self._api.all(self._create, self._objects), strict=True)
        assert not (refused := [reply.words for _, reply in made if not reply.taken]), "\n".join(refused)
        for one in _bound(last, self._label("last")):
            assert self._create(one).taken
            self._objects.append(one)
        containers = [{"name": "app", "image": "registry.example/app:1"}]
        probe = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": {"containers": containers}}
        eventually(lambda: self.refuses(probe, self._label("last")), "the policies to be held")

    def _label(self, word: object) -> str:
        return f"{self._namespace}-{word}"

    def _create(self, one: dict[str, Any]) -> Reply:
        return self._api.create(one, self._namespace, dry=False)

    def refuses(self, sent: dict[str, Any], label: str) -> bool:
        """Whether the policy with this label warns of an object."""
        metadata = sent["metadata"]
        labelled = {**metadata, "labels": {**(metadata.get("labels") or {}), LABEL: label}}
        reply = created(self._api, {**sent, "metadata": labelled}, self._namespace)
        assert reply.taken, reply.words
        found = [one for one in reply.warnings if "ValidatingAdmissionPolicy" in one]
        assert all(f"'{label}'" in one for one in found), found
        assert not any("resulted in error" in one for one in found), found
        return bool(found)


def _bound(made: Policy, label: str) -> list[dict[str, Any]]:
    """The exported policy and its binding under other names, for objects with the label alone."""
    native = Native((Enforced(made, (Where(Mode.WARN, (), others=True),)),), (), (), ())
    found = [dict(one) for one in vap.written(native)]
    for one in found:
        one["metadata"] = {"name": label}
    found[1]["spec"] = {
        **found[1]["spec"],
        "policyName": label,
        "matchResources": {"objectSelector": {"matchLabels": {LABEL: label}}},
    }
    return found


def path_of_policy(one: dict[str, Any]) -> str:
    return f"{path_of(one, '')}/{one['metadata']['name']}"


@pytest.fixture
def api(cluster: Cluster) -> Iterator[Api]:
    made = Api(cluster.kubeconfig)
    yield made
    made.close()


@pytest.fixture
def policies(api: Api, namespace: str) -> Iterator[Policies]:
    with Policies(api, namespace) as found:
        yield found


def scan(asked: Asked) -> bool | None:
    """What Hardstand's own evaluator says of the object as the server has it."""
    verdict, _ = judge(asked.control, {"parameters": asked.case.get("parameters", {})}, asked.defaulted).verdict
    return None if verdict == Verdict.UNKNOWN else verdict == Verdict.FAIL


def test_scan_and_policies_agree_on_every_case(api: Api, namespace: str, policies: Policies) -> None:
    """Every exported control, with the parameters of each of its cases, against every case that the server takes."""
    cases = [(one, case) for one in EXPORTED for case in of_the_newest(one)]
    labels = {id(case): policies.add(one, case) for one, case in cases}
    policies.settle()
    accounts = {name for _, case in cases for name in referred(case, "serviceAccountName")}
    for name in sorted(accounts - {"default"}):
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
        api.create(account, namespace, dry=False)
    out = Outcome()
    asked = [one for one in taken(api, cases, namespace, out) if labels[id(one.case)] is not None]
    judges = {"scan": scan, "policy": lambda one: policies.refuses(one.sent, labels[id(one.case)] or "")}
    differing(asked, judges, out, api.all)
    print(f"\n{out.told}")
    others = [f"  {one.id}: {expressed(one)}" for one in catalog.load() if not isinstance(expressed(one), Cel)]
    print("\n".join([f"{len(others)} controls are not exportable:", *others]))
    if out.differ:
        pytest.fail("\n".join(out.differ), pytrace=False)
    one_sided = sorted(one.id for one in EXPORTED if len(out.sides[one.id]) < 2)
    assert one_sided == sorted(NEVER_REFUSED), "each control needs a case that is refused, and one that is admitted"


def large(containers: int) -> dict[str, Any]:
    """A pod of many containers with long lists, that no control finds much wrong with: everything is walked through."""
    volumes = [{"name": f"v{at}", "hostPath": {"path": f"/data//of/{at}"}} for at in range(20)]
    one = {
        "image": "registry.example.com/team/service/app:1.2.3@sha256:" + "a" * 64,
        "command": ["/bin/app", *(f"--option-{at}=value" for at in range(20))],
        "env": [{"name": f"NAME_{at}", "value": "some value of it"} for at in range(30)],
        "volumeMounts": [{"name": f"v{at}", "mountPath": f"/mnt/{at}", "readOnly": True} for at in range(20)],
        "livenessProbe": {"exec": {"command": ["/bin/probe", "--quick"]}},
        "securityContext": {"capabilities": {"drop": ["ALL"]}, "privileged": False},
    }
    # Each port once: of others the server warns itself, and all warnings of an answer share 4,096 characters.
    ports = [
        [{"name": f"p-{at}-{n}", "containerPort": 2000 + 10 * at + n} for n in range(10)] for at in range(containers)
    ]
    several = [{**one, "name": f"c{at}", "ports": ports[at]} for at in range(containers)]
    spec = {"containers": several, "volumes": volumes}
    metadata = {"name": "large", "labels": {f"label-{at}": "value" for at in range(30)}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_a_large_pod_stays_within_what_an_expression_may_cost(api: Api, namespace: str, policies: Policies) -> None:
    labels = {one.id: policies.add(one, {"parameters": DECLARED.get(one.id, {})}) for one in EXPORTED}
    (excepting,) = (one for one in exported(many(300)).enforced if one.policy.control == "privileged-container")
    label = policies.hold(excepting.policy)
    policies.settle()
    sent = fitted(large(60), namespace)
    assert not policies.refuses(sent, label)
    sent["spec"]["containers"][59]["securityContext"] = {"privileged": True}
    assert policies.refuses(sent, label)
    assert not policies.refuses({**sent, "metadata": {"name": "agent-299-x"}}, label)
    about = [label for one, label in labels.items() if label and is_about_pods(BY_ID[one])]
    assert len(about) > 60
    refused = sum(api.all(lambda label: policies.refuses(sent, label), about))
    assert 0 < refused < len(about)
