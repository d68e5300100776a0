"""The next step: which controls could block from a day announced beforehand, and nothing would break."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hardstand.controls.control import Control
from hardstand.model.run import Coverage
from hardstand.model.verdict import Maturity, Stage

NOTICE = 14
"""Days between a mode's announcement and its day: as many as a report looks ahead."""

_STAGES = list(Stage)

USUAL = (
    "privileged-container",
    "runtime-socket-mounted",
    "secret-in-environment",
    "host-network",
    "host-pid",
    "root-user",
    "secret-in-config-map",
    "host-path-volume",
    "public-admin-page",
    "capability-added",
    "host-ipc",
    "removed-api",
    "gateway-plain-http",
    "unmasked-proc-mount",
)
"""Controls against what is written every day without ill intent: there, blocking prevents something."""


def worth_blocking(controls: Mapping[str, Control], coverage: Sequence[Coverage], most: int = 3) -> list[str]:
    """Controls that hold everywhere and were not left open anywhere, those first that prevent the most."""
    clean = [controls[one.control] for one in coverage if one.passed and not one.failed and not one.unknown]
    held = {one.control: one.passed for one in coverage}
    clean.sort(
        key=lambda one: (
            USUAL.index(one.id) if one.id in USUAL else len(USUAL),
            -one.severity,
            one.maturity is not Maturity.MINIMUM,
            _STAGES.index(one.stage),
            -held[one.id],
            one.id,
        )
    )
    return [one.id for one in clean[:most]]


def announced(today: date) -> date:
    """The day that a mode would be announced for today."""
    return today + timedelta(days=NOTICE)
