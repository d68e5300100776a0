"""Everything a control file imports, in one place."""

from hardstand.controls.control import Repair, Violations, anywhere, control, near
from hardstand.controls.given import Given
from hardstand.model.verdict import Confidence, Maturity, Severity, Stage
from hardstand.model.violation import Violation

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
WEEK_1, WEEKS_2_4, QUARTERLY = Stage.WEEK_1, Stage.WEEKS_2_4, Stage.QUARTERLY
MINIMUM, PRODUCTION = Maturity.MINIMUM, Maturity.PRODUCTION

__all__ = [
    "CRITICAL",
    "HIGH",
    "LOW",
    "MEDIUM",
    "MINIMUM",
    "PRODUCTION",
    "QUARTERLY",
    "WEEKS_2_4",
    "WEEK_1",
    "Confidence",
    "Given",
    "Repair",
    "Violation",
    "Violations",
    "anywhere",
    "control",
    "near",
]
