"""What a reviewer reads of a long role: whatever is strong, wherever it stands in it."""

from dataclasses import replace

import pytest

from hardstand.access.review.answers import template
from hardstand.access.review.campaign import campaign_in
from hardstand.analysis.rbac.rule import Rule
from tests.access.review.test_verifying import made

RBAC = "rbac.authorization.k8s.io"
USUAL = [Rule(("get", "list"), ("",), (f"things{at}",)) for at in range(20)]


@pytest.mark.parametrize(
    "strong",
    [
        Rule(("*",), ("*",), ("*",)),
        Rule(("get",), ("",), ("secrets",)),
        Rule(("get",), ("",), ("secrets",), ("one",)),
        Rule(("escalate",), (RBAC,), ("clusterroles",)),
        Rule(("bind",), (RBAC,), ("clusterroles",), ("some",)),
        Rule(("impersonate",), ("",), ("users",), ("jane",)),
        Rule(("create",), ("",), ("pods/exec",)),
        Rule(("create",), ("",), ("pods",)),
        Rule(("create",), ("",), ("serviceaccounts/token",)),
        Rule(("create",), (RBAC,), ("clusterrolebindings",)),
        Rule(("get",), ("",), ("*",)),
        Rule(("get",), ("",), ("nodes/proxy",)),
        Rule(("get",), urls=("*",)),
    ],
)
def test_what_is_strong_is_first(strong: Rule) -> None:
    lines = asked([*USUAL, strong])
    assert lines[0] == f"#     {strong}"
    assert lines[-1] == "#     and 15 more, none of them as strong"
    assert len(lines) == 7
    many = [replace(strong, verbs=(*strong.verbs, f"x{at}")) for at in range(9)]
    assert asked([*USUAL, *many])[:-1] == [f"#     {one}" for one in many]


def asked(rules: list[Rule]) -> list[str]:
    """What the file of answers says that the grant allows."""
    campaign = campaign_in(made()[0]["campaign.json"])
    first = campaign.items[0]
    item = replace(first, right=replace(first.right, comes_to=tuple(map(str, rules))))
    changed = replace(campaign, items=(item,), roles={"ClusterRole/all": rules})
    text = template(changed, "sha256:x", "ann").decode()
    return [line for line in text.splitlines() if line.startswith("#     ") and "nobody has looked" not in line]
