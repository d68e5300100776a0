"""Which controls a person chose."""

from collections.abc import Callable, Sequence

from hardstand.analysis.pod_security import Level, counted
from hardstand.baseline.custom import Customs
from hardstand.cli.errors import UsageError, nearest
from hardstand.controls.control import Control
from hardstand.controls.given import Version
from hardstand.engine import catalog
from hardstand.model.verdict import Severity


def chosen(
    select: Sequence[str],
    exclude: Sequence[str],
    level: str | None,
    version: Version,
    customs: Customs = Customs(),  # noqa: B008 - it is frozen
) -> list[str] | None:
    """Ids of the controls to hold, or None for all. UsageError for a word that names nothing, or if nothing is left.

    `customs` are controls of a team's own, which words may name as well.
    """
    if not select and not exclude and level is None:
        return None
    controls = every = catalog.with_custom(customs)
    if level is not None:
        ids = counted(Level(level), version.minor)
        controls = [one for one in controls if ids.intersection(one.frameworks)]
    wanted, unwanted = _matchers(select, every), _matchers(exclude, every)
    left = [
        one.id
        for one in controls
        if (not wanted or any(match(one) for match in wanted)) and not any(match(one) for match in unwanted)
    ]
    if not left:
        raise UsageError("--select and --exclude leave no control", "`hardstand explain` lists them all")
    return left


def _matchers(words: Sequence[str], controls: Sequence[Control]) -> list[Callable[[Control], bool]]:
    return [_matcher(part.strip(), controls) for word in words for part in word.split(",") if part.strip()]


def _matcher(word: str, controls: Sequence[Control]) -> Callable[[Control], bool]:
    severities = {one.word: one for one in Severity}
    if word in {one.id for one in controls}:
        return lambda one: one.id == word
    if word in {one.area for one in controls}:
        return lambda one: one.area == word
    if word in severities:
        return lambda one: one.severity is severities[word]
    ids = {name for one in controls for name in one.frameworks}
    if word in ids:
        return lambda one: word in one.frameworks
    if word in {name.partition(":")[0] for name in ids}:
        return lambda one: any(name.partition(":")[0] == word for name in one.frameworks)
    known = [*(one.id for one in controls), *{one.area for one in controls}, *severities, *ids]
    hint = nearest(word, known) or "`hardstand explain` lists controls, areas and frameworks"
    raise UsageError(f"`{word}` is no control, area, framework or severity", hint)
