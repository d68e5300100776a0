"""The boundary as text: each environment with its namespaces, and what lies around it."""

from collections import Counter
from collections.abc import Mapping

from hardstand.draft.around import Around, Said, around
from hardstand.draft.estate import Estate
from hardstand.draft.grouping import Group, grouped
from hardstand.draft.lists import write_list
from hardstand.draft.parts import Part, Parts
from hardstand.draft.paths import write_paths
from hardstand.draft.sorting import CHECK, Sorted, clusters
from hardstand.draft.words import ORDER, PLATFORM, PRODUCTION
from hardstand.draft.writing import Page, exactly, several


def write_boundary(page: Page, estate: Estate, placed: Sorted, parts: Parts) -> tuple[str, ...]:
    """Write `boundary:`; gives the environments."""
    found = around(estate, parts)
    page.add("boundary:")
    page.add("  environments:")
    for part in parts.every:
        beside = f"what has no namespace, told by its path; modes for {part.environment} must name it too"
        page.add(f"    {part.name}:", beside if part.apart else "")
        _production(page, part, parts)
        if not part.bare:
            found_here = sorted(clusters(estate, part.spots, part.environment))
            write_list(page, "clusters", [(exactly(one), "") for one in found_here])
            _namespaces(page, placed, part, parts)
        write_paths(page, part, parts)
        _around(page, found.get(part.name, Around()))
    return tuple(one.name for one in parts.every)


def _production(page: Page, part: Part, parts: Parts) -> None:
    """Whether it is production, where its name does not say so."""
    if part.environment == PLATFORM:
        ask = "" if any(one.environment == PRODUCTION for one in parts.every) else f"{CHECK}: "
        page.add("      production: true", f"{ask}what runs here serves production")
    elif part.environment == PRODUCTION and part.apart:
        page.add("      production: true")


def _namespaces(page: Page, placed: Sorted, part: Part, parts: Parts) -> None:
    reasons = part.namespaces
    others = {one for other in parts.every if other is not part for one in other.namespaces}.difference(reasons)
    groups = grouped(reasons, others)
    write_list(page, "namespaces", [(one.pattern, _reason(one, reasons, placed, part.environment)) for one in groups])


def _reason(group: Group, reasons: Mapping[str, str], placed: Sorted, environment: str) -> str:
    counted = Counter(reasons[name] for name in group.names)
    text, times = counted.most_common(1)[0]
    if len(group.names) > 1:
        rest = f", others: {len(counted) - 1} more reasons" if len(counted) > 1 else ""
        return f"{text} ({times} of {len(group.names)} namespaces{rest})"
    elsewhere = sorted(placed.environments(group.names[0]).difference({environment}), key=ORDER.index)
    return f"{text}; in other places it is in {' and '.join(elsewhere)}" if elsewhere else text


def _around(page: Page, one: Around) -> None:
    write_list(page, "registries", [(exactly(place), _for(one, place)) for place in sorted(one.registries)])
    for place, names in sorted(one.foreign.items()):
        page.remark(f"check: left out {place}, which {several(names)} pulls from: it speaks of another environment.", 6)
    write_list(page, "secret_stores", _said(one.secret_stores, ""))
    write_list(page, "external_services", _said(one.services, "for "))
    write_list(page, "admin_interfaces", _said(one.admin_interfaces, ""))


def _for(one: Around, place: str) -> str:
    """For whom a registry is there. An image without a registry may be a placeholder, which a build replaces."""
    names = one.registries[place]
    if place in one.named:
        return f"for {several(names)}"
    unnamed = "images name" if len(names) > 1 else "image names"
    return f"for {several(names)}, whose {unnamed} no registry: Docker Hub, or a placeholder"


def _said(said: Said, word: str) -> list[tuple[str, str]]:
    return [(exactly(entry), word + several(names)) for entry, names in sorted(said.items())]
