"""A campaign that somebody has written by hand, or damaged: an error that names the field, never a traceback."""

import json
from typing import Any

import pytest

from hardstand.access.review.bundle import BundleError, closed_at
from hardstand.access.review.campaign import CampaignError, campaign_in
from tests.access.review.test_verifying import made

STRANGE: tuple[Any, ...] = (None, 5, -1, True, "", "x", [], {}, [None], ["x"], {"x": 1}, "2026-W48-3", 1e999)


def whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made()[0]["campaign.json"])
    return found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due", "2026-W48-3"), ("due", "20261231"), ("cluster", 5), ("started", None), ("started", "yesterday"),
        ("started", "9999-12-31T23:59:59-01:00"), ("id", 7), ("left_out", "0"), ("unknown", "x"), ("bindings", {}),
        ("bindings", []), ("bindings", {"ClusterRoleBinding/b": []}), ("roles", []), ("roles", {"x": [{}]}),
        ("grants", {}), ("grants", [None]), ("tool", {}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(field: str, value: Any) -> None:
    with pytest.raises(CampaignError, match=f"`{'grants' if value == {} and field == 'bindings' else field}"):
        campaign_in(json.dumps({**whole(), field: value}).encode())


def test_nothing_else_is_raised_whatever_stands_there() -> None:
    """Every value of a campaign, put in turn to everything strange."""
    paths = list(_paths(whole()))
    assert len(paths) > 60
    refused = 0
    for path in paths:
        for value in STRANGE:
            found: Any = whole()
            at = found
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = value
            try:
                campaign_in(json.dumps(found).encode())
            except CampaignError:
                refused += 1
    assert refused > 300


def _paths(found: Any, before: tuple[Any, ...] = ()) -> Any:
    steps = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in steps:
        yield (*before, key)
        yield from _paths(value, (*before, key))


@pytest.mark.parametrize("closed", ["9999-12-31T23:59:59-01:00", "soon", None, 5, "0001-01-01T00:00:00+01:00"])
def test_when_a_bundle_was_closed(closed: object) -> None:
    with pytest.raises(BundleError, match="does not say when it was closed"):
        closed_at({"bundle.json": json.dumps({"closed": closed}).encode()})
