"""`hardstand scan --audit LOG`: what audit logs tell of the past, for the controls that ask about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hardstand.access.unused.watched import CONTROL, Watched, allowed_by, facts
from hardstand.cli.rbac.logs import tell
from hardstand.cli.reading import progress
from hardstand.engine.settings import Settings
from hardstand.wiring.past_use import past_use


def with_past(settings: Settings, logs: Sequence[str]) -> tuple[Settings, bool]:
    """The settings with what audit logs tell of who did something lately, and whether they could not be read."""
    past = past_use(logs, progress=progress("read {done} events"))
    tell(past)
    blind = past.window is None or past.blind
    watched = None
    if past.window is not None and not blind:
        allowed = allowed_by(settings.baseline)
        watched = Watched.of(past.used, past.window, allowed, unreadable=bool(past.unreadable))
    told = {CONTROL: facts(watched, datetime.now(UTC))}
    return replace(settings, parameters={**settings.parameters, **told}), blind or bool(past.unreadable)
