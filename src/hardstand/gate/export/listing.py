"""What can be exported, and why the rest cannot."""

from collections.abc import Iterator, Sequence

from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine.native import expressed


def listing(controls: Sequence[Control]) -> Iterator[str]:
    """Every control on a line: that it can be exported to every form, or why to none. All forms hold the same CEL."""
    can, width = 0, max((len(one.id) for one in controls), default=0) + 2
    for one in controls:
        found = expressed(one)
        can += isinstance(found, Cel)
        said = "vap gatekeeper kyverno" if isinstance(found, Cel) else f"no: {found}"
        yield f"{one.id:<{width}}{said}\n"
    yield f"\n{can} of {len(controls)} controls can be exported\n"
