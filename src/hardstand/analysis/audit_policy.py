"""Which requests an audit policy records, and how much of them.

Rules are tried in order and the first that fits decides, as in k8s.io/apiserver, `pkg/audit/policy/checker.go`. A rule
for some users, namespaces or names decides for those alone, and what it leaves goes on to the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.inventory.views.audit import LEVELS, GroupResources, PolicyFile, Rule

NONE, METADATA, REQUEST, WHOLE = range(len(LEVELS))

_BOTH_ENDS = frozenset({"RequestReceived", "ResponseComplete"})
"""The stages of an ordinary request; with both left out, it leaves no trace."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of request: a verb on a resource, `pods/exec` for a part of one."""

    verb: str
    group: str
    resource: str
    namespaced: bool = True

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of requests of a sort, or of some of them: the rule that decides, or none."""

    sort: Sort
    rule: Rule | None
    level: int
    some: bool
    """The rule is for some users, namespaces or names."""


def sorts(verbs: Sequence[str], group: str, *resources: str, namespaced: bool = True) -> tuple[Sort, ...]:
    """Every verb on every resource."""
    return tuple(Sort(verb, group, resource, namespaced) for resource in resources for verb in verbs)


def outcomes(policy: PolicyFile, sort: Sort) -> Iterator[Outcome]:
    """What becomes of requests of a sort, rule by rule, until one decides for all that is left."""
    for rule in policy.rules:
        fits = _fits(rule, sort)
        if fits is None:
            continue
        silent = {*policy.omit_stages, *rule.omit_stages} >= _BOTH_ENDS
        yield Outcome(sort, rule, NONE if silent else rule.level, some=not fits)
        if fits:
            return
    yield Outcome(sort, None, NONE, some=False)


def unrecorded(policy: PolicyFile, wanted: Sequence[Sort]) -> Sequence[tuple[Rule | None, list[Sort], bool]]:
    """Requests of which not even metadata is recorded: by the rule that says so, or None where no rule fits."""
    found: dict[int, tuple[Rule | None, list[Sort], bool]] = {}
    for sort in wanted:
        for one in outcomes(policy, sort):
            if one.level < METADATA:
                _rule, several, _some = found.setdefault(id(one.rule), (one.rule, [], one.some))
                several.append(sort)
    return list(found.values())


def _fits(rule: Rule, sort: Sort) -> bool | None:
    """Whether a rule decides for all requests of a sort (True), for some (False), or for none (None)."""
    if rule.verbs and sort.verb not in rule.verbs:
        return None
    whole = not rule.users and not rule.user_groups
    if not rule.resources and not rule.namespaces:
        return None if rule.non_resource_urls else whole
    if rule.namespaces:
        if not sort.namespaced and "" not in rule.namespaces:
            return None
        whole = whole and not sort.namespaced
    if not rule.resources:
        return whole
    named = [_named(one, sort) for one in rule.resources]
    if True in named:
        return whole
    return False if False in named else None


def _named(one: GroupResources, sort: Sort) -> bool | None:
    """As `_fits`, for the resources of one group."""
    if (one.group or "") not in (sort.group, "*"):
        return None
    if not one.resources:
        return True
    resource, _, part = sort.resource.partition("/")
    fitting = {sort.resource, "*", f"{resource}/*", *((f"*/{part}",) if part else ())}
    if fitting.isdisjoint(one.resources):
        return None
    return not one.resource_names
