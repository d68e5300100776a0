"""Kubernetes' own evaluator of admission policies, as pinned in oracle/go.mod, built where Go is there."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "oracle"
CACHE = Path(__file__).parents[2] / ".cache" / "cel-oracle"
EVALUATOR = "k8s.io/apiserver v0.37.2"


class NotAvailableError(Exception):
    """The evaluator cannot be had on this machine, for the reason given."""


def built() -> Path:
    """The program, built once for each state of its source. NotAvailableError without Go or without its modules."""
    go = shutil.which("go")
    if go is None:
        raise NotAvailableError("there is no Go toolchain")
    sources = b"".join((HERE / name).read_bytes() for name in ("go.mod", "go.sum", "main.go"))
    program = CACHE / hashlib.sha256(sources).hexdigest()[:16]
    if not program.exists():
        fetched = subprocess.run([go, "mod", "download"], cwd=HERE, capture_output=True, text=True, timeout=600)
        if fetched.returncode:
            raise NotAvailableError(f"its Go modules cannot be had: {fetched.stderr.strip()}")
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(".new")
        subprocess.run([go, "build", "-buildvcs=false", "-o", fresh, "."], cwd=HERE, check=True, timeout=600)
        fresh.rename(program)
    return program


def answers(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answer to each question: `{"value": …}`, `{"compile": why}` or `{"error": why}`."""
    asked = [json.dumps(question) for question in questions]
    done = subprocess.run([built()], input="\n".join(asked), capture_output=True, text=True, check=True, timeout=600)
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(replies) == len(asked), (len(replies), len(asked))
    assert not any("failed" in reply for reply in replies)
    return replies
