"""The page about controls of one's own shows a declaration that works."""

import re
from pathlib import Path

from hardstand.engine.custom_tests import run_tests
from tests.custom.loading import declared

PAGE = (Path(__file__).parents[2] / "docs" / "custom-controls.md").read_text(encoding="utf-8")


def test_the_example_is_sound_and_its_tests_hold(tmp_path: Path) -> None:
    (example, *_) = re.findall(r"```yaml\n(controls:.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "hardstand.yaml"
    file.write_text(example, encoding="utf-8")
    found = declared(str(file))
    assert found.faults == ()
    outcome = run_tests(found.customs)
    assert (outcome.controls, outcome.tests, outcome.failures) == (1, 3, ())


def test_every_key_is_told_of() -> None:
    from hardstand.baseline.custom_reader import _KEYS

    assert [key for key in _KEYS if f"{key}" not in PAGE] == []
