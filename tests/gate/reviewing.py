"""Reviewers for tests, with pictures made of what an API server has sent."""

import copy
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardstand.baseline.baseline import Baseline
from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.request import request_of
from hardstand.gate.review import Answer, Reviewer
from hardstand.model.gap import Gap
from hardstand.model.live import live_name
from tests.baseline.making import TODAY, baseline_of

REVIEWS = Path(__file__).parent / "reviews"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BLOCK: dict[str, Any] = {"modes": [{"mode": "block", "control": "privileged-container"}]}


def review(name: str, /, **changed: Any) -> dict[str, Any]:
    """A recorded AdmissionReview; `changed` are other values of its request."""
    found: dict[str, Any] = json.loads((REVIEWS / f"{name}.json").read_text(encoding="utf-8"))
    found["request"].update(copy.deepcopy(changed))
    return found


def reviewer(
    declared: Mapping[str, Any] | Baseline,
    *there: Mapping[str, Any],
    controls: list[str] | None = None,
    gaps: Sequence[Gap] = (),
    **more: Any,
) -> Reviewer:
    """A reviewer by a baseline, with a picture of the objects of these reviews in which there are gaps."""
    baseline = declared if isinstance(declared, Baseline) else baseline_of(declared)
    every = [one for one in catalog.with_custom(baseline.customs) if controls is None or one.id in controls]
    live = Live(every, Settings(baseline=baseline, cluster="test", today=TODAY))
    live.missing(gaps)
    for one in there:
        put(live, one)
    return Reviewer(live, every, **more)


def put(live: Live, one: Mapping[str, Any]) -> None:
    """Put the object of a review into a picture, as a source gives it."""
    data = {**one["request"]["object"]}
    data["metadata"] = {key: value for key, value in data["metadata"].items() if key != "managedFields"}
    live.put(Page(live_name(request_of(one).path), json.dumps(data).encode(), live=True))


def answered(made: Reviewer, one: Any) -> Answer:
    """The answer at noon of the first of June 2026."""
    return made.review(one, NOON)


def allowed(answer: Answer) -> bool:
    found = answer.review["response"]["allowed"]
    assert isinstance(found, bool)
    return found


def message(answer: Answer) -> str:
    return str(answer.review["response"]["status"]["message"])


def notes(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = answer.review["response"]["auditAnnotations"]
    return found
