"""A team's own controls, read as every verb reads them."""

from dataclasses import dataclass
from datetime import date

from hardstand.baseline.custom import Customs
from hardstand.baseline.load import load_file
from hardstand.baseline.reading import BaselineError
from hardstand.engine.words import vocabulary
from hardstand.sources.trees import WorkingTree


@dataclass(frozen=True)
class Declared:
    customs: Customs
    faults: tuple[str, ...]


def declared(file: str) -> Declared:
    try:
        return Declared(load_file(file, WorkingTree(), vocabulary(), today=date(2026, 11, 25)).customs, ())
    except BaselineError as error:
        return Declared(Customs(), tuple(map(str, error.mistakes)))
