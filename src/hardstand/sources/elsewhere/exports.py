"""Exports of other systems, read from files: `aws=FILE`, `github:repo/acme/shop=FILE`."""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardstand.model.right import Right
from hardstand.model.run import Unreadable
from hardstand.sources.reading import failure, unreadable

Reader = Callable[[Any, str, str], Iterator[Right | str]]
"""Takes what a file holds, the scope that was named with it, and the file's name."""

SYSTEMS: Mapping[str, str] = {
    "aws": "`aws iam get-account-authorization-details`",
    "azure": "`az role assignment list --all`",
    "gcp": "`gcloud projects get-iam-policy PROJECT --format json`, or `gcloud asset search-all-iam-policies`",
    "github": "members of an org or team, collaborators or teams of a repository, as GitHub's API lists them",
    "gitlab": "members of a project or group, as GitLab's API lists them",
    "harbor": "members of a project, or robot accounts, as Harbor's API lists them",
}
"""Each system's module here, and what its files are."""

_NEED_SCOPE = frozenset({"github", "gitlab"})
"""Their lists do not say of what they are."""

_LARGEST = 512 << 20


@dataclass(frozen=True, slots=True)
class Export:
    """A file that a person names."""

    system: str
    scope: str
    """What it is of, where the file does not say: `repo/acme/shop`."""
    path: str


def export(word: str) -> Export:
    """The file that `SYSTEM[:SCOPE]=FILE` names. ValueError, with what to write, for anything else."""
    about, equals, path = word.partition("=")
    system, _, scope = about.partition(":")
    if not equals or not path:
        raise ValueError(f"{word!r} names no file; write SYSTEM=FILE or SYSTEM:SCOPE=FILE")
    if system not in SYSTEMS:
        raise ValueError(f"{system!r} is none of {', '.join(SYSTEMS)}")
    if system in _NEED_SCOPE and not scope:
        raise ValueError(f"a list of {system} does not say of what it is; write {system}:SCOPE={path}")
    return Export(system, scope, path)


def rights(one: Export) -> Iterator[Right | Unreadable]:
    """The rights in a file, and what in it could not be read. Never raises for bad input."""
    try:
        if Path(one.path).stat().st_size > _LARGEST:
            yield unreadable(one.path, f"the file is larger than {_LARGEST >> 20} MiB")
            return
        found = json.loads(Path(one.path).read_bytes())
    except OSError as error:
        yield failure(one.path, error)
        return
    except (ValueError, RecursionError) as error:
        yield unreadable(one.path, f"it is no JSON: {error}")
        return
    reader: Reader = importlib.import_module(f"hardstand.sources.elsewhere.{one.system}").read
    for told in reader(found, one.scope, one.path):
        yield unreadable(one.path, told) if isinstance(told, str) else told
