"""Asking the real kubectl."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Answers = dict[str, list[Any] | str]


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, bytes]], Answers]:
    """Decode pages with the kubectl on PATH, all in one call: name to the documents' `data`, or to the error.

    `kubectl label --local` reads and prints objects without a server. A page that fails does not stop the others.
    """
    binary = shutil.which("kubectl")
    if binary is None:
        pytest.skip("kubectl is not on PATH: only the recorded answers were checked")

    def ask(pages: Mapping[str, bytes]) -> Answers:
        folder: Path = tmp_path_factory.mktemp("pages")
        for name, page in pages.items():
            (folder / f"{name}.yaml").write_bytes(page)
        command = [binary, "label", "--local", "-f", str(folder), "-o", "json", "asked=yes"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        answers: Answers = {name: [] for name in pages}
        decoder, at, out = json.JSONDecoder(), 0, done.stdout.strip()
        while at < len(out):
            found, at = decoder.raw_decode(out, at)
            answers[found["metadata"]["name"]].append(found.get("data"))  # type: ignore[union-attr]
            at += len(out[at:]) - len(out[at:].lstrip())
        for line in done.stderr.splitlines():
            for name in pages:
                if f"/{name}.yaml" in line:
                    answers[name] = line
        return answers

    return ask
