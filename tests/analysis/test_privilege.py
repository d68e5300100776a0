"""What a workload may do on its node: the table beside this file, and whatever a manifest may hold instead."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.privilege import privilege_of
from hardstand.model.tier import Privilege
from tests.analysis.objects import workload_of

CASES = yaml.safe_load((Path(__file__).parent / "privilege.yaml").read_text())["cases"]

FIELDS = (
    "hostPID",
    "hostIPC",
    "hostNetwork",
    "hostUsers",
    "securityContext",
    "containers",
    "initContainers",
    "ephemeralContainers",
    "volumes",
    "name",
    "privileged",
    "capabilities",
    "add",
    "procMount",
    "seccompProfile",
    "type",
    "windowsOptions",
    "hostProcess",
    "hostPath",
    "path",
    "readOnly",
    "volumeMounts",
    "ports",
    "hostPort",
    "runAsUser",
    "runAsNonRoot",
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "/", "/etc", "ALL", "Unmasked", "v"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=30,
)
PODS = st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_privilege(case: dict[str, Any]) -> None:
    found = privilege_of(workload_of(case))
    assert (found.value.word, list(found.because)) == (case["value"], case["because"])


@given(PODS)
def test_whatever_the_pod_holds_there_is_an_answer_with_reasons(pod: dict[str, Any]) -> None:
    found = privilege_of(workload_of({"pod": pod}))
    assert found.value in (Privilege.ORDINARY, Privilege.ELEVATED, Privilege.NODE)
    assert 1 <= len(found.because) <= 3
    assert all(found.because)


@given(PODS, st.sampled_from(["hostPID", "hostIPC", "hostNetwork"]))
def test_asking_for_more_never_lowers_it(pod: dict[str, Any], more: str) -> None:
    plain = {key: value for key, value in pod.items() if key != more}
    assert (
        privilege_of(workload_of({"pod": plain | {more: True}})).value
        >= privilege_of(workload_of({"pod": plain})).value
    )
