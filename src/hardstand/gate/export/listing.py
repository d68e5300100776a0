"""What can be exported, and why the rest cannot."""

from collections.abc import Iterator, Sequence

from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine.native import expressed, values_of
from hardstand.engine.settings import Settings


def listing(controls: Sequence[Control], settings: Settings) -> Iterator[str]:
    """Every control on a line: that it can be exported to every form, or why to none. All forms hold the same CEL.

    The last line counts them, and those for which the baseline has yet to declare what they ask for. ValueError for a
    parameter that is none.
    """
    can, waiting, width = 0, 0, max((len(one.id) for one in controls), default=0) + 2
    for one in controls:
        found = expressed(one)
        if isinstance(found, Cel):
            can += 1
            waiting += values_of(one, found, settings) is None
        said = "vap gatekeeper kyverno" if isinstance(found, Cel) else f"no: {found}"
        yield f"{one.id:<{width}}{said}\n"
    later = f", {waiting} of them once the baseline declares a parameter that they wait for" if waiting else ""
    yield f"\n{can} of {len(controls)} controls can be exported{later}\n"
