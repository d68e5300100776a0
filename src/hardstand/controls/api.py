"""What a control file imports, in one place.

Three things come from elsewhere: views of objects (`hardstand.inventory.views`), parameters
(`hardstand.controls.parameter`) and questions that several controls ask (`hardstand.analysis`).
"""

from hardstand.controls.cel import Cel, NotNative, always, patterns
from hardstand.controls.control import Repair, Violations, anywhere, control, near
from hardstand.controls.given import Given
from hardstand.model.finding import Edit
from hardstand.model.kind import Kind, Platform
from hardstand.model.verdict import Confidence, Maturity, Severity, Stage, Why
from hardstand.model.violation import NotApplicableError, UnknownError, Violation

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
WEEK_1, WEEKS_2_4, QUARTERLY = Stage.WEEK_1, Stage.WEEKS_2_4, Stage.QUARTERLY
MINIMUM, PRODUCTION = Maturity.MINIMUM, Maturity.PRODUCTION
KUBERNETES, COMPOSE = Platform.KUBERNETES, Platform.COMPOSE

__all__ = [
    "COMPOSE",
    "CRITICAL",
    "HIGH",
    "KUBERNETES",
    "LOW",
    "MEDIUM",
    "MINIMUM",
    "PRODUCTION",
    "QUARTERLY",
    "WEEKS_2_4",
    "WEEK_1",
    "Cel",
    "Confidence",
    "Edit",
    "Given",
    "Kind",
    "NotApplicableError",
    "NotNative",
    "Repair",
    "UnknownError",
    "Violation",
    "Violations",
    "Why",
    "always",
    "anywhere",
    "control",
    "near",
    "patterns",
]
