"""The boundary as text: each environment with its namespaces, and what lies around it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hardstand.draft.around import Around, Said, around
from hardstand.draft.estate import Estate
from hardstand.draft.grouping import Group, grouped
from hardstand.draft.places import patterns
from hardstand.draft.sorting import CHECK, Sorted, clusters
from hardstand.draft.words import ORDER, PLATFORM, PRODUCTION
from hardstand.draft.writing import WIDTH, Page, exactly, listing, quoted, several

_MOST_LINES = 25
"""A longer list is written with several names in a line."""

_MOST_SHARED = 3

_MOST_COMMENTS = 4
"""In such a list, more reasons than these are left out: one for each name would make it long again."""


def write_boundary(page: Page, estate: Estate, placed: Sorted) -> tuple[str, ...]:
    """Write `boundary:`; gives the environments."""
    found = around(estate, placed)
    names = tuple(one for one in ORDER if one in placed.used)
    split = _split(placed)
    page.add("boundary:")
    page.add("  environments:")
    for name in names:
        page.add(f"    {name}:")
        if name == PLATFORM:
            ask = "" if PRODUCTION in names else f"{CHECK}: "
            page.add("      production: true", f"{ask}what runs here serves production")
        _list(page, "clusters", [(exactly(one), "") for one in sorted(clusters(estate, placed, name))])
        _namespaces(page, placed, name, names)
        if name in split:
            mine = _places(placed, {name})
            theirs = _places(placed, split.difference({name}))
            _list(page, "paths", [(one, _by_place(placed, name)) for one in patterns(mine, theirs.difference(mine))])
            for place in sorted(mine.intersection(theirs))[:_MOST_SHARED]:
                page.remark(f"{CHECK}: {place} holds objects of other environments as well; better split it.", 6)
        _around(page, found.get(name, Around()))
    return names


def _split(placed: Sorted) -> set[str]:
    """Environments that are told by path: they share a namespace with another, or hold what is in none."""
    every = ((spot.namespace, placed.environments(spot.namespace)) for spot in placed.spots)
    return {one for namespace, several_ in every if len(several_) > 1 or not namespace for one in several_}


def _by_place(placed: Sorted, environment: str) -> str:
    """The comment for paths where nothing but them is declared."""
    reasons = {reason.text for reason in placed.spots.values() if reason.environment == environment}
    return next(iter(reasons)) if len(reasons) == 1 and not placed.of(environment) else ""


def _places(placed: Sorted, environments: Iterable[str]) -> set[str]:
    wanted = set(environments)
    return {spot.place for spot, reason in placed.spots.items() if reason.environment in wanted}


def _namespaces(page: Page, placed: Sorted, environment: str, every: Sequence[str]) -> None:
    reasons = placed.of(environment)
    others = {one for other in every for one in placed.of(other)}.difference(reasons)
    groups = grouped(reasons, others)
    lines = [(one.pattern, _reason(one, reasons, placed, environment)) for one in groups]
    _list(page, "namespaces", lines)


def _reason(group: Group, reasons: Mapping[str, str], placed: Sorted, environment: str) -> str:
    counted = Counter(reasons[name] for name in group.names)
    text, times = counted.most_common(1)[0]
    if len(group.names) > 1:
        rest = f", others: {len(counted) - 1} more reasons" if len(counted) > 1 else ""
        return f"{text} ({times} of {len(group.names)} namespaces{rest})"
    elsewhere = sorted(placed.environments(group.names[0]).difference({environment}), key=ORDER.index)
    return f"{text}; in other places it is in {' and '.join(elsewhere)}" if elsewhere else text


def _around(page: Page, one: Around) -> None:
    _list(page, "registries", _said(one.registries, "for "))
    for place, names in sorted(one.foreign.items()):
        page.remark(f"check: left out {place}, which {several(names)} pulls from: it speaks of another environment.", 6)
    _list(page, "secret_stores", _said(one.secret_stores, ""))
    _list(page, "external_services", _said(one.services, "for "))
    _list(page, "admin_interfaces", _said(one.admin_interfaces, ""))


def _said(said: Said, word: str) -> list[tuple[str, str]]:
    return [(exactly(entry), word + several(names)) for entry, names in sorted(said.items())]


def _list(page: Page, key: str, lines: Sequence[tuple[str, str]]) -> None:
    if not lines:
        return
    if len(lines) <= _MOST_LINES:
        page.add(f"      {key}:")
        for word, comment in lines:
            page.add(f"      - {quoted(word)}", comment)
        return
    by_comment: dict[str, list[str]] = defaultdict(list)
    few = len({comment for _, comment in lines}) <= _MOST_COMMENTS
    for word, comment in lines:
        by_comment[comment if few else ""].append(word)
    page.add(f"      {key}: [")
    for comment, words in by_comment.items():
        if comment:
            page.remark(comment, 8)
        _wrapped(page, words)
    page.add("      ]")


def _wrapped(page: Page, words: Sequence[str]) -> None:
    line = " " * 8
    for word in words:
        shown = listing([word, ""]).removesuffix(', ""]').removeprefix("[") + ","
        if line.strip() and len(line) + len(shown) > WIDTH:
            page.add(line.rstrip())
            line = " " * 8
        line += shown + " "
    page.add(line.rstrip())
