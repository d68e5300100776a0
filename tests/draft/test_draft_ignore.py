"""What the draft says of what is left out of a scan."""

import os
import re
from pathlib import Path

import pytest

from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ScanRequest, estate
from tests.draft.drafts import NOON, drafted, loaded, workload, written

WEB = {"deploy/web.yaml": workload("web", "shop")}
NO_SAY = ".hardstandignore files in the scanned tree have no say"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_where_nothing_is_left_out_that_is_declared() -> None:
    written(Path(), WEB)
    text = drafted("deploy").text
    assert re.search(rf"(?m)^ignore: \[\] +# .*{NO_SAY}$", text)
    assert loaded(text).ignore == ()


TREE = {
    **WEB,
    "deploy/.hardstandignore": "# of others\nvendor/\n*.gen.yaml\n!keep.gen.yaml\n/top.yaml\n**/deep\n\\#odd.yaml\n",
    "deploy/vendor/.hardstandignore": "of-no-account\n",
    "deploy/vendor/a.yaml": workload("a", "shop"),
    "deploy/b.gen.yaml": workload("b", "shop"),
    "deploy/keep.gen.yaml": workload("keep", "shop"),
    "deploy/top.yaml": workload("top", "shop"),
    "deploy/sub/top.yaml": workload("top-below", "shop"),
    "deploy/sub/deep/c.yaml": workload("c", "shop"),
    "deploy/#odd.yaml": workload("odd", "shop"),
    "deploy/x[1]/.hardstandignore": "/own.yaml\nany.yaml\nin/folder.yaml\n!b.gen.yaml\n",
    "deploy/x[1]/own.yaml": workload("own", "shop"),
    "deploy/x[1]/b.gen.yaml": workload("gen-below", "shop"),
    "deploy/x[1]/y/own.yaml": workload("own-below", "shop"),
    "deploy/x[1]/y/any.yaml": workload("any", "shop"),
    "deploy/x[1]/in/folder.yaml": workload("folder", "shop"),
    "deploy/x1/own.yaml": workload("own-elsewhere", "shop"),
}


def read(ignore: tuple[str, ...] | None = None) -> set[str]:
    found = estate(ScanRequest(["deploy"], ReadOptions(ignore=ignore)), lambda: NOON)
    return {one.name for one, _ in found.workloads}


def test_ignore_files_are_offered_to_take_over_and_mean_the_same() -> None:
    written(Path(), TREE)
    text = drafted("deploy").text
    assert loaded(text).ignore is None
    shown = re.sub(r"\n# ", " ", text)
    assert "who can change deploy/.hardstandignore, deploy/x[1]/.hardstandignore can leave files out" in shown
    assert NO_SAY in shown
    assert "of-no-account" not in text
    switched = loaded(re.sub(r"(?m)^# (ignore:|- [^m])", r"\1", text))
    assert switched.ignore is not None
    assert len(switched.ignore) == 10
    assert read(switched.ignore) == read() == {"web", "keep", "top-below", "gen-below", "own-below", "own-elsewhere"}


def test_an_ignore_file_that_cannot_be_read_or_says_nothing_is_in_force_all_the_same() -> None:
    written(Path(), {**WEB, "deploy/.hardstandignore": "# nothing\n"})
    assert loaded(drafted("deploy").text).ignore is None
    Path("deploy/.hardstandignore").unlink()
    os.mkfifo("deploy/.hardstandignore")
    assert loaded(drafted("deploy").text).ignore is None


def test_very_many_patterns_are_counted() -> None:
    written(Path(), {**WEB, "deploy/.hardstandignore": "".join(f"x{at}\n" for at in range(99))})
    text = drafted("deploy").text
    assert "99 patterns" in text
    assert "x98" not in text
    assert loaded(text).ignore is None
