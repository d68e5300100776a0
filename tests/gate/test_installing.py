"""The webhook configuration is exactly what it ought to be, whoever else has had a hand in it."""

import copy
from typing import Any

import pytest

from hardstand.wiring.gating.installing import _is

WANTED: dict[str, Any] = {
    "metadata": {"name": "hardstand-gate"},
    "webhooks": [
        {
            "name": "fail.gate.hardstand.dev",
            "clientConfig": {"url": "https://192.0.2.1:8443/validate", "caBundle": "Qw=="},
            "rules": [{"apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["pods"]}],
            "namespaceSelector": {"matchExpressions": [{"key": "k", "operator": "NotIn", "values": ["kube-system"]}]},
            "failurePolicy": "Fail",
        }
    ],
}


def kept() -> dict[str, Any]:
    """As the server keeps it."""
    made = copy.deepcopy(WANTED)
    made["webhooks"][0]["objectSelector"] = {}
    return made


@pytest.mark.parametrize(
    "weaker",
    [
        {"matchConditions": [{"name": "x", "expression": "false"}]},
        {"objectSelector": {"matchLabels": {"never": "there"}}},
        {"namespaceSelector": {**WANTED["webhooks"][0]["namespaceSelector"], "matchLabels": {"never": "there"}}},
        {"failurePolicy": "Ignore"},
        {"rules": []},
    ],
)
def test_one_field_more_is_another_configuration(weaker: dict[str, Any]) -> None:
    assert _is(kept(), WANTED)
    changed = kept()
    changed["webhooks"][0] |= weaker
    assert not _is(changed, WANTED)
    assert not _is(None, WANTED)
    assert not _is({**kept(), "webhooks": [*kept()["webhooks"], {"name": "other"}]}, WANTED)
