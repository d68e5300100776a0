"""Whether rules allow all that other rules allow, and what of it they do not: a comparison of meaning, not of text.

Source: what `Rule.allows` compares; and `Covers` of Kubernetes' pkg/registry/rbac/validation, by which the API server
tells whether somebody who writes a role has all that it gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from hardstand.analysis.rbac.atoms import split
from hardstand.analysis.rbac.rule import ALL, Rule


def exceeding(rules: Iterable[Rule], known: Sequence[Rule]) -> tuple[Rule, ...]:
    """What of some rules others do not allow: the rules that are not covered, cut down to what is not.

    Of a rule too large to be taken apart, all of it. It may name what several rules allow together only where each
    single verb on each single resource is allowed by one of them, as the API server has it.
    """
    small, large = split(rules)
    found = [*(part for one in small for part in _parts(one) if not _covered(part, known))]
    found += [one for one in large if one not in known]
    return tuple(found)


def _parts(rule: Rule) -> Iterator[Rule]:
    """The rule as rules of one verb on one resource, or on one path."""
    for verb, group, resource in product(rule.verbs, rule.groups, rule.resources):
        for name in rule.names or ("",):
            yield Rule((verb,), (group,), (resource,), (name,) if name else ())
    for verb, url in product(rule.verbs, rule.urls):
        yield Rule((verb,), urls=(url,))


def _covered(part: Rule, known: Sequence[Rule]) -> bool:
    return any(_covers(one, part) for one in known)


def _covers(rule: Rule, part: Rule) -> bool:
    (verb,) = part.verbs
    if verb not in rule.verbs and ALL not in rule.verbs:
        return False
    if part.urls:
        return any(_url(one, part.urls[0]) for one in rule.urls)
    group, resource = part.groups[0], part.resources[0]
    if group not in rule.groups and ALL not in rule.groups:
        return False
    if rule.names and (not part.names or part.names[0] not in rule.names):
        return False
    return _resource(rule, resource)


def _resource(rule: Rule, resource: str) -> bool:
    whole, slash, subresource = resource.partition("/")
    if resource in rule.resources or ALL in rule.resources:
        return True
    return bool(slash) and whole != ALL and f"*/{subresource}" in rule.resources


def _url(known: str, url: str) -> bool:
    """A path with a star at its end is covered by one with a star before it, and by nothing without."""
    if known in (ALL, url):
        return True
    return known.endswith("*") and url.startswith(known.rstrip("*"))
