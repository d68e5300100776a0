"""The programs of the test cluster, built by the ordinary Go client and kept by what they are built from."""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "controlplane"
VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")


class NotAvailableError(Exception):
    """There can be no test cluster on this machine, for the reason given."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one program is built: the folder of its module, its package there, and the name of the program."""

    name: str
    package: str
    sources: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def target(self) -> Path:
        """Where the program lies once it is built: what it is built from is in the name."""
        digest = hashlib.sha256(b"".join((self.folder / name).read_bytes() for name in self.sources))
        return CACHE / digest.hexdigest()[:16] / self.name


CONTROL_PLANE = Recipe("controlplane", ".", ("go.mod", "go.sum", "main.go"))
KWOK = Recipe("kwok", "sigs.k8s.io/kwok/cmd/kwok", ("go.mod", "go.sum"))


def built(recipe: Recipe) -> Path:
    """The program, built now unless it was before. NotAvailableError without Go, or where the build fails.

    Whoever comes while it is being built waits, so that several test processes build it once.
    """
    target = recipe.target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _build(recipe, target)
    return target


def _build(recipe: Recipe, target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise NotAvailableError("there is no Go toolchain to build it with")
    print(f"building {recipe.name} for the test cluster, which takes minutes the first time", file=sys.stderr)
    fresh = target.with_suffix(".new")
    # -trimpath: the same program, and the same build cache, from every checkout.
    command = [
        go,
        "build",
        "-buildvcs=false",
        "-trimpath",
        "-ldflags",
        _linked(recipe),
        "-o",
        str(fresh),
        recipe.package,
    ]
    done = subprocess.run(command, cwd=recipe.folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAvailableError(f"{recipe.name} could not be built: {done.stderr.strip()[-600:]}")
    fresh.rename(target)


def _linked(recipe: Recipe) -> str:
    """What the linker is told: no symbols, and the version of Kubernetes, which else would be v0.0.0-master."""
    flags = ["-s", "-w"]
    if (version := kubernetes(recipe)) is not None:
        major, minor, _ = version.removeprefix("v").split(".")
        for package in VERSION_PACKAGES:
            flags += [f"-X {package}.gitVersion={version}"]
            flags += [f"-X {package}.gitMajor={major}", f"-X {package}.gitMinor={minor}"]
    return " ".join(flags)


def kubernetes(recipe: Recipe) -> str | None:
    """The version of Kubernetes that a program is built from, as its `go.mod` pins it; None where it is not."""
    found = re.search(r"^\s+k8s\.io/kubernetes (v\S+)$", (recipe.folder / "go.mod").read_text(), re.MULTILINE)
    return found[1] if found else None
