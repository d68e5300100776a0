"""Python files of a team's own controls: run as modules of a private package, and proven like those of the catalog.

They run with all that this process may do, so a caller asks for leave first: `refusal` says what to tell without it.
"""

import hashlib
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType

from hardstand import frameworks
from hardstand.baseline.custom import Code
from hardstand.controls.control import Control
from hardstand.engine.catalog import control_of
from hardstand.engine.page import flaws


@dataclass(frozen=True, slots=True)
class CodeFault:
    """What is wrong with a file: its place, 1-based (0 when the whole file is meant), and a sentence."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.message}"


class CodeError(Exception):
    """Files that do not hold controls; `faults` says all that is known."""

    def __init__(self, faults: list[CodeFault]) -> None:
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


def refusal(code: Code, *, allowed: bool) -> tuple[str, str] | None:
    """The error and its hint for code that may not run; None when it may, or there is none.

    Controls that are left out would read as passed, so without leave nothing is looked at.
    """
    if allowed or not code.modules:
        return None
    count = len(code.modules)
    held = f"{count} Python control{'s' if count > 1 else ''}"
    return (
        f"the baseline's code folder {code.folder} holds {held}",
        "allow it to run with --allow-code, or remove `code`",
    )


def controls_of(code: Code) -> tuple[Control, ...]:
    """Run every file and give its control, of area `custom`. CodeError with the place of each fault; no traceback."""
    package = _package(code)
    found: list[Control] = []
    faults: list[CodeFault] = []
    for name, data in code.modules:
        try:
            found.append(_control(code, package, name, data))
        except CodeError as error:
            faults.extend(error.faults)
    if faults:
        raise CodeError(faults)
    return tuple(found)


def _package(code: Code) -> str:
    """The private package of these very files: other bytes are another package."""
    digest = hashlib.sha256(repr(code).encode()).hexdigest()[:12]
    folder = re.sub(r"\W+", "_", code.folder, flags=re.ASCII).strip("_") or "controls"
    top = f"hardstand_custom.{folder}_{digest}"
    for name in ("hardstand_custom", top):
        if name not in sys.modules:
            module = ModuleType(name)
            module.__path__ = []
            sys.modules[name] = module
    return top


def _control(code: Code, package: str, name: str, data: bytes) -> Control:
    file = f"{code.folder.rstrip('/')}/{name}"
    stem = name.removesuffix(".py")
    if not stem.isidentifier():
        raise CodeError([CodeFault(file, 0, 0, "the name of a control's file is letters, digits and `_`")])
    module = sys.modules.get(f"{package}.{stem}") or _ran(file, f"{package}.{stem}", data)
    try:
        one = replace(control_of(module), area="custom", reported=True)  # Nobody proves that it does not look.
    except LookupError as error:
        raise CodeError([CodeFault(file, 0, 0, str(error).replace(module.__name__, "the file"))]) from None
    wrong = [CodeFault(file, 1, 1, flaw) for flaw in _flaws(one)]
    if wrong:
        raise CodeError(wrong)
    return one


def _flaws(one: Control) -> Iterator[str]:
    """What is not as in a control of ours; only a team's references are its own affair."""
    yield from (flaw for flaw in flaws(one.doc) if "`References`" not in flaw)
    for name in one.frameworks:
        if not frameworks.known(name):
            yield f"there is no framework requirement `{name}`; `hardstand explain FRAMEWORK` lists them"


def _ran(file: str, module_name: str, data: bytes) -> ModuleType:
    """The module that the file is, once it has run."""
    module = ModuleType(module_name)
    module.__file__ = file
    sys.modules[module_name] = module  # Decorators look their module up by its name.
    try:
        exec(compile(data, file, "exec", dont_inherit=True), vars(module))  # noqa: S102 - allowed by --allow-code
    except SyntaxError as error:
        del sys.modules[module_name]
        raise CodeError([CodeFault(file, error.lineno or 1, error.offset or 1, f"{error.msg}")]) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a team's file raises is told by its place
        del sys.modules[module_name]
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise CodeError([CodeFault(file, frames[-1].lineno or 1 if frames else 1, 0, message)]) from None
    return module
