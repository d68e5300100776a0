"""The bundle: its bytes depend on what it holds alone, and nothing in it can be changed unseen."""

from datetime import UTC, date, datetime

import pytest

from hardstand.access.review.answers import file_name, template
from hardstand.access.review.bundle import BundleError, bundled, packed, unpacked
from hardstand.access.review.campaign import UNTOLD, Campaign, Decision, Item, Suggestion, campaign_in, digest
from hardstand.access.review.standing import standing
from hardstand.model.right import Right

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLOSED = "2026-06-01T12:00:00Z"


def campaign() -> Campaign:
    right = Right("github", "user:jane\n", "admin", "repo/a/b", "collaborator", "x.json", undo="")
    item = Item(right, "../ann\n- x", UNTOLD, Suggestion(Decision.KEEP, "why\nnot"))
    return Campaign("2026-06-01-x", CLOSED, date(2026, 6, 30), "0", None, (item,), {}, {})


def files() -> dict[str, bytes]:
    made = campaign()
    data = made.as_bytes()
    answers = {file_name(one): template(made, digest(data), one) for one in made.reviewers}
    found = standing(data, made, answers.get, [], NOW)
    assert [one.faults for one in found.reviewed] == [()]
    return bundled(data, found, answers, b"", CLOSED)


def test_the_same_is_the_same_bytes() -> None:
    assert packed(files(), CLOSED) == packed(dict(reversed(files().items())), CLOSED)
    assert packed(files(), CLOSED) != packed(files(), "2026-06-01T12:00:01Z")


def test_what_is_packed_comes_back_and_what_is_changed_does_not() -> None:
    whole = files()
    assert unpacked(packed(whole, CLOSED)) == {path: data for path, data in whole.items() if path != "SHA256SUMS"}
    for path in whole:
        with pytest.raises(BundleError):
            unpacked(packed({**whole, path: whole[path] + b"\n"}, CLOSED))
        with pytest.raises(BundleError):
            unpacked(packed({name: data for name, data in whole.items() if name != path}, CLOSED))
    with pytest.raises(BundleError):
        unpacked(packed({**whole, "more": b""}, CLOSED))
    bundle = packed(whole, CLOSED)
    for wrong in (b"", b"x" * 1000, bundle[:-20], bundle[: len(bundle) // 2]):
        with pytest.raises(BundleError):
            unpacked(wrong)


def test_names_of_others_lead_nowhere_and_break_no_line() -> None:
    made = campaign()
    assert campaign_in(made.as_bytes()) == made
    (reviewer,) = made.reviewers
    assert "/" not in file_name(reviewer)
    text = template(made, "sha256:x", reviewer).decode()
    assert all(
        line.startswith(("#", "schema", "campaign", "digest", "reviewer", "answers", "- grant: g-", "  "))
        for line in text.splitlines()
        if line
    )
