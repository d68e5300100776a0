"""The parts of a finding: what it is called, where it is mended, what is quoted, and what mends it."""

import hashlib
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from hardstand.analysis.managed_by import managers
from hardstand.engine.evaluate import Hit, Judged
from hardstand.engine.excerpts import Excerpts
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.overlay import json_patch
from hardstand.model.finding import Change, Fix, Location
from hardstand.model.path import Path, Value
from hardstand.model.verdict import Why
from hardstand.text.document import Document
from hardstand.text.positions import Span

if TYPE_CHECKING:
    from hardstand.engine.findings import Page


def edited_at(judged: Judged) -> Iterator[Location]:
    """Where a person changes a live object for good: at its owner, and at what manages that."""
    if judged.owner is not None:
        yield _elsewhere(judged.owner.page, f"made by {judged.owner.ref}")
    for name, words in managers(judged.object.data):
        yield _elsewhere(name, f"managed by {words}")


def _elsewhere(file: str, caption: str) -> Location:
    return Location(file, 1, 1, 1, 1, "", caption, "", rendered=False)


def part_of(kube: KubeObject, hit: Hit) -> str:
    """Which part of the object it is; the one container of a Compose service is the service."""
    return "" if kube.written is not None and hit.caption == f"container {kube.name}" else hit.caption


def fix_of(page: "Page", kube: KubeObject, hit: Hit, document: Document) -> Fix | None:
    """The repair as a patch of the object, or of the whole document where that says the object in another shape."""
    repair = hit.control.fix
    if repair is None or not hit.edits:
        return None
    whole = kube.written is not None
    data = document.value if whole else cast("Value", kube.data)
    edits = kube.document_edits(hit.edits) if whole else hit.edits
    if not edits:
        return None
    prefix = () if whole else kube.origin.prefix
    change = None if page.number is None else Change(page.number, kube.origin.document, prefix, edits)
    return Fix(repair.title, repair.safe and not hit.unsafe, json_patch(data, edits), change)


def excerpt_of(excerpts: Excerpts, hit: Hit, existing: Path, span: Span) -> str:
    """The line that is quoted, without what may be a secret."""
    return excerpts.line(existing, span, hide=hit.control.area == "secrets" or hit.why is Why.MALFORMED_FIELD)


def identity_of(words: str, number: int) -> str:
    """An id; the second of several that are called alike has its number in it, and so on."""
    text = f"{words}#{number}" if number > 1 else words
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def root_cause_of(page: "Page", hit: Hit, span: Span, *, anchored: bool) -> str:
    """What a single edit would mend, named: findings with the same root cause are one entry in a report."""
    if hit.why in (Why.NOT_IN_INPUT, Why.MAY_NOT_LIST, Why.UNREADABLE) and hit.cause:
        return hit.cause  # Whoever adds what is missing answers every control that asks for it.
    if hit.why is Why.NOT_RENDERED and hit.cause:
        return f"{hit.why}@{page.name}:{hit.cause}"
    if hit.cause:
        return f"{hit.control.id}@{hit.cause}"
    if page.rendered_from is not None:
        return f"{hit.control.id}@rendered:{page.rendered_from}"
    if anchored:
        return f"{hit.control.id}@anchor:{page.name}:{span.line}:{span.column}"
    return f"{hit.control.id}@directory:{posixpath.dirname(page.name) or '.'}"
