"""The two wordings of each control say the same of every document that is in its case file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.native import expressed, values_of
from hardstand.gate.export.building import policy
from hardstand.gate.export.interface import Policy
from hardstand.model.kind import Kind, Platform, group_of
from hardstand.model.verdict import Verdict
from hardstand.text.cel.values import EvaluationError
from tests.controls.case_files import cases_of, platform_of_case, settings_of, subject_of
from tests.controls.test_cases import judge
from tests.gate.evaluating import Answer, without_nulls

EXPORTED = [one for one in catalog.load() if isinstance(expressed(one), Cel)]


def policy_of(one: Control, case: Mapping[str, Any]) -> Policy | None:
    cel = expressed(one)
    assert isinstance(cel, Cel)
    values = values_of(one, cel, settings_of(one, case))
    return None if values is None else policy(one, cel, values, [])


def of_the_newest(one: Control) -> Iterator[Mapping[str, Any]]:
    """The cases about Kubernetes, without the versions that some of them name: policies hold the newest rules."""
    for case in cases_of(one):
        if platform_of_case(case) is Platform.KUBERNETES:
            yield {key: value for key, value in case.items() if key != "version"}


def agreement(one: Control, case: Mapping[str, Any]) -> str:
    """What became of a case: `agreed`, why it could not be compared, or how the two differ."""
    subject = without_nulls(subject_of(case))
    made = policy_of(one, case)
    if made is not None and Kind(group_of(subject["apiVersion"]), subject["kind"]) not in made.kinds:
        return "no API server serves the kind"
    verdict, why = judge(one, case, subject).verdict
    if verdict == Verdict.UNKNOWN:
        return "malformed"
    if made is None:
        return "agreed: not declared" if why == "not-declared" else f"{verdict}, and the policy waits for a parameter"
    try:
        admitted = Answer(made, subject).admitted
    except EvaluationError as error:
        return f"{verdict}, and the policy fails: {error}"
    if (one.id, case["name"]) in REFUSED:
        return "refused"
    same = admitted is (verdict != Verdict.FAIL)
    return f"agreed: {verdict}" if same else f"{verdict}, and the policy {'admits' if admitted else 'refuses'} it"


APART = ("malformed", "no API server serves the kind", "refused")
REFUSED = {
    ("local-external-name", "the loopback address of IPv6"),
    ("sensitive-host-path", "a way round"),
}
"""What every API server refuses itself: an external name is a DNS name, and a hostPath does not step back."""


@pytest.mark.parametrize("one", EXPORTED, ids=lambda one: one.id)
def test_both_wordings_agree_on_every_case(one: Control) -> None:
    found = [(case["name"], agreement(one, case)) for case in of_the_newest(one)]
    wrong = [f"{name}: {said}" for name, said in found if not said.startswith("agreed") and said not in APART]
    if wrong:
        pytest.fail("\n".join([one.id, *wrong]), pytrace=False)
    agreed = {said for _, said in found}
    assert {"agreed: fail", "agreed: pass"} <= agreed, f"{one.id} needs a case that fails and one that passes: {agreed}"


def test_how_many_are_compared() -> None:
    """Printed with `-s`: cases by what became of them."""
    counted: Counter[str] = Counter()
    for one in EXPORTED:
        counted.update(agreement(one, case) for case in of_the_newest(one))
    print(f"\n{len(EXPORTED)} controls, {counted.total()} cases: {dict(counted.most_common())}")
    apart = sum(counted[why] for why in APART)
    assert apart * 4 < counted.total(), "most cases must be comparable"
