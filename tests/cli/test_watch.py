"""`hardstand watch --pulse`: what tells a probe that it goes on."""

from pathlib import Path

import pytest

from hardstand.cli.errors import UsageError
from hardstand.cli.watch import _pulse


def test_the_pulse_of_an_earlier_life_is_gone_until_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "pulse"
    file.touch()
    beat = _pulse(file)
    assert not file.exists()
    beat()
    assert file.exists()
    beat()


def test_where_there_can_be_none_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--pulse .*/missing/pulse: No such file or directory"):
        _pulse(tmp_path / "missing" / "pulse")
