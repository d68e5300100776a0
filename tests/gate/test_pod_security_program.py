"""One Pod Security level through the whole program `hardstand gate`, beside PodSecurity on the same server.

The version is the newest that the server knows: what `latest` means to it, and not what it means to a newer program.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.gate.api import Api
from tests.gate.program.running import Gate, declare, gates
from tests.gate.test_pod_security import creatable, fit, known
from tests.pod_security.recorded import ROWS, pod_of

LEVEL = "restricted"
LABELS = {f"pod-security.kubernetes.io/{key}": word for key, word in {"warn": LEVEL, "warn-version": "latest"}.items()}
WARNING = f'would violate PodSecurity "{LEVEL}:latest"'


@pytest.fixture
def api(own_cluster: Callable[[Options], Cluster], tmp_path: Path) -> Iterator[Api]:
    """A server with a gate that refuses what the level does not allow, and a namespace where PodSecurity warns."""
    cluster = own_cluster(Options(nodes=0))
    cluster.namespace("tried", LABELS)
    found = Api(cluster.kubeconfig)
    options = ["--pod-security", LEVEL, "--pod-security-version", f"v1.{known(cluster)}"]
    declare(tmp_path, {"modes": [{"mode": "block"}]})
    with gates(cluster, Gate(tmp_path, cluster.kubeconfig, *options)):
        try:
            yield found
        finally:
            found.close()


def given(suite: Callable[[str], Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = suite("psa")
    for row in map(json.loads, (folder / "cases.jsonl").read_text().splitlines()):
        yield row["id"], fit(yaml.safe_load((folder / "data" / "psa" / row["file"]).read_text()))


def test_every_case_at_the_newest_version(api: Api, suite: Callable[[str], Path]) -> None:
    """Printed with `-s`: how many cases agree. Given ones, and edges of our own."""
    cases = [*given(suite), *((row["name"], creatable(pod_of(row))) for row in ROWS)]
    replies = api.all(lambda case: api.create(case[1], "tried", dry=True), cases)
    differ, invalid, said = [], [], []
    for (name, _), reply in zip(cases, replies, strict=True):
        ours = reply.status == 403 and "Hardstand refuses Pod " in reply.words
        if not (reply.taken or ours):
            assert reply.status in (400, 422), f"{name}: {reply.words}"
            invalid.append(name)
            continue
        theirs = any(WARNING in one for one in reply.warnings)
        said.append(ours)
        differ += [] if ours is theirs else [f"{name}: PodSecurity {theirs}, gate {ours}: {reply.words}"]
    print(
        f"\n{LEVEL}, latest, by the whole program: {len(said)} cases compared, {sum(said)} refused; "
        f"{len(invalid)} not taken by the server, {len(differ)} differ"
    )
    assert differ == []
    assert set(said) == {True, False}
    assert len(said) > len(invalid)
