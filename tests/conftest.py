"""What all tests may ask for: a real cluster, and real estates, the suites beside the repository.

SUITES names another place for these.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.cluster.plugin"]
SUITES = Path(os.environ.get("SUITES", Path(__file__).parent.parent.parent / "shared" / "suites"))


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    folder = tmp_path_factory.mktemp("suites")

    def unpack(name: str) -> Path:
        pack = SUITES / f"{name}.tar.zst"
        if not pack.exists() or shutil.which("zstd") is None:
            pytest.skip(f"{pack} or the zstd program is not here")
        packed = subprocess.run(["zstd", "-dcq", "--long=27", str(pack)], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
        return folder / name

    yield unpack
    shutil.rmtree(folder)
