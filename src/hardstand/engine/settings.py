"""What one run is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.custom import Customs
from hardstand.baseline.load import built_in
from hardstand.controls.given import LATEST, Version
from hardstand.model.known import Known
from hardstand.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything besides the input that a verdict or an action can depend on."""

    pod_security: Version = LATEST
    namespace: str = "default"
    """Where objects land that name no namespace."""
    baseline: Baseline = field(default_factory=built_in)
    """What is declared; without anything, what is built in."""
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    """The day, in UTC, on which modes and exceptions are looked at."""
    now: datetime | None = None
    """The moment by which that is judged which ends at an hour; None is the moment at which it is asked."""
    fail_on: Severity | None = None
    """Faults of this severity or worse block, besides those that the baseline blocks."""
    known: Known | None = None
    """Findings of an earlier run; only what is not among them can block."""
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Parameter values, by control id and parameter name, that count before the baseline's."""
    complete: bool = False
    """The input is all there is: what it does not hold does not exist, and is not merely unknown."""
    excerpts: bool = True
    """Keep the source line of each finding, masked; not every report shows it."""
    verdicts: bool = False
    """Keep every single verdict, passes included."""
    cluster: str | None = None
    """The cluster that the objects were read from; files name none."""
    explain_tier: str | None = None
    """The workload, by name or namespace/name, of which the Run tells how its tier came to be."""

    @property
    def moment(self) -> datetime:
        """The moment by which that is judged which ends at an hour."""
        return self.now or datetime.now(UTC)

    @property
    def customs(self) -> Customs:
        """Controls of the team's own, which the catalog is joined with."""
        return self.baseline.customs

    def declared(self, control: str) -> Mapping[str, object]:
        """The parameter values of a control."""
        return {**self.baseline.parameters.get(control, {}), **self.parameters.get(control, {})}
