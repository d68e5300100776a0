"""What `hardstand doctor --format json` prints is what spec/ says, with a cluster and without one."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from hardstand.cli.doctor_json import as_json
from hardstand.engine.settings import Settings
from hardstand.model.kind import Kind
from hardstand.wiring.examining import Examination, Extra, Program, Refused, Seen, Withheld
from hardstand.wiring.roles import roles
from hardstand.wiring.writing import Unwritable
from tests.cluster.handle import Cluster

CONTRACT = json.loads((Path(__file__).parents[2] / "spec/doctor.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT)


def told(*words: str, cwd: Path, status: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "hardstand", "doctor", "--format=json", *words]
    home = {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=home)
    assert done.returncode == status, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    VALIDATOR.validate(found)
    return found


def test_without_a_cluster(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(CONTRACT)
    found = told(cwd=tmp_path, status=0)
    assert (found["schema"], found["cluster"], found["baseline"]) == (CONTRACT["$id"][8:], None, None)
    assert "no cluster is configured" in found["trouble"]["message"]
    assert {"scan", "snapshot", "watch", "gate", "rehearse"} <= found["roles"].keys()
    (withheld,) = found["withheld"]
    assert (withheld["verbs"], withheld["kind"]) == (["watch", "gate"], "Secret")
    assert "dangling-env-reference" in withheld["controls"]
    assert told("--with-secrets", cwd=tmp_path, status=0)["withheld"] == []


def test_what_the_watch_deletes_is_in_its_role_when_that_is_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hardstand", "doctor", "--verb", "watch", "--format", "role"]
    without, applying = (
        subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for more in ([], ["--with-apply"])
    )
    assert "delete" not in without
    deleting = [rule for rule in yaml.safe_load(applying)["rules"] if "delete" in rule["verbs"]]
    assert [(rule["resources"], rule["verbs"]) for rule in deleting] == [
        (["clusterrolebindings", "rolebindings"], ["get", "delete"])
    ]


def test_with_a_cluster_and_with_few_rights(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text("modes: []\n", encoding="utf-8")
    whole = told(f"--kubeconfig={cluster.kubeconfig}", cwd=tmp_path, status=0)
    assert whole["cluster"]["readable"]
    assert (whole["cluster"]["refused"], whole["baseline"]["path"]) == ([], "hardstand.yaml")
    stranger = cluster.kubeconfig_for(f"stranger-{namespace}")
    poor = told(f"--kubeconfig={stranger}", "-n", namespace, "--verb=watch", cwd=tmp_path, status=2)
    assert {tuple(one["verbs"]) for one in poor["cluster"]["refused"]} == {("list", "watch")}
    assert {one["namespace"] for one in poor["cluster"]["refused"]} == {None, namespace}


def everything() -> dict[str, Any]:
    """Output in which nothing is empty."""
    secret, pods = Kind("", "Secret"), [(Kind("", "Pod"), "pods")]
    refused = Refused(secret, ("list",), "shop", ("secret-unused",))
    secrets = Unwritable("gate", "", "secrets", "hardstand-gate-certificates", "hardstand", ["get", "update"])
    seen = Seen(
        "prod", "https://127.0.0.1:6443", "a", "v1.36.2", "ann", [Kind("", "Pod")], [refused], [refused], [secrets]
    )
    extras = [Extra("cluster", {"urllib3": "2"}, ["zstandard"])]
    found = Examination(
        "3.11",
        extras,
        [Program("helm", "renders", "/bin/helm")],
        seen,
        None,
        {"gate": roles("gate", pods, "hardstand")},
        [Withheld(["gate"], secret, ["secret-unused"])],
    )
    made: dict[str, Any] = json.loads(as_json(found, Settings().baseline))
    return {**made, "baseline": {"path": "hardstand.yaml", "digest": "0" * 64}}


def objects(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from objects(value, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


FREE = {("extras", 0, "installed"), ("roles",)}
"""Whose keys are names."""


def test_nothing_may_be_missing_or_added_anywhere() -> None:
    made = everything()
    VALIDATOR.validate(made)
    for path, node in objects(made):
        if path in FREE:
            continue
        more = copy.deepcopy(made)
        at(more, path)["surprise"] = 1
        assert not VALIDATOR.is_valid(more), path
        for key in node:
            if key in ("resourceNames", "namespace") and "roles" in path:
                continue
            less = copy.deepcopy(made)
            del at(less, path)[key]
            assert not VALIDATOR.is_valid(less), (*path, key)


@pytest.mark.parametrize(
    "change",
    [
        {"cluster": None},
        {"trouble": {"message": "a", "hint": ""}},
        {"schema": "hardstand.dev/doctor/v2"},
        {"roles": {"scan": []}},
    ],
)
def test_what_cannot_be_is_not_valid(change: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({**everything(), **change})


def test_no_role_has_a_wildcard() -> None:
    wide = everything()
    wide["roles"]["gate"][0]["rules"][0]["verbs"] = ["*"]
    assert not VALIDATOR.is_valid(wide)
