"""Requirement ids of published frameworks, with titles in our own words; one TOML file per framework beside this one.

A file holds `id`, `title`, `version`, `source` (the publisher's page) and a table `[requirements]` of `"ID" = "title"`.
Controls name requirements by full id, `FRAMEWORK:ID`, such as `pss-baseline:privileged`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework at one version. `requirements` maps an id to its title, in the order of the file."""

    id: str
    title: str
    version: str
    source: str
    requirements: Mapping[str, str]


@cache
def load() -> Mapping[str, Framework]:
    """All frameworks by id, sorted; read at the first call and kept.

    Raises ValueError, naming the file, when one of them is malformed: the package is broken then, not the user's input.
    """
    names = sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".toml"))
    frameworks = (parse(name, files(__name__).joinpath(name).read_text(encoding="utf-8")) for name in names)
    return MappingProxyType({framework.id: framework for framework in frameworks})


def known(framework_id: str) -> bool:
    """Whether `framework_id`, a full id such as `pss-baseline:privileged`, names a requirement that we hold."""
    framework, _, requirement = framework_id.partition(":")
    held = load().get(framework)
    return held is not None and requirement in held.requirements


def parse(name: str, text: str) -> Framework:
    """The framework in `text`, the content of the file `name`, whose stem must be the framework's id.

    Raises ValueError, naming the file and the entry, when a field is missing, empty, unknown or not text.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
    requirements = table.pop("requirements", None)
    if not isinstance(requirements, dict) or not requirements:
        raise ValueError(f"{name}: the table [requirements] is missing or empty")
    fields = _texts(name, table)
    if set(fields) != {"id", "title", "version", "source"}:
        raise ValueError(f"{name}: wants id, title, version, source and [requirements], and has {sorted(fields)}")
    if f"{fields['id']}.toml" != name:
        raise ValueError(f"{name}: the id {fields['id']!r} is not the file's name")
    return Framework(**fields, requirements=MappingProxyType(_texts(name, requirements)))


def _texts(name: str, table: dict[str, Any]) -> dict[str, str]:
    """`table` itself, once every value is known to be text and not blank; an unquoted dotted key is a table here."""
    for key, value in table.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name}: {key!r} must be text and not empty (ids with a dot need quotes)")
    return table
