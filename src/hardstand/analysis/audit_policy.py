"""Which requests an audit policy records, and how much of them.

Rules are tried in order and the first that fits decides, as in k8s.io/apiserver, `pkg/audit/policy/checker.go`. A rule
may be for some users, groups, namespaces or names. So for every sort of request all that the rules tell apart is tried:
each of those that they name, and somebody or something that none of them names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from hardstand.inventory.views.audit import LEVELS, PolicyFile, Rule
from hardstand.model.verdict import Why
from hardstand.model.violation import UnknownError

NONE, METADATA, REQUEST, WHOLE = range(len(LEVELS))

_BOTH_ENDS = frozenset({"RequestReceived", "ResponseComplete"})
"""The stages of an ordinary request; with both left out, it leaves no trace."""
_OTHER = None
"""Whoever and whatever no rule names."""
_LIMIT = 20_000
"""Requests of one sort that are tried; policies that people write need some dozens."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of request: a verb on a resource, `pods/exec` for a part of one."""

    verb: str
    group: str
    resource: str
    namespaced: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of requests of a sort, or of some of them: the rule that decides, or none."""

    rule: Rule | None
    level: int
    some: bool
    """Others of this sort are decided elsewhere."""


def sorts(verbs: Sequence[str], group: str, *resources: str, namespaced: bool = True) -> tuple[Sort, ...]:
    """Every verb on every resource."""
    return tuple(Sort(verb, group, resource, namespaced) for resource in resources for verb in verbs)


def outcomes(policy: PolicyFile, sort: Sort) -> Sequence[Outcome]:
    """What becomes of requests of a sort, a rule each. UnknownError for a policy that tells too many apart."""
    rules = [rule for rule in policy.rules if _may_fit(rule, sort)]
    told_apart = (
        _named(user for rule in rules for user in rule.users),
        _named(group for rule in rules for group in rule.user_groups),
        _named(name for rule in rules for name in rule.namespaces if name) if sort.namespaced else [""],
        _named(name for rule in rules for one in rule.resources for name in one.resource_names),
    )
    if prod(map(len, told_apart)) > _LIMIT:
        message = "the policy tells too many users, namespaces and names apart to be followed"
        raise UnknownError(Why.UNREADABLE, message, "audit policy")
    deciding: dict[int, Rule | None] = {}
    for request in product(*told_apart):
        rule = next((one for one in rules if _fits(one, sort, *request)), None)
        deciding.setdefault(id(rule), rule)
    return [Outcome(rule, _level(policy, rule), len(deciding) > 1) for rule in deciding.values()]


def unrecorded(policy: PolicyFile, wanted: Sequence[Sort]) -> Sequence[tuple[Rule | None, list[Sort], bool]]:
    """Requests of which not even metadata is recorded: by the rule that says so, or None where no rule fits."""
    found: dict[int, tuple[Rule | None, list[Sort], bool]] = {}
    for sort in wanted:
        for one in outcomes(policy, sort):
            if one.level < METADATA:
                found.setdefault(id(one.rule), (one.rule, [], one.some))[1].append(sort)
    return list(found.values())


def _level(policy: PolicyFile, rule: Rule | None) -> int:
    if rule is None or {*policy.omit_stages, *rule.omit_stages} >= _BOTH_ENDS:
        return NONE
    return rule.level


def _named(names: Iterable[str]) -> list[str | None]:
    return [*dict.fromkeys(names), _OTHER]


def _may_fit(rule: Rule, sort: Sort) -> bool:
    """Whether a rule fits some requests of a sort."""
    if rule.verbs and sort.verb not in rule.verbs:
        return False
    if not rule.namespaces and not rule.resources:
        return not rule.non_resource_urls
    if rule.namespaces and not sort.namespaced and "" not in rule.namespaces:
        return False
    return not rule.resources or any(True for _ in _names_of(rule, sort))


def _fits(rule: Rule, sort: Sort, user: str | None, group: str | None, namespace: str | None, name: str | None) -> bool:
    """Whether a rule that may fit a sort fits this request of it."""
    for wanted, found in ((rule.users, user), (rule.user_groups, group), (rule.namespaces, namespace)):
        if wanted and (found is _OTHER or found not in wanted):
            return False
    return not rule.resources or any(
        not names or (name is not _OTHER and name in names) for names in _names_of(rule, sort)
    )


def _names_of(rule: Rule, sort: Sort) -> Iterator[Sequence[str]]:
    """For each item of a rule that names the sort's resource, the names it is for; none is all."""
    _resource, _, part = sort.resource.partition("/")
    fitting = {sort.resource, "*", f"{_resource}/*", *((f"*/{part}",) if part else ())}
    for one in rule.resources:
        if (one.group or "") not in (sort.group, "*"):
            continue
        if not one.resources:
            yield ()
        elif not fitting.isdisjoint(one.resources):
            yield one.resource_names
