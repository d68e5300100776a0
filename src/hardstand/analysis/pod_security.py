"""Which checks of the Pod Security Standards count for a level at a version.

A check counts from the version it was added in. The level restricted is all restricted checks, and of the baseline
ones those that no restricted check overrides: overriding holds whatever the pod is, so a pod can pass restricted and
fail baseline (one volume that is both `emptyDir` and `hostPath` does).

Source: k8s.io/pod-security-admission v0.37.2, policy/registry.go and the `Versions` of each policy/check_*.go; the
levels themselves: https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType


class Level(StrEnum):
    """A level that asks for something; the third one, privileged, asks for nothing."""

    BASELINE = "baseline"
    RESTRICTED = "restricted"


BASELINE: Mapping[str, int] = MappingProxyType(
    {
        "appArmorProfile": 0,
        "capabilities_baseline": 0,
        "hostNamespaces": 0,
        "hostPathVolumes": 0,
        "hostPorts": 0,
        "hostProbesAndHostLifecycle": 34,
        "privileged": 0,
        "procMount": 0,
        "seLinuxOptions": 0,
        "seccompProfile_baseline": 0,
        "sysctls": 0,
        "windowsHostProcess": 0,
    }
)
"""The baseline checks, each with the first minor version that has it."""

RESTRICTED: Mapping[str, int] = MappingProxyType(
    {
        "allowPrivilegeEscalation": 8,
        "capabilities_restricted": 22,
        "procMount_restricted": 35,
        "restrictedVolumes": 0,
        "runAsNonRoot": 0,
        "runAsUser": 23,
        "seccompProfile_restricted": 19,
    }
)
"""The restricted checks, each with the first minor version that has it."""

OVERRIDDEN: Mapping[str, int] = MappingProxyType(
    {
        "capabilities_baseline": 22,
        "hostPathVolumes": 0,
        "procMount": 35,
        "seccompProfile_baseline": 19,
    }
)
"""Baseline checks that restricted leaves out because a restricted check takes their place, and since which minor."""


@cache
def counted(level: Level, minor: int) -> frozenset[str]:
    """The full framework ids, such as `pss-baseline:privileged`, that a pod must not fail at `level` in v1.`minor`."""
    baseline = {f"pss-baseline:{check}" for check in _since(BASELINE, minor)}
    if level is Level.BASELINE:
        return frozenset(baseline)
    baseline -= {f"pss-baseline:{check}" for check in _since(OVERRIDDEN, minor)}
    return frozenset(baseline | {f"pss-restricted:{check}" for check in _since(RESTRICTED, minor)})


def _since(checks: Mapping[str, int], minor: int) -> list[str]:
    return [check for check, first in checks.items() if first <= minor]
