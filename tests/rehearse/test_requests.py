"""Past requests are put again by a changed baseline; what nobody can tell is said and counted as nothing else."""

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hardstand.engine import catalog
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.handling import Validating
from hardstand.ledger.journal import LARGEST_EVENT, Journal
from hardstand.model.past import PastRequest
from hardstand.model.run import Unreadable
from hardstand.rehearse.interface import Requests
from hardstand.sources.audit.past import AuditLog
from hardstand.wiring.rehearsing.recorded import Recorded
from hardstand.wiring.rehearsing.reviewing import Rehearsing
from tests.baseline.making import TODAY, baseline_of, exception
from tests.gate.reviewing import BLOCK, NOON, notes, put, review, reviewer
from tests.rehearse.entries import Entry, entry, written

CONTROLLER = "system:serviceaccount:kube-system:replicaset-controller"
OWNERS = ("deployment-create", "replicaset-by-its-controller")


def privileged(name: str) -> dict[str, Any]:
    """A recorded review of which the first container is privileged."""
    found = review(name)
    for key in ("object", "oldObject"):
        data = found["request"].get(key)
        if data:
            template = data["spec"].get("template", data)
            template["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    return found


def rehearsing(declared: Mapping[str, Any], *there: Mapping[str, Any]) -> Rehearsing:
    """By a baseline, over a picture of the objects of these reviews and of the namespace `shop`."""
    baseline, controls = baseline_of(declared), catalog.load()
    live = Live(controls, Settings(baseline=baseline, cluster="test", today=TODAY))
    for one in (review("namespace-create", name="shop"), *there):
        space = copy.deepcopy(one)
        if space["request"]["kind"]["kind"] == "Namespace":
            space["request"]["object"]["metadata"]["name"] = "shop"
        put(live, space)
    return Rehearsing(live, controls, lambda data: data)


def ended(made: Rehearsing, *paths: str, journals: tuple[str, ...] = ()) -> Requests:
    for source in (AuditLog(paths), Recorded(journals)):
        for one in source.open():
            assert isinstance(one, PastRequest), one
            made.put(one, counts=True)
    made.close()
    found = made.tally.requests(None, None, [], made.fix)
    total = found.judged + found.passed + found.dry_runs + sum(found.failed.values()) + found.unknown
    assert total == found.met, "every request is counted once"
    return found


def recorded(folder: Path, declared: Mapping[str, Any], *reviews: Mapping[str, Any]) -> tuple[str]:
    """The journal of a gate that has answered these."""
    journal = Journal(folder)
    serve = Validating(reviewer(declared), journal, clock=lambda: NOON)
    for one in reviews:
        assert serve(json.dumps(one).encode()).status == 200
    journal.close()
    return (str(folder),)


def reasons(found: Requests) -> list[str]:
    return [one.reason for one in found.untold]


POD = privileged("pod-create")


def test_what_would_have_been_refused_is_told_by_workload_control_and_time(tmp_path: Path) -> None:
    later = entry(POD, "b", stageTimestamp="2026-06-02T08:00:00.000000Z")
    fine = entry(review("pod-create-generated-name"), "c")
    found = ended(rehearsing(BLOCK), written(tmp_path / "a.log", entry(POD, "a"), later, fine))
    (one,) = found.refused
    assert (one.count, one.whose.workload.kind, one.whose.owner) == (2, "Pod", None)
    assert (one.first, one.last) == (NOON, datetime(2026, 6, 2, 8, tzinfo=UTC))
    (fault,) = one.faults
    assert (fault.control, fault.count) == ("privileged-container", 2)
    assert fault.fix.startswith("Remove `privileged: true`")
    assert (found.admitted, found.unknown) == (1, 0)


def test_of_a_journal_and_an_audit_log_each_request_counts_once(tmp_path: Path) -> None:
    """The audit annotation `request` says which event is which entry."""
    journal = recorded(tmp_path / "journal", {"modes": [{"mode": "off"}]}, POD)
    answer = reviewer({"modes": [{"mode": "off"}]}).review(POD, NOON)
    annotations = {f"fail.gate.hardstand.dev/{key}": value for key, value in notes(answer).items()}
    same = entry(POD, "a-9", annotations=annotations)
    found = ended(rehearsing(BLOCK), written(tmp_path / "a.log", same), journals=journal)
    assert (found.met, [one.count for one in found.refused]) == (1, [1])
    # What one of them cannot tell, the other can.
    short = entry(POD, "a-9", annotations=annotations, level="Metadata", responseObject=None, requestObject=None)
    found = ended(rehearsing(BLOCK), written(tmp_path / "b.log", short), journals=journal)
    assert (found.met, found.unknown, [one.count for one in found.refused]) == (1, 0, [1])
    # What the gate let in, and somebody else refused, was refused.
    failed = entry(POD, "a-9", annotations=annotations, responseStatus={"code": 409}, responseObject=None)
    found = ended(rehearsing(BLOCK), written(tmp_path / "c.log", failed), journals=journal)
    assert (found.met, dict(found.failed), found.refused) == (1, {409: 1}, ())


def test_what_the_gate_refused_then_is_apart(tmp_path: Path) -> None:
    journal = recorded(tmp_path / "journal", BLOCK, POD)
    found = ended(rehearsing(BLOCK), journals=journal)
    assert (found.refused, [one.count for one in found.still], found.freed) == ((), [1], 0)
    found = ended(rehearsing({"modes": [{"mode": "off"}]}), journals=journal)
    assert (found.refused, found.still, found.freed) == ((), (), 1)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"level": "Metadata", "responseObject": None, "requestObject": None}, "audit level Metadata"),
        ({"responseObject": {"kind": "Binding", "apiVersion": "v1"}}, "what was kept is no Pod"),
        (
            {"objectRef": {"resource": "pods", "apiVersion": "v1", "namespace": "gone", "name": "x"}},
            "another namespace",
        ),
    ],
)
def test_an_entry_without_what_is_needed_is_unknown(changed: Entry, reason: str, tmp_path: Path) -> None:
    found = ended(rehearsing(BLOCK), written(tmp_path / "a.log", entry(POD, **changed)))
    (told,) = reasons(found)
    assert reason in told
    assert (found.refused, found.admitted, found.judged) == ((), 0, 0)


def test_a_namespace_that_is_gone_is_unknown_and_an_exempt_one_is_not_judged(tmp_path: Path) -> None:
    gone, exempt = copy.deepcopy(POD), copy.deepcopy(POD)
    for one, name in ((gone, "gone"), (exempt, "kube-system")):
        one["request"]["namespace"] = one["request"]["object"]["metadata"]["namespace"] = name
    found = ended(rehearsing(BLOCK), written(tmp_path / "a.log", entry(gone, "a"), entry(exempt, "b")))
    (told,) = reasons(found)
    assert "namespace is not in the picture" in told
    assert (found.passed, found.unknown) == (1, 1)


def test_an_update_is_judged_where_it_is_known_to_change_something(tmp_path: Path) -> None:
    made, bookkeeping = privileged("deployment-create"), privileged("deployment-update-bookkeeping")
    image, replicas = privileged("deployment-update-image"), privileged("deployment-update-replicas")
    found = ended(rehearsing(BLOCK), written(tmp_path / "a.log", entry(image, "a")))
    assert ["what it changed cannot be told" in one for one in reasons(found)] == [True]
    patched = entry(image, "a", verb="patch", requestObject={"spec": {"template": {"spec": {"containers": []}}}})
    found = ended(rehearsing(BLOCK), written(tmp_path / "b.log", patched))
    assert [dict(one.resources) for one in found.refused] == [{"deployments": 1}]
    scaled = entry(replicas, "a", verb="patch", requestObject={"spec": {"replicas": 5}})
    found = ended(rehearsing(BLOCK), written(tmp_path / "c.log", scaled))
    assert (found.passed, found.judged) == (1, 0)
    after = entry(bookkeeping, "a")
    after["responseObject"]["metadata"]["uid"] = made["request"]["object"]["metadata"]["uid"] = "one"
    after["responseObject"]["metadata"]["generation"] = made["request"]["object"]["metadata"]["generation"] = 1
    after["responseObject"]["spec"] = made["request"]["object"]["spec"]
    after["responseObject"]["metadata"]["labels"] = made["request"]["object"]["metadata"].get("labels")
    found = ended(rehearsing(BLOCK), written(tmp_path / "d.log", entry(made, "b"), after))
    assert (found.passed, [one.count for one in found.refused]) == (1, [1])


def test_what_the_gate_has_judged_mattered(tmp_path: Path) -> None:
    journal = recorded(tmp_path / "journal", {"modes": [{"mode": "off"}]}, privileged("deployment-update-image"))
    found = ended(rehearsing(BLOCK), journals=journal)
    assert [one.count for one in found.refused] == [1]
    journal = recorded(tmp_path / "resized", {"modes": [{"mode": "off"}]}, privileged("pod-resize"))
    found = ended(rehearsing(BLOCK), journals=journal)
    assert ["before the resize" in one for one in reasons(found)] == [True]


def made_by_controllers() -> tuple[dict[str, Any], ...]:
    return tuple(privileged(one) for one in (*OWNERS, "pod-by-a-replicaset"))


def test_an_owner_s_exception_counts_and_where_the_owner_is_gone_it_may_have(tmp_path: Path) -> None:
    declared = exception(match={"kind": "Deployment", "name": "web", "namespace": "shop"})
    excepting = {**BLOCK, "exceptions": [declared]}
    deployment, replica_set, pod = made_by_controllers()
    path = written(tmp_path / "a.log", entry(pod))
    there = rehearsing(excepting, deployment, replica_set)
    found = ended(there, path)
    assert (found.admitted, found.refused, found.untold) == (1, (), ())
    found = ended(rehearsing(excepting), path)
    assert ["what made it is not in the picture" in one for one in reasons(found)] == [True]
    found = ended(rehearsing(BLOCK), path)
    assert [one.whose.workload.kind for one in found.refused] == ["ReplicaSet"], "no exception could have counted"
    forged = entry(pod, user={"username": "mallory", "groups": ["system:authenticated"]})
    found = ended(rehearsing(excepting), written(tmp_path / "b.log", forged))
    assert [one.count for one in found.refused] == [1], "mallory is no controller, and no owner counts for him"


def test_a_workload_is_its_outermost_owner_and_its_class_says_whose(tmp_path: Path) -> None:
    classed = {"workloads": [{"match": {"namespace": "shop", "name": "web"}, "owner": "team-web"}]}
    deployment, replica_set, pod = made_by_controllers()
    found = ended(
        rehearsing({**BLOCK, "classes": classed}, deployment, replica_set), written(tmp_path / "a.log", entry(pod))
    )
    (one,) = found.refused
    assert (str(one.whose.workload), one.whose.owner) == ("Deployment shop/web", "team-web")
    pod["request"]["object"]["metadata"]["annotations"] = {"hardstand.dev/owner": "ann"}
    pod["request"]["object"]["metadata"]["ownerReferences"] = []
    found = ended(rehearsing(BLOCK), written(tmp_path / "b.log", entry(pod)))
    assert [(str(one.whose.workload)[-1], one.whose.owner) for one in found.refused] == [("*", "ann")]


def test_broken_glass_and_an_emergency_let_through_and_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.log", entry(POD))
    user = POD["request"]["userInfo"]["username"]
    found = ended(rehearsing({**BLOCK, "gate": {"break_glass": {"users": [user]}}}), path)
    assert (dict(found.let_through), found.refused) == ({"break-glass": 1}, ())
    found = ended(rehearsing({**BLOCK, "gate": {"emergency": "warn"}}), path)
    assert (dict(found.let_through), found.refused) == ({"emergency-warn": 1}, ())


def with_password(one: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(one)
    made["request"]["object"]["spec"]["containers"][0]["env"] = [{"name": "PGPASSWORD", "value": "hunter2-hunter2"}]
    return made


def test_masked_secrets_leave_open_only_what_depends_on_them(tmp_path: Path) -> None:
    off = {"modes": [{"mode": "off"}]}
    journal = recorded(tmp_path / "journal", off, with_password(POD))
    found = ended(rehearsing(BLOCK), journals=journal)
    assert [one.count for one in found.refused] == [1], "that it is privileged is there to be seen"
    found = ended(rehearsing(off), journals=journal)
    assert found.admitted == 1, "no control over secrets blocks"
    over_secrets = {"modes": [{"mode": "off"}, {"mode": "block", "control": "secret-in-environment"}]}
    found = ended(rehearsing(over_secrets), journals=journal)
    assert ["masked" in one for one in reasons(found)] == [True]
    clear = entry(with_password(review("pod-create")))
    found = ended(rehearsing(over_secrets), written(tmp_path / "a.log", clear))
    assert [one.faults[0].control for one in found.refused] == ["secret-in-environment"], "the audit log masks nothing"


def test_an_event_that_was_too_large_is_unknown(tmp_path: Path) -> None:
    large = copy.deepcopy(POD)
    large["request"]["object"]["metadata"]["annotations"] = {"note": "x" * LARGEST_EVENT}
    journal = recorded(tmp_path / "journal", {"modes": [{"mode": "off"}]}, large)
    found = ended(rehearsing(BLOCK), journals=journal)
    assert reasons(found) == ["the gate left the object out of its event, since it is large"]


def test_requests_before_these_days_only_tell_what_was_there(tmp_path: Path) -> None:
    made = rehearsing(BLOCK)
    for one in AuditLog((written(tmp_path / "a.log", entry(POD)),)).open():
        assert isinstance(one, PastRequest)
        made.put(one, counts=False)
    found = made.tally.requests(30, NOON, [], made.fix)
    assert (found.met, found.refused) == (0, ())


def test_a_journal_s_torn_line_and_what_is_no_journal_are_told(tmp_path: Path) -> None:
    (folder,) = recorded(tmp_path / "journal", BLOCK, POD)
    file = next(Path(folder).iterdir())
    line = file.read_text()
    never = json.dumps({**json.loads(line), "time": "9999-12-31T23:59:59-12:00"}) + "\n"
    others = '{"schema": "another"}\n{"schema": "hardstand.dev/admission/v1"}\n'
    file.write_text(line + never + line[:50] + "\n" + others)
    found = list(Recorded((folder, str(tmp_path / "none"))).open())
    assert isinstance(found[0], PastRequest)
    assert all(isinstance(one, Unreadable) for one in found[1:])
    assert len(found) == 6
