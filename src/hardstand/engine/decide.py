"""What is done about a finding. No other code computes an action."""

from hardstand.engine.settings import Settings
from hardstand.model.verdict import Action, Severity, Verdict


def decide(verdict: Verdict, severity: Severity, settings: Settings, *, known: bool) -> Action:
    """The action for a finding: it blocks when it is a fault as bad as asked for, and not known from before.

    Unknown warns: it is no pass, and it is no fault either.
    """
    if settings.fail_on is None or verdict is not Verdict.FAIL or severity < settings.fail_on:
        return Action.WARN
    return Action.WARN if known else Action.BLOCK
