"""The controls of a team's own, read from its baseline's file."""

from dataclasses import dataclass
from pathlib import Path

from hardstand import frameworks
from hardstand.baseline.custom import Code, CustomControl, Customs
from hardstand.baseline.custom_reader import Known, custom_control
from hardstand.cli.errors import UsageError, complain
from hardstand.controls.given import LATEST
from hardstand.engine import catalog
from hardstand.engine.code import CodeError, refusal
from hardstand.model.path import Path as Steps
from hardstand.model.path import Value, called
from hardstand.text.document import Document
from hardstand.text.positions import locate
from hardstand.text.reader import read


@dataclass(frozen=True, slots=True)
class Declared:
    """A baseline's own controls and the text they stand in. With `faults`, `customs` is not all that was meant."""

    customs: Customs
    faults: tuple[str, ...]
    """What is wrong, each as FILE:LINE:COLUMN and a sentence."""
    name: str
    data: bytes
    document: Document

    def place(self, steps: Steps) -> str:
        """FILE:LINE:COLUMN of what stands at `steps`."""
        return place_in(self.name, self.data, self.document, steps)


def place_in(name: str, data: bytes, document: Document, steps: Steps) -> str:
    """FILE:LINE:COLUMN of what stands at `steps` of a document, or of the nearest above that exists."""
    span = locate(data, document, [steps])[steps]
    return f"{name}:{span.line}:{span.column}"


def declared(file: str) -> Declared:
    """Read the file's `controls` and `code`. UsageError when it cannot be read; what else is wrong is in the faults."""
    data, document = _document(file)
    told: list[tuple[Steps, str]] = []
    value = document.value if isinstance(document.value, dict) else {}
    customs = Customs(_controls(value.get("controls"), told), _code(file, value.get("code"), told))
    faults = tuple(f"{place_in(file, data, document, steps)}: {message}" for steps, message in told)
    return Declared(customs, faults, file, data, document)


def ready(customs: Customs, *, allow_code: bool) -> None:
    """Load a baseline's own controls, so that what is wrong with them is told before anything is looked at.

    UsageError when there is code without leave, when a file of it holds no control, or when two have one id.
    """
    if customs.code and (refused := refusal(customs.code, allowed=allow_code)):
        raise UsageError(*refused)
    try:
        catalog.with_custom(customs)
    except CodeError as error:
        *others, last = error.faults
        for one in others:
            complain(str(one))
        raise UsageError(str(last)) from error
    except ValueError as error:
        raise UsageError(f"the baseline's own controls: {error}") from error


def _document(file: str) -> tuple[bytes, Document]:
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", "name the baseline with --baseline FILE") from error
    found = list(read(data))
    for one in found:
        if not isinstance(one, Document):
            raise UsageError(f"{file}:{one.line}:{one.column}: {one.reason}")
    if len(found) != 1 or not isinstance(found[0], Document) or not isinstance(found[0].value, dict):
        raise UsageError(f"{file}:1:1: a baseline is one document, a mapping")
    return data, found[0]


def _controls(value: Value, told: list[tuple[Steps, str]]) -> tuple[CustomControl, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        told.append((("controls",), f"`controls` is a list, found {called(value)}"))
        return ()
    ids = {one.id for one in catalog.load()}
    known = [f"{name}:{requirement}" for name, one in frameworks.load().items() for requirement in one.requirements]
    found: list[CustomControl] = []
    for at, item in enumerate(value):
        words = Known(frozenset(ids), known, LATEST.minor)
        one = custom_control(item, ("controls", at), lambda steps, message: told.append((steps, message)), words)
        if one:
            ids.add(one.id)
            found.append(one)
    return tuple(found)


def _code(file: str, value: Value, told: list[tuple[Steps, str]]) -> Code | None:
    """The files of the folder that `code` names, seen from the baseline's own."""
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        told.append((("code",), f"`code` is the path of a folder, found {called(value)}"))
        return None
    folder = Path(file).parent / value
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".py", ".yaml") and path.is_file())
        return Code(str(folder), tuple((path.name, path.read_bytes()) for path in paths))
    except OSError as error:
        told.append((("code",), f"the folder {value} cannot be read: {error.strerror}"))
        return None
