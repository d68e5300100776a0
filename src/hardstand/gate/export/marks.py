"""What every exported object says of itself: CEL has no clock, so what ends is written beside it."""

from collections.abc import Mapping
from typing import Any

from hardstand.gate.export.interface import Enforced

CONTROL = "hardstand.dev/control"
ENDS = "hardstand.dev/exception-ends"
"""The exceptions in the policy, each with its last day: `id=YYYY-MM-DD`, with commas between."""
CHANGES = "hardstand.dev/mode-changes"
"""The day on which the baseline asks for another mode."""


def metadata(one: Enforced, name: str) -> Mapping[str, Any]:
    """Name, labels and annotations; the policy has to be written anew after the days that it names."""
    ends = sorted(one.policy.ends.items(), key=lambda pair: (pair[1], pair[0]))
    annotations = {ENDS: ",".join(f"{name}={day}" for name, day in ends)} if ends else {}
    if one.changes is not None:
        annotations[CHANGES] = str(one.changes)
    found: dict[str, Any] = {
        "name": name,
        "labels": {"app.kubernetes.io/managed-by": "hardstand", CONTROL: one.policy.control},
    }
    return {**found, "annotations": annotations} if annotations else found
