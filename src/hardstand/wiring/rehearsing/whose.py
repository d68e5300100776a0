"""Whose is what is refused: the workload that a person edits, and who answers for it."""

import json
from collections.abc import Mapping
from typing import Any

from hardstand.engine.findings import Page
from hardstand.engine.live import Live, NoObjectError
from hardstand.engine.owners import controller_of
from hardstand.gate.request import request_of
from hardstand.model.admission import AdmissionEvent
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.live import live_name
from hardstand.rehearse.interface import Whose
from hardstand.rehearse.tally import of_itself


class Finder:
    """Looks it up in a picture."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def of_finding(self, one: Finding) -> Whose:
        """Of a finding on an object of the picture."""
        return self._of_page(one.locations[0].file) or Whose(one.object, None)

    def of_request(self, body: Any, event: AdmissionEvent) -> Whose:
        """Of a request that was put again: of its owner, where that is in the picture, else of itself."""
        data = dict(event.object)
        owner = self._live.owner(controller_of(data) or "")
        found = self._of_page(owner.editable.page) if owner is not None else None
        return found or Whose(of_itself(event.ref, data), self._answering(body, data))

    def _of_page(self, name: str) -> Whose | None:
        held = self._live.held(name)
        if held is None:
            return None
        owner = self._live.owner(held.maker)
        above = self._live.held(owner.editable.page) if owner is not None else None
        ref: ObjectRef = owner.editable.ref if owner is not None else held.kube.ref
        standings = self._live.standings
        answering = standings.answerable(above.traits) if above is not None else None
        return Whose(ref, answering or standings.answerable(held.traits))

    def _answering(self, body: Any, data: Mapping[str, Any]) -> str | None:
        page = Page(live_name(request_of(body).path), json.dumps(data).encode(), live=True)
        try:
            return self._live.standings.answerable(self._live.judge(page).standing.traits)
        except NoObjectError:
            return None
