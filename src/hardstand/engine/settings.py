"""What one run is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardstand.baseline.custom import Customs
from hardstand.controls.given import LATEST, Version
from hardstand.model.known import Known
from hardstand.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything besides the input that a verdict or an action can depend on."""

    pod_security: Version = LATEST
    namespace: str = "default"
    """Where objects land that name no namespace."""
    fail_on: Severity | None = None
    """Findings of this severity or worse block."""
    known: Known | None = None
    """Findings of an earlier run; only what is not among them can block."""
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Declared parameter values, by control id and parameter name."""
    complete: bool = False
    """The input is all there is: what it does not hold does not exist, and is not merely unknown."""
    excerpts: bool = True
    """Keep the source line of each finding, masked; not every report shows it."""
    verdicts: bool = False
    """Keep every single verdict, passes included."""
    customs: Customs = field(default_factory=Customs)
    """Controls of the team's own, which the catalog is joined with."""
