"""Findings where they are in the files as they are, however much has been changed in the picture since."""

from dataclasses import replace

from hardstand.model.finding import Finding
from hardstand.model.known import Place, place_of
from hardstand.model.run import Run


class Firsts:
    """The findings of the first run, by which those of later ones are told: by id, or else by place."""

    def __init__(self, run: Run) -> None:
        self._by_id = {one.id: one for one in run.findings}
        self._by_place: dict[Place, Finding] = {}
        for one in run.findings:
            self._by_place.setdefault(place_of(one), one)

    def of(self, one: Finding) -> Finding | None:
        """What `one` was in the first run; None for what is new."""
        return self._by_id.get(one.id) or self._by_place.get(place_of(one))

    def placed(self, one: Finding) -> Finding:
        """`one` with the line, column, excerpt and caption that it had in the first run; what is new keeps its own."""
        first = self.of(one)
        return one if first is None else replace(one, locations=first.locations)
