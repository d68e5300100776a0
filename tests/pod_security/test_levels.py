"""The levels as data, and the controls behind them."""

from itertools import pairwise

import pytest

from hardstand import frameworks
from hardstand.analysis.pod_security import BASELINE, OVERRIDDEN, RESTRICTED, Level, counted
from hardstand.controls.given import LATEST
from hardstand.model.verdict import Verdict

from .judging import CONTROLS, verdicts
from .pods import good
from .recorded import boundaries


def test_the_framework_files_and_the_levels_name_the_same_checks() -> None:
    known = frameworks.load()
    assert set(known["pss-baseline"].requirements) == set(BASELINE)
    assert set(known["pss-restricted"].requirements) == set(RESTRICTED)
    assert set(OVERRIDDEN) <= set(BASELINE)


def test_every_check_has_a_control() -> None:
    held = {id_ for one in CONTROLS for id_ in one.frameworks if id_.startswith("pss-")}
    assert held == counted(Level.RESTRICTED, LATEST.minor) | counted(Level.BASELINE, LATEST.minor)


def test_restricted_changes_in_these_versions_only() -> None:
    by_minor = [counted(Level.RESTRICTED, minor) for minor in range(LATEST.minor + 2)]
    moved = [minor for minor, (old, new) in enumerate(pairwise(by_minor), 1) if old != new]
    assert moved == [8, 19, 22, 23, 34, 35]
    assert by_minor[35] - by_minor[34] == {"pss-restricted:procMount_restricted"}
    assert by_minor[34] - by_minor[35] == {"pss-baseline:procMount"}
    assert not any("pss-baseline:hostPathVolumes" in ids for ids in by_minor)


def test_baseline_is_not_part_of_restricted() -> None:
    only = counted(Level.BASELINE, LATEST.minor) - counted(Level.RESTRICTED, LATEST.minor)
    assert only == {f"pss-baseline:{check}" for check in OVERRIDDEN}


@pytest.mark.parametrize("minor", boundaries())
def test_a_control_applies_from_the_version_that_has_its_check(minor: int) -> None:
    there = counted(Level.RESTRICTED, minor) | counted(Level.BASELINE, minor)
    found = verdicts(good(), minor)
    for one in CONTROLS:
        applies = any(id_ in there for id_ in one.frameworks)
        assert (found[one.id] is not Verdict.NOT_APPLICABLE) is applies, (one.id, minor)


@pytest.mark.parametrize(
    ("control", "spec"),
    [
        ("capability-added", {"containers": [{"securityContext": {"capabilities": {"add": [None]}}}]}),
        ("root-user", {"securityContext": {"runAsUser": "0"}, "containers": []}),
        ("privileged-container", {"containers": [{"securityContext": {"privileged": "true"}}]}),
        ("seccomp-unconfined", {"securityContext": {"seccompProfile": {"type": 1}}, "containers": []}),
        ("host-path-volume", {"volumes": [{"name": "v", "hostPath": ""}], "containers": []}),
        ("restricted-volume-type", {"volumes": [{"name": "v", "emptyDir": ""}], "containers": []}),
        ("host-port", {"containers": [{"ports": [{"hostPort": "80"}]}]}),
        ("unsafe-sysctl", {"securityContext": {"sysctls": {"name": "a"}}, "containers": []}),
        ("probe-host-set", {"containers": [{"livenessProbe": {"httpGet": {"host": ["a"]}}}]}),
        ("privilege-escalation-allowed", {"os": "windows", "containers": [{}]}),
        ("host-network", None),
    ],
)
def test_what_the_api_server_would_not_decode_is_unknown(control: str, spec: object) -> None:
    """Only the first one decodes there, null being an empty name; here every list of names holds names."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "odd"}, "spec": spec}
    assert verdicts(pod, LATEST.minor)[control] is Verdict.UNKNOWN
