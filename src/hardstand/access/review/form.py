"""Whether a decoded campaign has the form that `spec/review.v1.schema.json` says, as far as we rely on it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from hardstand.analysis.rbac.expiry import moment

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_RULE = ("verbs", "groups", "resources", "names", "urls")


class FormError(ValueError):
    """A field is not as the form has it; the message names it."""


def see(found: Mapping[str, Any]) -> None:
    """FormError, with the field, unless a campaign has the types that the form says. KeyError where one is missing.

    Grants are seen to by whoever reads them, but for what they say of bindings and roles.
    """
    for field in ("id", "started", "due"):
        _need(isinstance(found[field], str), field, "a text")
    _need(_is_day(found["due"]), "due", "a day like 2026-12-31")
    _need(_is_time(found["started"]), "started", "a time as in RFC 3339")
    _need(found["cluster"] is None or isinstance(found["cluster"], str), "cluster", "a text or null")
    _need(type(found["left_out"]) is int and found["left_out"] >= 0, "left_out", "a count")
    _need(isinstance(found.get("audit", ""), str), "audit", "a text")
    _need(_texts(found["unknown"]), "unknown", "a list of texts")
    for field in ("grants", "reviewers"):
        _need(isinstance(found[field], list), field, "a list")
    for field in ("tool", "roles", "bindings"):
        _need(isinstance(found[field], dict), field, "a mapping")
    _need(isinstance(found["tool"].get("version"), str), "tool.version", "a text")
    for key, rules in found["roles"].items():
        _need(rules is None or isinstance(rules, list), f"roles.{key}", "a list of rules or null")
        whole = all(isinstance(one, dict) and all(_texts(one.get(part)) for part in _RULE) for one in rules or ())
        _need(whole, f"roles.{key}", "a list of rules, each of lists of texts")
    for key, binding in found["bindings"].items():
        _binding(f"bindings.{key}", binding)
    for at, grant in enumerate(found["grants"]):
        _grant(f"grants[{at}]", grant, found["bindings"])


def _binding(where: str, found: Any) -> None:
    _need(isinstance(found, dict), where, "a mapping")
    for field in ("apiVersion", "kind"):
        _need(isinstance(found.get(field), str), f"{where}.{field}", "a text")
    for field in ("metadata", "roleRef"):
        _need(isinstance(found.get(field), dict), f"{where}.{field}", "a mapping")
    metadata, subjects = found["metadata"], found.get("subjects")
    _need(isinstance(metadata.get("name"), str), f"{where}.metadata.name", "a text")
    for field in ("labels", "annotations"):
        _need(
            metadata.get(field) is None or isinstance(metadata[field], dict), f"{where}.metadata.{field}", "a mapping"
        )
    mappings = isinstance(subjects, list) and all(isinstance(one, dict) for one in subjects)
    _need(subjects is None or mappings, f"{where}.subjects", "a list of mappings")


def _grant(where: str, found: Any, bindings: Mapping[str, Any]) -> None:
    _need(isinstance(found, dict), where, "a mapping")
    for field in ("reviewer", "orphan"):
        _need(isinstance(found.get(field), str), f"{where}.{field}", "a text")
    _need(found.get("expires") is None or isinstance(found["expires"], str), f"{where}.expires", "a text or null")
    power, advice, bound = found.get("path_to_power"), found.get("suggestion"), found.get("bound")
    steps = isinstance(power, dict) and _texts(power.get("steps")) and _texts(power.get("secrets", []))
    _need(steps, f"{where}.path_to_power", "told, with its steps")
    said = isinstance(advice, dict) and all(isinstance(advice.get(one), str) for one in ("decision", "reason", "to"))
    _need(said, f"{where}.suggestion", "a decision with its reason")
    if bound is None:
        return
    _need(isinstance(bound, dict) and isinstance(bound.get("role"), str), f"{where}.bound", "a binding with its role")
    named = bound.get("binding")
    _need(isinstance(named, str) and named in bindings, f"{where}.bound.binding", "one of the campaign's bindings")
    subject = bound.get("subject")
    whole = isinstance(subject, dict) and _texts(list(subject.values()))
    _need(whole, f"{where}.bound.subject", "a mapping of texts")


def _texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _is_day(text: str) -> bool:
    """Whether it is a day as RFC 3339 writes it; Python takes weeks, too."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return bool(moment(text))
    except (ValueError, OverflowError):
        return False


def _need(holds: bool, field: str, what: str) -> None:
    if not holds:
        raise FormError(f"`{field}` is not {what}")
