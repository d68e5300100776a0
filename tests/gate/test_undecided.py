"""What the gate cannot tell for lack of rights: who applies a pod is not warned of it, who runs the gate is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hardstand.engine import catalog
from hardstand.gate.handling import Validating
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.undecided import Undecided
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.wiring.gating.rights import unlisted
from tests.gate.reviewing import allowed, answered, message, notes, review, reviewer

CONTRACT = Draft202012Validator(json.loads((Path(__file__).parents[2] / "spec/admission.v1.schema.json").read_text()))
SECRET = Gap(Kind("", "Secret"), None, Why.MAY_NOT_LIST, "Secret may not be listed")
FAILED = Gap(Kind("", "Secret"), None, Why.UNREADABLE, "Secret could not be listed: out of order")
CHOSEN = ["dangling-env-reference", "image-without-digest"]


def asked(*names: str) -> dict[str, Any]:
    """The review of a pod with these Secrets in its environment."""
    sent = review("pod-create-privileged")
    sent["request"]["object"]["spec"]["containers"][0]["envFrom"] = [{"secretRef": {"name": one}} for one in names]
    return sent


def test_who_applies_a_pod_is_not_warned_and_the_audit_log_and_the_record_tell() -> None:
    answer = answered(reviewer({}, controls=CHOSEN, gaps=[SECRET]), asked("db", "mail"))
    assert allowed(answer)
    (warning,) = answer.review["response"]["warnings"]
    assert warning.startswith("low[image-without-digest]")
    told = notes(answer)
    assert (told["undecided"], told["warn"]) == ("dangling-env-reference", "image-without-digest")
    assert answer.unlisted == ("dangling-env-reference",)
    assert answer.event is not None
    kept = [one for one in answer.event().findings if one.control == "dangling-env-reference"]
    assert {(one.verdict, one.why, one.action) for one in kept} == {("unknown", "may-not-list", "warn")}


@pytest.mark.parametrize(("gap", "why"), [(SECRET, "may-not-list"), (FAILED, "unreadable")])
def test_the_reason_is_in_the_record_as_its_contract_says(gap: Gap, why: str) -> None:
    answer = answered(reviewer({}, controls=CHOSEN, gaps=[gap]), asked("db"))
    assert answer.event is not None
    said = answer.event().as_json()
    assert {one["control"]: (one["verdict"], one["why"]) for one in said["findings"]} == {
        "dangling-env-reference": ("unknown", why),
        "image-without-digest": ("fail", None),
    }
    CONTRACT.validate(said)
    for one in said["findings"]:
        swapped = {**one, "why": None if one["why"] else why}
        assert not CONTRACT.is_valid({**said, "findings": [swapped]})


def test_where_nothing_else_is_found_there_is_no_warning_at_all() -> None:
    answer = answered(reviewer({}, controls=CHOSEN[:1], gaps=[SECRET]), asked("db"))
    assert "warnings" not in answer.review["response"]
    assert notes(answer)["undecided"] == "dangling-env-reference"
    (settled,) = [answered(reviewer({}, controls=CHOSEN[:1], gaps=[SECRET]), asked())]
    assert "undecided" not in notes(settled), "a pod that names no Secret needs none"


def test_what_failed_is_warned_of_as_before() -> None:
    """It may be over soon, and then the same pod is judged."""
    answer = answered(reviewer({}, controls=CHOSEN[:1], gaps=[FAILED]), asked("db"))
    (warning,) = answer.review["response"]["warnings"]
    assert warning.startswith("unknown[dangling-env-reference]")
    assert notes(answer)["warn"] == "dangling-env-reference"


@pytest.mark.parametrize("broken", [False, True])
def test_what_blocks_is_told_to_whoever_is_refused(broken: bool) -> None:
    sent = asked("db")
    declared = {"unknown": "block", "gate": {"break_glass": {"users": [sent["request"]["userInfo"]["username"]]}}}
    if not broken:
        del declared["gate"]
    answer = answered(reviewer(declared, controls=CHOSEN[:1], gaps=[SECRET]), sent)
    assert allowed(answer) is broken
    if broken:
        assert any("unknown[dangling-env-reference]" in one for one in answer.review["response"]["warnings"])
    else:
        assert "unknown[dangling-env-reference]" in message(answer)
    assert notes(answer)["block"] == "dangling-env-reference"
    assert "undecided" not in notes(answer)
    assert answer.unlisted == ("dangling-env-reference",)


def test_each_review_is_counted_once_by_control() -> None:
    undecided, metrics = Undecided(), Metrics()
    metrics.counted("undecided_total", "Left open.", "control", undecided.counts)
    made = reviewer({}, controls=CHOSEN, gaps=[SECRET])
    handlers = [Validating(made, undecided=undecided), Validating(made, undecided=undecided)]
    for handler in handlers:
        for sent in (asked("db", "mail"), asked("db"), asked()):
            assert handler(json.dumps(sent).encode()).status == 200
    text = metrics.text()
    assert "# TYPE hardstand_gate_undecided_total counter\n" in text
    assert 'hardstand_gate_undecided_total{control="dangling-env-reference"} 4\n' in text


def test_each_kind_is_said_once_with_what_it_leaves_open_and_the_remedy() -> None:
    claims = Kind("", "ServiceAccount")
    gaps = [
        SECRET,
        Gap(claims, "a", Why.MAY_NOT_LIST, "no"),
        Gap(claims, "b", Why.UNREADABLE, "no"),
        Gap(Kind("networking.k8s.io", "Ingress"), None, Why.MAY_NOT_LIST, "no"),
    ]
    secret, account, ingress = unlisted(gaps, catalog.load())
    assert secret == (
        "may not list Secret, as its roles have it unless asked otherwise: asked for by dangling-env-reference, "
        "undecided where it matters; "
        "`hardstand doctor --verb gate --with-secrets --format role` prints those that let it"
    )
    assert account.startswith("cannot read ServiceAccount: ")
    assert "service-account-not-found" in account
    assert account.endswith("`hardstand doctor --verb gate --format role` prints the roles that it needs")
    assert ingress.startswith("may not list Ingress.networking.k8s.io: ")
