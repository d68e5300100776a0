"""Wrong baselines, each with exactly what a person is told.

`wrong/NAME.yaml` is a baseline, and `NAME.txt` beside it what `hardstand scan --baseline NAME.yaml` says to stderr.
Where several files play together, they are in the folder `wrong/NAME/`, with `hardstand.yaml` and `expected.txt`.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hardstand.baseline.load import load_file
from hardstand.baseline.reading import BaselineError
from hardstand.cli.errors import complain
from hardstand.engine.words import vocabulary
from hardstand.sources.trees import WorkingTree

WRONG = Path(__file__).parent / "wrong"
TODAY = date(2026, 6, 1)
CASES = {
    **{path.stem: (WRONG, path.name, path.with_suffix(".txt")) for path in WRONG.glob("*.yaml")},
    **{path.name: (path, "hardstand.yaml", path / "expected.txt") for path in WRONG.iterdir() if path.is_dir()},
}

THROUGH_THE_COMMAND = (
    "attack-excuse-everything",
    "exception-by-annotations",
    "exception-only-control",
    "extends-a-circle",
    "loosens-all",
    "loosens-by-an-exception",
    "mode-unquoted-yes",
    "several-mistakes",
    "yaml-control-character",
    "yaml-empty",
)
"""Some of every sort, none of which depends on the day."""

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: registry.example/web}]}
"""


def test_there_are_many() -> None:
    assert len(CASES) >= 100
    told = {path for _, _, path in CASES.values()}
    assert set(WRONG.rglob("*.txt")) == told


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_wrong_baseline_is_told_where_and_how_to_mend_it(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file, expected = CASES[name]
    monkeypatch.chdir(folder)
    with pytest.raises(BaselineError) as caught:
        load_file(file, WorkingTree(), vocabulary(), today=TODAY)
    for mistake in caught.value.mistakes:
        complain(str(mistake), mistake.hint)
    assert capsys.readouterr().err == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", THROUGH_THE_COMMAND)
def test_the_command_says_the_same_and_nothing_that_reads_as_clean(name: str, tmp_path: Path) -> None:
    folder, file, expected = CASES[name]
    manifest = tmp_path / "web.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    command = [sys.executable, "-m", "hardstand", "scan", "--baseline", file, str(manifest), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == expected.read_text(encoding="utf-8")
