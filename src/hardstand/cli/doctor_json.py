"""What `doctor` tells a program."""

import json
from typing import Any

from hardstand import __version__
from hardstand.baseline.baseline import Baseline
from hardstand.wiring.examining import Examination, Refused, Seen


def as_json(found: Examination, baseline: Baseline) -> str:
    """One object, whose shape is `hardstand.dev/doctor/v1`."""
    told = {
        "schema": "hardstand.dev/doctor/v1",
        "tool": {"name": "hardstand", "version": __version__},
        "python": found.python,
        "extras": [
            {"name": one.name, "installed": dict(one.installed), "missing": list(one.missing)} for one in found.extras
        ],
        "programs": [{"name": one.name, "path": one.path} for one in found.programs],
        "baseline": {"path": baseline.path, "digest": baseline.digest} if baseline.path else None,
        "cluster": _cluster(found.cluster) if found.cluster else None,
        "trouble": {"message": found.trouble[0], "hint": found.trouble[1]} if found.trouble else None,
        "withheld": [
            {"verbs": list(one.verbs), "group": one.kind.group, "kind": one.kind.name, "controls": list(one.controls)}
            for one in found.withheld
        ],
        "roles": {verb: list(documents) for verb, documents in found.roles.items()},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _cluster(seen: Seen) -> dict[str, Any]:
    return {
        "name": seen.name,
        "server": seen.server,
        "context": seen.context,
        "version": seen.version,
        "user": seen.user,
        "readable": [{"group": kind.group, "kind": kind.name} for kind in seen.readable],
        "refused": [_refused(one) for one in seen.refused],
        "dead": [_refused(one) for one in seen.dead],
        "unwritable": [
            {
                "verb": one.verb,
                "group": one.group,
                "resource": one.resource,
                "name": one.name,
                "namespace": one.namespace,
                "verbs": list(one.verbs),
            }
            for one in seen.unwritable
        ],
    }


def _refused(one: Refused) -> dict[str, Any]:
    return {
        "group": one.kind.group,
        "kind": one.kind.name,
        "verbs": list(one.verbs),
        "namespace": one.namespace,
        "controls": list(one.controls),
    }
