"""Which programs a test cluster is made of: those of an envtest folder, else those that Go builds here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.building import CONTROL_PLANE, KWOK, NotAvailableError, built

NEEDED = ("etcd", "kube-apiserver", "kubectl")
FURTHER = ("kube-controller-manager", "kube-scheduler", "kwok")


@dataclass(frozen=True, slots=True)
class Programs:
    """The command that starts each program that is there."""

    commands: Mapping[str, tuple[str, ...]]

    def __contains__(self, name: str) -> bool:
        return name in self.commands

    def __getitem__(self, name: str) -> list[str]:
        return list(self.commands[name])


def programs() -> Programs:
    """The programs, built where they have to be. NotAvailableError where there are none, saying why.

    `KUBEBUILDER_ASSETS` names a folder with etcd, kube-apiserver and kubectl, as envtest has it; what it holds of the
    controller manager, the scheduler and kwok is used too.
    """
    if assets := os.environ.get("KUBEBUILDER_ASSETS"):
        return _of_folder(Path(assets))
    plane = str(built(CONTROL_PLANE))
    names = [*NEEDED, "kube-controller-manager", "kube-scheduler"]
    return Programs({**{name: (plane, name) for name in names}, "kwok": (str(built(KWOK)),)})


def _of_folder(folder: Path) -> Programs:
    found = {name: (str(folder / name),) for name in (*NEEDED, *FURTHER) if (folder / name).exists()}
    if lacking := [name for name in NEEDED if name not in found]:
        raise NotAvailableError(f"KUBEBUILDER_ASSETS={folder} has no {', '.join(lacking)}")
    return Programs(found)
