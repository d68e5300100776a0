"""Write the roles and bindings that Kubernetes makes by itself, version by version, from Kubernetes' own sources.

    python scripts/default_roles.py            # fetches each version with Go's client, and deletes it again
    python scripts/default_roles.py 1.36.3     # only these: to look at, since what is written holds no others

Kubernetes keeps what its bootstrap policy yields as expected results of its tests; that is read, and kept as facts in
the form that `hardstand.analysis.rbac.default_data` describes. To take in a new version, add it to VERSIONS.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

VERSIONS = (
    "1.24.17",
    "1.25.16",
    "1.26.15",
    "1.27.16",
    "1.28.15",
    "1.29.15",
    "1.30.14",
    "1.31.14",
    "1.32.13",
    "1.33.13",
    "1.34.4",
    "1.35.4",
    "1.36.3",
    "1.37.2",
)
"""A late patch of each minor version. Patches rarely change a default role, and only to mend a fault."""

TARGET = Path(__file__).parent.parent / "src" / "hardstand" / "analysis" / "rbac" / "kubernetes.json"
FOLDER = "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata"
ROLES = ("cluster-roles", "controller-roles", "namespace-roles")
GATED = ("cluster-roles-featuregates",)
"""What there is with every feature gate on; versions before 1.30 or so have no such file."""
BINDINGS = ("cluster-role-bindings", "controller-role-bindings", "namespace-role-bindings")
BOOTSTRAPPING = ("kubernetes.io/bootstrapping", "rbac-defaults")

Span = dict[str, set[int]]


class UnexpectedError(Exception):
    """The sources say something that the form of the data has no place for."""


def main(versions: Sequence[str]) -> int:
    """Fetch, fold and write."""
    pages = []
    for version in versions:
        print(f"reading Kubernetes {version}", file=sys.stderr)
        pages.append(fetched(version))
    minors = [minor(one) for one in versions]
    data = {
        "about": "Made by scripts/default_roles.py from the bootstrap policy of Kubernetes.",
        "versions": list(versions),
        "roles": [*roles(pages, minors)],
        "bindings": [*bindings(pages, minors)],
    }
    TARGET.write_text(json.dumps(data, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(data['roles'])} roles, {len(data['bindings'])} bindings", file=sys.stderr)
    return 0


def minor(version: str) -> str:
    """`1.36` of `1.36.3`."""
    return ".".join(version.split(".")[:2])


def fetched(version: str) -> Mapping[str, Sequence[Any]]:
    """The objects in each file of a version, by the file's name without its ending."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["go", "mod", "download", "-modcacherw", "-json", f"k8s.io/kubernetes@v{version}"],
            cwd=folder,
            env={**os.environ, "GOMODCACHE": f"{folder}/cache", "GOFLAGS": ""},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise UnexpectedError(f"Kubernetes {version} could not be fetched: {done.stdout}{done.stderr}")
        with zipfile.ZipFile(json.loads(done.stdout)["Zip"]) as packed:
            held = set(packed.namelist())
            found: dict[str, Sequence[Any]] = {}
            for name in (*ROLES, *GATED, *BINDINGS):
                path = f"k8s.io/kubernetes@v{version}/{FOLDER}/{name}.yaml"
                if path in held:
                    found[name] = yaml.safe_load(packed.read(path))["items"]
                elif name not in GATED:
                    raise UnexpectedError(f"{path} is not there")
            return found


def roles(pages: Sequence[Mapping[str, Sequence[Any]]], minors: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One entry a role: what aggregates it and what it aggregates, and its rules with the versions that have them."""
    plain: dict[tuple[str, str], Span] = defaultdict(lambda: defaultdict(set))
    gated: dict[tuple[str, str], Span] = defaultdict(lambda: defaultdict(set))
    heads: dict[tuple[str, str], dict[str, Any]] = {}
    for at, name, one in _each(pages, (*ROLES, *GATED)):
        key, head = _head(one)
        if heads.setdefault(key, head) != head:
            raise UnexpectedError(f"{key}: its labels or aggregation rule differ from other versions'")
        for text in _lines(one):
            if name in ROLES:
                plain[key][text].add(at)
            elif at not in plain[key][text]:
                gated[key][text].add(at)
    for key in sorted(heads):
        entry = heads[key]
        if plain[key]:
            entry["rules"] = spans(plain[key], minors)
        if gated[key]:
            entry["gated"] = spans(gated[key], minors)
        yield entry


def bindings(pages: Sequence[Mapping[str, Sequence[Any]]], minors: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One entry a binding: the role that it gives, and its subjects with the versions that have them."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    given: dict[tuple[str, str], Span] = defaultdict(lambda: defaultdict(set))
    roles_of: dict[tuple[str, str], str] = {}
    for at, _, one in _each(pages, BINDINGS):
        key = _key(one)
        role = f"{one['roleRef']['kind']} {one['roleRef']['name']}"
        if roles_of.setdefault(key, role) != role:
            raise UnexpectedError(f"{key} gives another role than in other versions")
        seen[key].add(at)
        for subject in one.get("subjects") or ():
            given[key][word(subject)].add(at)
    for key in sorted(seen):
        entry = _named(key)
        entry["role"] = roles_of[key]
        if span := spanned(seen[key], minors):
            entry["in"] = span
        if given[key]:
            entry["subjects"] = spans(given[key], minors)
        yield entry


def _each(pages: Sequence[Mapping[str, Sequence[Any]]], names: Sequence[str]) -> Iterator[tuple[int, str, Any]]:
    for at, page in enumerate(pages):
        for name in names:
            for one in page.get(name, ()):
                yield at, name, one


def _key(one: Any) -> tuple[str, str]:
    return one["metadata"].get("namespace", ""), one["metadata"]["name"]


def _named(key: tuple[str, str]) -> dict[str, Any]:
    namespace, name = key
    return {"name": name, "namespace": namespace} if namespace else {"name": name}


def _head(one: Any) -> tuple[tuple[str, str], dict[str, Any]]:
    key, entry = _key(one), _named(_key(one))
    labels = dict(one["metadata"]["labels"])
    if labels.pop(BOOTSTRAPPING[0], None) != BOOTSTRAPPING[1]:
        raise UnexpectedError(f"{key} is not labelled as a default")
    if labels:
        entry["labels"] = labels
    if "aggregationRule" in one:
        selectors = one["aggregationRule"]["clusterRoleSelectors"]
        if any(set(selector) != {"matchLabels"} for selector in selectors):
            raise UnexpectedError(f"{key} selects by more than labels")
        entry["aggregates"] = [selector["matchLabels"] for selector in selectors]
    return key, entry


def _lines(one: Any) -> set[str]:
    lines = {line(rule) for rule in one.get("rules") or ()}
    if not lines and "aggregationRule" not in one:
        raise UnexpectedError(f"{one['metadata']['name']} has no rules")
    return lines


def line(rule: Any) -> str:
    """A rule as one line: verbs, groups, resources and names, or verbs and paths."""
    if "nonResourceURLs" in rule:
        return _words([rule["verbs"], rule["nonResourceURLs"]])
    groups = [group or "core" for group in rule["apiGroups"]]
    return _words([rule["verbs"], groups, rule["resources"], rule.get("resourceNames") or []])


def _words(parts: Sequence[Sequence[str]]) -> str:
    if any("," in one or " " in one or not one for part in parts for one in part):
        raise UnexpectedError(f"{parts} cannot be written as a line")
    return " ".join(",".join(sorted(set(part))) for part in parts if part)


def word(subject: Any) -> str:
    """A subject as people name it on the command line."""
    home = f"{subject['namespace']}/" if subject["kind"] == "ServiceAccount" else ""
    return f"{subject['kind'].lower()}:{home}{subject['name']}"


def spans(found: Span, minors: Sequence[str]) -> dict[str, str]:
    """Each line with the versions that have it."""
    return {text: spanned(found[text], minors) for text in sorted(found) if found[text]}


def spanned(found: set[int], minors: Sequence[str]) -> str:
    """Versions as words: `1.26-1.28,1.30-`; empty for all of them."""
    if len(found) == len(minors):
        return ""
    parts: list[list[int]] = []
    for at in sorted(found):
        if parts and parts[-1][1] == at - 1:
            parts[-1][1] = at
        else:
            parts.append([at, at])
    last = len(minors) - 1
    return ",".join(f"{minors[first]}-{'' if end == last else minors[end]}" for first, end in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or VERSIONS))
