"""Real programs for the tests of sources: from PATH, else built by Go from the pinned module in tests/tools."""

import fcntl
import hashlib
import os
import pickle
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardstand.sources.files import discover
from hardstand.sources.interface import Ignored, Page, ReadOptions, Unreadable

REPOSITORY = Path(__file__).parents[2]
TOOLS = REPOSITORY / "tests" / "tools"
ORIGINAL_PATH = os.environ["PATH"]
PACKAGES = {"kustomize": "sigs.k8s.io/kustomize/kustomize/v5", "helm": "helm.sh/helm/v4/cmd/helm"}


def program(name: str) -> Path:
    """The program `name`; skips the test, saying why, where it is neither installed nor can be built."""
    if found := shutil.which(name, path=ORIGINAL_PATH):
        return Path(found).resolve()
    go = shutil.which("go", path=ORIGINAL_PATH)
    if name not in PACKAGES or go is None:
        pytest.skip(f"{name} is not on PATH, and there is no Go toolchain to build it with")
    pinned = hashlib.sha256((TOOLS / "go.sum").read_bytes()).hexdigest()[:12]
    target = REPOSITORY / ".cache" / "tools" / pinned / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            command = [go, "build", "-buildvcs=false", "-o", str(target), PACKAGES[name]]
            built = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, timeout=900, check=False)
            if built.returncode != 0:
                pytest.skip(f"{name} is not on PATH and could not be built: {built.stderr[-300:]}")
    return target


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Leave just the programs named on PATH."""

    def narrow(*names: str) -> None:
        found = {name: program(name) for name in names}
        directory = tmp_path_factory.mktemp("path")
        for name, location in found.items():
            (directory / name).symlink_to(location)
        monkeypatch.setenv("PATH", str(directory))

    return narrow


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Path]:
    """Write files into a fresh directory, which becomes the working directory."""
    root = tmp_path / "estate"
    root.mkdir()
    monkeypatch.chdir(root)

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    return write


@dataclass
class Reading:
    """Everything that a scan of some paths read, in order."""

    pages: list[Page] = field(default_factory=list)
    problems: list[Unreadable] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [page.name for page in self.pages]

    @property
    def texts(self) -> dict[str, str]:
        return {page.name: page.data.decode() for page in self.pages}

    def only_problem(self) -> Unreadable:
        assert len(self.problems) == 1, self.problems
        return self.problems[0]


def scan(*paths: str, values: tuple[str, ...] = (), settings: tuple[str, ...] = ()) -> Reading:
    """Read `paths` as another process would: every unit is pickled on its way."""
    reading = Reading()
    for unit in discover(paths, ReadOptions(values=values, set=settings)):
        if isinstance(unit, Ignored):
            reading.ignored.append(unit.path)
            continue
        items = [unit] if isinstance(unit, Unreadable) else pickle.loads(pickle.dumps(unit)).open()
        for item in items:
            (reading.pages if isinstance(item, Page) else reading.problems).append(item)
    return reading


@pytest.fixture
def nobody() -> Iterator[None]:
    """Run without root's power to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
