"""Policies as YAML, each rule under the rows of the flow table that it is for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.analysis.intended.rows import Row
from hardstand.network.generating.policies import Policy, PolicyRule, rule_data
from hardstand.text.yaml_writing import document

_LONGEST = 200
"""Characters of a comment."""


def written(policies: Iterable[Policy]) -> str:
    """The policies as documents of one text."""
    return "".join(f"---\n{one}" for one in map(_policy, policies))


def by_namespace(policies: Iterable[Policy]) -> Mapping[str, str]:
    """The text for each namespace."""
    found: dict[str, list[Policy]] = {}
    for one in policies:
        found.setdefault(one.namespace, []).append(one)
    return {namespace: written(several) for namespace, several in found.items()}


def _policy(policy: Policy) -> str:
    data = policy.data()
    rules = {key: data["spec"].pop(key, None) for key in ("ingress", "egress")}
    lines = [f"# {_comment(policy.title)}\n", document(data)]
    for key, peers, several in (("ingress", "from", policy.ingress), ("egress", "to", policy.egress)):
        if rules[key]:
            lines.append(f"  {key}:\n")
            lines.extend(_rules(several, peers))
    return "".join(lines)


def _rules(several: Sequence[PolicyRule], peers: str) -> Iterator[str]:
    for rule in several:
        for row in rule.rows:
            yield f"  # {_comment(_for(row))}\n"
        yield from _item(rule_data(rule, peers))


def _for(row: Row) -> str:
    """What a rule is for. What nobody has accepted yet says so."""
    if row.proposed:
        return f"PROPOSED, for a person to accept: {row.text}: {row.reason}"
    return f"{row.path}{row.where}: {row.reason}"


def _item(rule: Mapping[str, Any]) -> Iterator[str]:
    """A rule as an item of the list of rules of a `spec`."""
    for number, line in enumerate(document(rule).splitlines()):
        yield f"  {'- ' if number == 0 else '  '}{line}\n"


def _comment(text: str) -> str:
    """A text on one line: what is behind a break would be no comment any more."""
    short = "".join(one if one.isprintable() else " " for one in " ".join(text.split()))
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]}…"
