"""The mapping of a suite's checks to controls, read from its TOML file. It is data: nothing here decides anything."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


class MappingError(Exception):
    """A mapping file is missing or says something that it may not; the text says what."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """What a check was told to leave alone: findings there do not count."""

    images: tuple[str, ...] = ()
    """Globs over a container's image."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the object that all must be there."""
    namespaces: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    """Which controls it holds for; none is all of them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one check of a suite is asked of Hardstand."""

    controls: tuple[str, ...]
    params: Mapping[str, object] = field(default_factory=dict)
    """Declared for every control of the rule that has a parameter of the name."""
    case_params: Mapping[str, str] = field(default_factory=dict)
    """Lists that a case's own settings add to: the parameter, and what the suite calls it."""
    fields: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """By control, or `*` for all: only findings at a field that the expression matches count."""
    complete: bool = False
    """The files of a case are all there is."""
    version: str | None = None
    """The Pod Security version to ask at."""
    reports: str = "finding"
    """What a suite that counts reports counts: every `finding`, or each `container`, `object` with one."""
    exempt: Exempt = field(default_factory=Exempt)
    variants: Mapping[str, "Rule"] = field(default_factory=dict)
    """By the end of the name of a constraint's file."""

    def extended(self, settings: Mapping[str, Sequence[str]]) -> "Rule":
        """The rule with what a case's settings add to its lists."""
        params = dict(self.params)
        for name, called in self.case_params.items():
            own = params.get(name, [])
            if not isinstance(own, list):
                raise MappingError(f"{name} is no list that a case could add to")
            params[name] = [*own, *settings.get(called, ())]
        return replace(self, params=params)

    def variant(self, name: str) -> "Rule":
        """The rule for a constraint, which is the rule itself where there are no variants."""
        for ending, rule in self.variants.items():
            if name.endswith(ending):
                return rule
        if self.variants:
            raise MappingError(f"there is no variant for {name}")
        return self


@dataclass(frozen=True, slots=True)
class Skip:
    """Cases that ask nothing that Hardstand could answer, by a glob over their ids."""

    cases: str
    why: str

    def covers(self, case: str) -> bool:
        """Tell whether the case is one of them."""
        return fnmatchcase(case, self.cases)


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is said about one suite."""

    mapped: Mapping[str, Rule]
    out: Mapping[str, str]
    """Checks about objects that are not of this scope, with why."""
    unmapped: Mapping[str, str]
    """Checks in scope that no control answers, with why."""
    disagreements: Mapping[str, str]
    """Ids of cases where Hardstand is right and the suite is not, with why."""
    skips: tuple[Skip, ...]

    def knows(self, check: str) -> bool:
        """Tell whether the mapping says anything of the check."""
        return check in self.mapped or check in self.out or check in self.unmapped


_KEYS = frozenset({"like", "check", "out", "unmapped", "disagree", "skip"})
_RULE_KEYS = frozenset({one.name for one in fields(Rule)} | {"name", "field"})


def read_rules(folder: Path, suite: str) -> Rules:
    """Read `SUITE.toml`. MappingError when it is wrong.

    With `like = "OTHER"` at its head it takes over the checks of OTHER.
    """
    path = folder / f"{suite}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MappingError(f"{path} is missing") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: {error}") from error
    _only(data, _KEYS, path.name)
    rules = Rules(
        mapped={one["name"]: _rule(one) for one in data.get("check", ())},
        out=dict(_reasons(data.get("out", ()))),
        unmapped=dict(_reasons(data.get("unmapped", ()))),
        disagreements={case: one["why"] for one in data.get("disagree", ()) for case in one["cases"]},
        skips=tuple(Skip(one["cases"], one["why"]) for one in data.get("skip", ())),
    )
    return _joined(read_rules(folder, data["like"]), rules) if "like" in data else rules


def _joined(like: Rules, rules: Rules) -> Rules:
    return replace(
        rules,
        mapped={**like.mapped, **rules.mapped},
        out={**like.out, **rules.out},
        unmapped={**like.unmapped, **rules.unmapped},
    )


def _reasons(groups: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for group in groups:
        for check in group["checks"]:
            yield check, group["why"]


def _rule(data: Mapping[str, Any], base: Rule | None = None) -> Rule:
    _only(data, _RULE_KEYS, str(data.get("name", "a variant")))
    base = base or Rule(())
    patterns = dict(data.get("fields", {}))
    if "field" in data:
        patterns["*"] = data["field"]
    rule = Rule(
        controls=tuple(data.get("controls", base.controls)),
        params=data.get("params", base.params),
        case_params=data.get("case_params", base.case_params),
        fields={control: re.compile(pattern) for control, pattern in patterns.items()} or base.fields,
        complete=data.get("complete", base.complete),
        version=data.get("version", base.version),
        reports=data.get("reports", base.reports),
        exempt=_exempt(data["exempt"]) if "exempt" in data else base.exempt,
    )
    return replace(rule, variants={ending: _rule(one, rule) for ending, one in data.get("variants", {}).items()})


def _exempt(data: Mapping[str, Any]) -> Exempt:
    _only(data, frozenset({"images", "labels", "namespaces", "controls"}), "exempt")
    return Exempt(
        tuple(data.get("images", ())),
        data.get("labels", {}),
        tuple(data.get("namespaces", ())),
        tuple(data.get("controls", ())),
    )


def _only(data: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    strange = sorted(set(data) - known)
    if strange:
        raise MappingError(f"{where}: {', '.join(strange)} means nothing here")
