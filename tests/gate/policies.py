"""Exported policies on a real API server, each asked about one object at a time."""

import json
from collections.abc import Mapping
from typing import Any

from hardstand.baseline.modes import Mode
from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine.native import expressed, values_of
from hardstand.gate.export import vap
from hardstand.gate.export.building import policy
from hardstand.gate.export.interface import Enforced, Native, Policy, Where
from hardstand.model.kind import Kind
from tests.cluster.waiting import eventually
from tests.controls.case_files import settings_of
from tests.gate.api import Api, Reply, path_of
from tests.gate.differing import created

LABEL = "hardstand-under-test"


class Policies:
    """The exported policies on a server, each of them bound to objects with a label of its own."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._names: dict[str, str] = {}
        self._objects: list[dict[str, Any]] = []

    def __enter__(self) -> "Policies":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.all(lambda one: self._api.ask("DELETE", _path_of(one)), reversed(self._objects))

    def add(self, one: Control, case: Mapping[str, Any]) -> str | None:
        """The label of the policy that holds the control with the parameters of a case; None while it waits for one."""
        key = json.dumps([one.id, case.get("parameters", {})], sort_keys=True)
        if key not in self._names:
            cel = expressed(one)
            assert isinstance(cel, Cel)
            values = values_of(one, cel, settings_of(one, case))
            if values is None:
                return None
            self._names[key] = f"{self._namespace}-{len(self._names)}"
            self._objects += _bound(policy(one, cel, values, []), self._names[key])
        return self._names[key]

    def hold(self, made: Policy) -> str:
        """The label of another policy."""
        label = self._label(made.control)
        self._objects += _bound(made, label)
        return label

    def settle(self) -> None:
        """Create them all, and come back when the server holds them.

        A policy that always refuses is created last, with its binding: policies are watched in the order in which they
        were made, and so are bindings, so that whoever knows the last of both knows all.
        """
        last = Policy("last", (Kind("", "Pod"),), (), (), "false", "it is the last", "'it is the last'", ())
        made = zip(self._objects, self._api.all(self._create, self._objects), strict=True)
        assert not (refused := [reply.words for _, reply in made if not reply.taken]), "\n".join(refused)
        for one in _bound(last, self._label("last")):
            assert self._create(one).taken
            self._objects.append(one)
        containers = [{"name": "app", "image": "registry.example/app:1"}]
        probe = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": {"containers": containers}}
        eventually(lambda: self.refuses(probe, self._label("last")), "the policies to be held")

    def _label(self, word: object) -> str:
        return f"{self._namespace}-{word}"

    def _create(self, one: dict[str, Any]) -> Reply:
        return self._api.create(one, self._namespace, dry=False)

    def refuses(self, sent: dict[str, Any], label: str) -> bool:
        """Whether the policy with this label warns of an object."""
        reply = created(self._api, sent, self._namespace, {LABEL: label})
        assert reply.taken, reply.words
        found = [one for one in reply.warnings if "ValidatingAdmissionPolicy" in one]
        assert all(f"'{label}'" in one for one in found), found
        assert not any("resulted in error" in one for one in found), found
        return bool(found)


def _bound(made: Policy, label: str) -> list[dict[str, Any]]:
    """The exported policy and its binding under other names, for objects with the label alone."""
    native = Native((Enforced(made, (Where(Mode.WARN, (), others=True),)),), (), (), ())
    found = [dict(one) for one in vap.written(native)]
    for one in found:
        one["metadata"] = {"name": label}
    found[1]["spec"] = {
        **found[1]["spec"],
        "policyName": label,
        "matchResources": {"objectSelector": {"matchLabels": {LABEL: label}}},
    }
    return found


def _path_of(one: dict[str, Any]) -> str:
    return f"{path_of(one, '')}/{one['metadata']['name']}"
