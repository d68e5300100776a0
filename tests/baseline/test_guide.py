"""Every baseline that the guide and the examples show is one."""

import re
from datetime import date
from pathlib import Path

import pytest

from hardstand.baseline.load import load
from hardstand.engine.words import vocabulary

ROOT = Path(__file__).parents[2]
GUIDE = ROOT.joinpath("docs", "baseline.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
NETWORK = ROOT.joinpath("docs", "network.md").read_text(encoding="utf-8")
TABLES = re.findall(r"^```yaml\n(network:\n.*?)^```$", NETWORK, flags=re.MULTILINE | re.DOTALL)


def test_the_guide_shows_baselines() -> None:
    assert len(BLOCKS) == 6


def test_the_guide_of_the_network_shows_a_table() -> None:
    assert len(TABLES) == 1


@pytest.mark.parametrize("text", [*BLOCKS, *TABLES])
def test_a_baseline_of_the_guide_loads(text: str) -> None:
    made = load(text.encode(), vocabulary(), today=date(2026, 11, 25))
    assert made.path == "hardstand.yaml"


def test_the_example_loads_and_declares_what_it_says() -> None:
    data = ROOT.joinpath("examples", "hardstand.yaml").read_bytes()
    made = load(data, vocabulary(), today=date(2026, 11, 25))
    assert set(made.boundary.environments) == {"production", "platform"}
    assert [one.exception.id for one in made.exceptions] == ["node-agent"]
