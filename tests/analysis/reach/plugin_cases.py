"""Cases of the policies of network plugins: one small estate, policies over it, and what they must make of connections.

An expectation is written `CALLER > CALLED PROTOCOL PORT: yes|no|maybe`, behind which words may follow that the reason
must hold. An end is a pod by its name, `node NAME`, an address, or a host name.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.analysis.reach.estate import REACH_READS, Conventions, Estate, estate_of
from hardstand.analysis.reach.peers import Peer
from tests.analysis.objects import as_objects, world
from tests.analysis.reach.test_rows_and_traces import disagreements

Case = Mapping[str, Any]

_EXPECTED = re.compile(
    r"(?P<source>.+?) > (?P<called>.+?) (?P<protocol>\w+) (?P<port>\d+): (?P<answer>\w+)(?: (?P<why>.+))?"
)
_ANSWERS = {"yes": True, "no": False, "maybe": None}


def cases_in(name: str) -> Sequence[Any]:
    """The cases of a file beside this one, as parameters of a test with their names."""
    read = yaml.safe_load(Path(__file__).with_name(name).read_text())
    return [pytest.param({**case, "base": read["base"]}, id=case["name"]) for case in read["cases"]]


def estate(manifests: Sequence[Mapping[str, Any]]) -> Estate:
    """The network of the manifests."""
    return estate_of(
        world([one for each in manifests for one in as_objects(dict(each))], REACH_READS),
        conventions=Conventions(blocks_hold_pods=False),
    )


def check(case: Case) -> None:
    """Hold a case against what the engine says, by a trace and by the rows of all pairs."""
    assert case["page"].startswith("https://"), "each case cites where the vendor says so"
    without = {tuple(one) for one in case.get("without", ())}
    base = [one for one in case["base"] if (one["kind"], one["metadata"]["name"]) not in without]
    made = estate([*base, *case["policies"]])
    for text in case["expect"]:
        asked = _EXPECTED.fullmatch(text)
        assert asked, text
        source, called = peer(made, asked["source"]), peer(made, asked["called"])
        traced = made.trace(source, called, asked["protocol"], int(asked["port"]))
        assert traced.allowed is _ANSWERS[asked["answer"]], f"{text}: {traced.because}"
        assert (asked["why"] or "") in traced.because, f"{text}: {traced.because}"
    for doubt in case.get("doubts", ()):
        assert any(doubt in one for one in made.doubts), made.doubts
    assert disagreements(made) == []


def peer(made: Estate, text: str) -> Peer:
    """The end that a case names."""
    for one in made.peers:
        if text in (one.name, *(pod.name for pod in one.pods if not one.name)):
            return one
    found = made.peers.at_address(text)
    assert found is not None, text
    return found
