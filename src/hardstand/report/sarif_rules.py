"""The tool's half of a SARIF log: a rule for each control, and a taxonomy for each framework that they map to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.frameworks import Framework
from hardstand.frameworks import load as load_frameworks
from hardstand.model.run import Run
from hardstand.model.verdict import Severity, Why
from hardstand.report.interface import ControlPage, Pages
from hardstand.report.sarif_text import message

LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
"""A number inside the band that GitHub names alike: over 9.0 critical, from 7.0 high, from 4.0 medium, else low.

Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

NOTIFICATIONS: Mapping[Why, tuple[int, str]] = {
    Why.UNREADABLE: (0, "An input could not be read"),
    Why.NOT_RENDERED: (1, "A chart or kustomization could not be rendered"),
    Why.MAY_NOT_LIST: (2, "A kind could not be listed"),
}
"""Reasons for which an input was not looked at, with their place in the driver's list and what they mean."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The driver's rules and the run's taxonomies, and where each control's rule stands."""

    rules: list[dict[str, Any]]
    taxonomies: list[dict[str, Any]]
    index: Mapping[str, int]


def rules_of(run: Run, pages: Pages) -> Rules:
    """Rules for every control that was held in the run, whether it found something or not."""
    ids = dict.fromkeys([one.control for one in run.coverage] + [one.control for one in run.findings])
    held = [pages[control] for control in ids]
    taxonomies, index = _taxonomies(held)
    precision = {one.control: str(one.confidence) for one in run.findings}
    rules = [_rule(page, index, precision.get(page.id)) for page in held]
    return Rules(rules, taxonomies, {page.id: place for place, page in enumerate(held)})


def driver(run: Run, rules: Rules) -> dict[str, Any]:
    """The tool that ran."""
    found: dict[str, Any] = {
        "name": "Hardstand",
        "version": run.tool_version,
        "informationUri": "https://hardstand.dev",
        "notifications": [
            {"id": why.value, "shortDescription": message(meaning), "defaultConfiguration": {"level": "error"}}
            for why, (_, meaning) in NOTIFICATIONS.items()
        ],
        "rules": rules.rules,
    }
    if rules.taxonomies:
        found["supportedTaxonomies"] = [
            {"name": one["name"], "index": place} for place, one in enumerate(rules.taxonomies)
        ]
    return found


def _rule(page: ControlPage, taxa: Mapping[str, tuple[int, int]], precision: str | None) -> dict[str, Any]:
    """One control. Tags stay few, since GitHub refuses a log whose rule has more than 20: frameworks are taxa."""
    severity = Severity.named(page.severity)
    properties: dict[str, Any] = {
        "tags": ["security", "kubernetes", page.area],
        "security-severity": _SECURITY_SEVERITY[severity],
        "severity": page.severity,
    }
    if precision:
        properties["precision"] = precision
    rule: dict[str, Any] = {
        "id": page.id,
        "name": "".join(word.capitalize() for word in page.id.split("-")),
        "shortDescription": message(page.summary),
        "fullDescription": message(_first_paragraph(page) or page.summary),
        "help": message(_plain_help(page), _markdown_help(page)),
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": properties,
    }
    relationships = [_relationship(name, taxa[name]) for name in page.frameworks]
    if relationships:
        rule["relationships"] = relationships
    return rule


def _relationship(full_id: str, place: tuple[int, int]) -> dict[str, Any]:
    framework, _, requirement = full_id.partition(":")
    taxonomy, taxon = place
    target = {"id": requirement, "index": taxon, "toolComponent": {"name": framework, "index": taxonomy}}
    return {"target": target, "kinds": ["relevant"]}


def _taxonomies(held: Sequence[ControlPage]) -> tuple[list[dict[str, Any]], Mapping[str, tuple[int, int]]]:
    """The frameworks that the controls name, with the requirements that they name, and where each of these stands."""
    wanted: dict[str, list[str]] = {}
    for full_id in sorted({name for page in held for name in page.frameworks}):
        framework, _, requirement = full_id.partition(":")
        wanted.setdefault(framework, []).append(requirement)
    known = load_frameworks()
    taxonomies = [_taxonomy(name, requirements, known.get(name)) for name, requirements in wanted.items()]
    index = {
        f"{name}:{requirement}": (place, taxon)
        for place, (name, requirements) in enumerate(wanted.items())
        for taxon, requirement in enumerate(requirements)
    }
    return taxonomies, index


def _taxonomy(name: str, requirements: Sequence[str], known: Framework | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name}
    if known:
        found |= {
            "version": known.version,
            "informationUri": known.source,
            "shortDescription": message(known.title),
            "contents": ["localizedData", "nonLocalizedData"],
            "isComprehensive": False,
        }
    titles = known.requirements if known else {}
    found["taxa"] = [
        {"id": one, "shortDescription": message(titles[one])} if one in titles else {"id": one} for one in requirements
    ]
    return found


def _first_paragraph(page: ControlPage) -> str:
    return " ".join(page.sections.get("Why", "").partition("\n\n")[0].split())


def _plain_help(page: ControlPage) -> str:
    return "\n\n".join([f"{page.summary}.", *(f"{heading}\n{text}" for heading, text in page.sections.items())])


def _markdown_help(page: ControlPage) -> str:
    return "\n\n".join([f"{page.summary}.", *(f"## {heading}\n\n{text}" for heading, text in page.sections.items())])
