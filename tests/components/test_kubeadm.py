"""What a cluster as kubeadm makes it is told, requirement by requirement, beside what kube-bench says of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hardstand.text.document import Document
from hardstand.text.reader import read
from tests.components.judging import by_requirement, verdicts

TABLE: Mapping[str, tuple[str, str, str]] = {
    # CIS: kube-bench's answer (its tests of cis-1.12, Manual ones too), ours, and why they differ where they do.
    "1.2.1": ("fail", "fail", ""),
    "1.2.2": ("pass", "pass", ""),
    "1.2.3": ("fail", "fail", ""),
    "1.2.4": ("pass", "pass", ""),
    "1.2.5": ("fail", "fail", ""),
    "1.2.6": ("pass", "pass", ""),
    "1.2.7": ("pass", "pass", ""),
    "1.2.8": ("pass", "pass", ""),
    "1.2.9": ("fail", "fail", ""),
    "1.2.10": ("pass", "pass", ""),
    "1.2.11": ("fail", "fail", ""),
    "1.2.12": ("pass", "pass", ""),
    "1.2.13": ("pass", "pass", ""),
    "1.2.14": ("pass", "pass", ""),
    "1.2.15": ("fail", "fail", ""),
    "1.2.16": ("fail", "fail", ""),
    "1.2.17": ("fail", "not-applicable:no-subject", "no log is written, which 1.2.16 says; how long is no question"),
    "1.2.18": ("fail", "not-applicable:no-subject", "no log is written, which 1.2.16 says"),
    "1.2.19": ("fail", "not-applicable:no-subject", "no log is written, which 1.2.16 says"),
    "1.2.20": ("manual", "pass", "the default of one minute is below the maximum"),
    "1.2.21": ("pass", "pass", ""),
    "1.2.22": ("pass", "pass", ""),
    "1.2.23": ("pass", "pass", ""),
    "1.2.24": ("pass", "pass", ""),
    "1.2.25": ("pass", "pass", ""),
    "1.2.26": ("pass", "pass", ""),
    "1.2.27": ("fail", "fail", ""),
    "1.2.28": ("fail", "not-applicable:no-subject", "nothing is encrypted, which 1.2.27 says"),
    "1.2.29": ("fail", "pass", "the default suites of 1.33 hold no weak one; kube-bench asks for the flag"),
    "1.2.30": ("fail", "fail", ""),
    "1.3.1": ("fail", "pass", "the default threshold is below the maximum; kube-bench asks for the flag"),
    "1.3.2": ("fail", "fail", ""),
    "1.3.3": ("pass", "pass", ""),
    "1.3.4": ("pass", "pass", ""),
    "1.3.5": ("pass", "pass", ""),
    "1.3.6": ("pass", "pass", ""),
    "1.3.7": ("pass", "pass", ""),
    "1.4.1": ("fail", "fail", ""),
    "1.4.2": ("pass", "pass", ""),
    "2.1": ("pass", "pass", ""),
    "2.2": ("pass", "pass", ""),
    "2.3": ("pass", "pass", ""),
    "2.4": ("pass", "pass", ""),
    "2.5": ("pass", "pass", ""),
    "2.6": ("pass", "pass", ""),
    "2.7": ("manual", "pass", "the API server names different files for etcd and for clients"),
    "3.2.1": ("fail", "fail", ""),
    "3.2.2": ("manual", "not-applicable:no-subject", "there is no policy, which 3.2.1 says"),
    "4.2.1": ("pass", "pass", ""),
    "4.2.2": ("pass", "pass", ""),
    "4.2.3": ("pass", "pass", ""),
    "4.2.4": ("pass", "pass", ""),
    "4.2.5": ("pass", "pass", ""),
    "4.2.6": ("pass", "pass", ""),
    "4.2.7": ("pass", "pass", ""),
    "4.2.8": ("pass", "pass", ""),
    "4.2.9": ("fail", "fail", ""),
    "4.2.10": ("pass", "pass", ""),
    "4.2.11": ("pass", "pass", ""),
    "4.2.12": ("fail", "pass", "the default suites of 1.33 hold no weak one; kube-bench asks for the flag"),
    "4.2.13": ("fail", "fail", ""),
    "4.2.14": ("fail", "fail", ""),
    "4.3.1": ("pass", "pass", ""),
}

DOCUMENTS = [
    found.value for found in read((Path(__file__).parent / "kubeadm.yaml").read_bytes()) if isinstance(found, Document)
]
FOUND = [verdicts(value) for value in DOCUMENTS]


def told(requirement: str) -> set[str]:
    """The verdicts of the controls for a requirement; where an object is no subject of one, that is none."""
    every = {
        one[control.id]
        for control in by_requirement("cis-kubernetes")[requirement]
        for one in FOUND
        if control.id in one
    }
    return (every - {"not-applicable:no-subject"}) or every


@pytest.mark.parametrize("requirement", TABLE)
def test_requirement(requirement: str) -> None:
    theirs, ours, why = TABLE[requirement]
    assert told(requirement) == {ours}
    assert (theirs == ours) == (not why), "where the two differ, the table says why, and nowhere else"


def test_every_requirement_that_flags_decide_has_a_control() -> None:
    """All of 1.2, 1.3, 1.4, 2, 3.2, 4.2 and 4.3: files' owners and modes, and people, are another matter."""
    from hardstand import frameworks

    held = frameworks.load()["cis-kubernetes"].requirements
    sections = ("1.2.", "1.3.", "1.4.", "2.", "3.2.", "4.2.", "4.3.")
    assert {one for one in held if one.startswith(sections)} == set(TABLE)


def test_a_cluster_configuration_makes_the_same_control_plane() -> None:
    """What kubeadm is asked for, and what it writes, are judged alike."""
    asked = verdicts(
        {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "kubernetesVersion": "v1.33.2"}
    )
    for control, verdict in asked.items():
        written = {one[control] for one in FOUND[:4]} - {"not-applicable:no-subject"}
        assert {verdict} - {"not-applicable:no-subject"} == written, control
