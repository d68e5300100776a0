"""Set up the tools that Hardstand is measured against, pinned, under .cache/bench/. What is there and fresh is kept."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from measure import FailedError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = ROOT / ".cache" / "bench"

TRIVY = "github.com/aquasecurity/trivy"


def hardstand() -> Path:
    """The command of the environment that runs the benchmark. Raises FailedError where it is not installed."""
    return _present(Path(sys.executable).with_name("hardstand"))


def checkov() -> Path:
    """Checkov in an environment of its own."""
    return _from_python("checkov", HERE / "checkov.txt", "checkov")


def network_config_analyzer() -> Path:
    """network-config-analyzer in an environment of its own."""
    return _from_python("network-config-analyzer", HERE / "network.txt", "nca")


def trivy() -> Path:
    """Trivy, built from the module in peers/. Raises FailedError where Go is missing or it does not build."""
    program = CACHE / "bin" / "trivy"
    module = HERE / "peers" / "go.mod"
    if _fresh(program, module):
        return program
    if shutil.which("go") is None:
        raise FailedError("no Go toolchain to build it with")
    found = re.search(rf"{re.escape(TRIVY)} v(\S+)", module.read_text(encoding="utf-8"))
    version = found[1] if found else "unknown"
    flags = f"-s -w -X {TRIVY}/pkg/version/app.ver={version}"
    build = ["go", "build", "-mod=readonly", "-trimpath", f"-ldflags={flags}", "-o", str(program), f"{TRIVY}/cmd/trivy"]
    # Trivy is written against the new JSON package, which the toolchain still holds behind this experiment.
    _run(build, module.parent, {"CGO_ENABLED": "0", "GOEXPERIMENT": "jsonv2"})
    return _done(program, module)


def kube_linter() -> Path:
    """kube-linter from PATH. Raises FailedError where it is not there."""
    found = shutil.which("kube-linter")
    if found is None:
        raise FailedError("not on PATH")
    return Path(found)


def netpol_analyzer() -> Path:
    """np-guard's analyzer from PATH. Raises FailedError where it is not there."""
    found = shutil.which("netpol-analyzer") or shutil.which("k8snetpolicy")
    if found is None:
        raise FailedError("not runnable here: not on PATH, and not served as a Go module")
    return Path(found)


def packet_judge() -> Path:
    """The engine of kube-network-policies with what the tests ask it by. Raises FailedError where it does not build."""
    program = CACHE / "bin" / "packet-judge"
    module = ROOT / "tests" / "analysis" / "reach" / "oracle" / "go.mod"
    source = module.with_name("main.go")
    if _fresh(program, source):
        return program
    if shutil.which("go") is None:
        raise FailedError("no Go toolchain to build it with")
    _run(["go", "build", "-buildvcs=false", "-mod=readonly", "-o", str(program), "."], module.parent)
    return _done(program, source)


def _from_python(name: str, requirements: Path, program_name: str) -> Path:
    """A program of a Python package, in an environment of its own, so that its dependencies do not meet ours."""
    home = CACHE / name
    program = home / "bin" / program_name
    if _fresh(program, requirements):
        return program
    _run([sys.executable, "-m", "venv", "--clear", str(home)])
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    _run([str(home / "bin" / "python"), *install, str(requirements)])
    return _done(program, requirements)


def _present(program: Path) -> Path:
    if not program.exists():
        raise FailedError("not installed")
    return program


def _fresh(program: Path, pins: Path) -> bool:
    stamp = _stamp(program)
    return program.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == _digest(pins)


def _done(program: Path, pins: Path) -> Path:
    _stamp(program).write_text(_digest(pins), encoding="ascii")
    return _present(program)


def _stamp(program: Path) -> Path:
    return program.with_name(f"{program.name}.pins")


def _digest(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes()).hexdigest()


def _run(command: Sequence[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise FailedError(f"cannot be set up: {last[0][:120]}")
