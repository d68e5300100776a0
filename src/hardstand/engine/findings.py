"""From what was hit to findings: ids that stay, places in files, root causes, actions."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from hardstand.analysis.traits import image_at
from hardstand.engine.decide import Case
from hardstand.engine.evaluate import Hit, Judged
from hardstand.engine.excerpts import Excerpts
from hardstand.engine.judgement import Bench
from hardstand.engine.standing import Standing
from hardstand.inventory.field_name import FieldNames
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.overlay import json_patch
from hardstand.model.finding import Change, Finding, Fix, Location
from hardstand.model.path import Value, dotted
from hardstand.model.verdict import Why
from hardstand.text.document import Document
from hardstand.text.positions import Span, locate


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes that were read, and what to call them; `rendered_from` names the chart or kustomization that made them.

    `number` is given by whoever holds the page, to change it: findings then carry the edits of their fixes.
    """

    name: str
    data: bytes
    rendered_from: str | None = None
    rendered_by: str | None = None
    number: int | None = None


def findings_of(
    page: Page,
    document: Document,
    judged: Sequence[Judged],
    shared: frozenset[str],
    made: Counter[str],
    bench: Bench,
) -> list[Finding]:
    """The findings of one document, each with its place.

    `shared` are keys that several objects have; `made` counts the identities so far, to tell twins in a file apart.
    """
    hits = [(one, hit, one.object.origin.prefix + hit.path) for one in judged for hit in one.hits]
    if not hits:
        return []
    spans = locate(page.data, document, {path for _, _, path in hits})
    # Different fields of one control at one place can only be an anchor that they share.
    fields = {(hit.control.id, path) for _, hit, path in hits if spans[path].depth == len(path)}
    crowd = Counter((control, spans[path].line, spans[path].column) for control, path in fields)
    excerpts = Excerpts(page.data, [one.object for one in judged])
    names: dict[int, FieldNames] = {}
    standings: dict[int, Standing] = {}
    return [
        _finding(page, one, hit, spans[path], crowd, made, shared, excerpts, names, standings, bench)
        for one, hit, path in hits
    ]


def _finding(
    page: Page,
    judged: Judged,
    hit: Hit,
    span: Span,
    crowd: Mapping[tuple[str, int, int], int],
    made: Counter[str],
    shared: frozenset[str],
    excerpts: Excerpts,
    names_of: dict[int, FieldNames],
    standings: dict[int, Standing],
    bench: Bench,
) -> Finding:
    one, kube, settings = hit.control, judged.object, bench.settings
    data = cast("Value", kube.data)
    names = names_of.setdefault(id(kube), FieldNames(data))
    field, stable = names.of(hit.path)
    identity = f"{one.id}|{kube.key}|{stable}"
    if kube.key in shared:
        identity += f"|{page.name}"
    made[identity] += 1
    finding_id = _digest(f"{identity}#{made[identity]}" if made[identity] > 1 else identity)
    ref = kube.ref
    place = (one.id, ref.kind, ref.namespace, ref.name, field, page.name)
    standing = standings.get(id(judged)) or standings.setdefault(id(judged), bench.standings.of(kube, judged.local))
    case = Case(
        control=one.id,
        area=one.area,
        maturity=one.maturity,
        severity=one.severity,
        verdict=hit.verdict,
        standing=standing,
        image=image_at(kube, hit.path),
        compensation=judged.compensation,
        known=settings.known is not None and settings.known.holds(finding_id, place),
    )
    decision = bench.decide(case, kube.ref)
    anchored = crowd[one.id, span.line, span.column] > 1
    location = Location(
        file=page.name,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        field=field,
        caption=", ".join(part for part in (str(kube.ref), hit.caption) if part),
        excerpt=_excerpt(excerpts, kube, hit, span) if settings.excerpts else "",
        rendered=page.rendered_from is not None,
        missing=dotted(hit.path[max(0, span.depth - len(kube.origin.prefix)) :]),
    )
    return Finding(
        id=finding_id,
        control=one.id,
        area=one.area,
        verdict=hit.verdict,
        why=hit.why,
        severity=one.severity,
        confidence=one.confidence,
        tier=standing.tier.word if standing.tier else None,
        action=decision.action,
        object=kube.ref,
        locations=(location,),
        message=hit.message,
        root_cause=_root_cause(page, hit, span, anchored=anchored),
        fix=_fix(page, kube, hit),
        frameworks=one.frameworks,
        waiver=decision.waiver,
    )


def _fix(page: Page, kube: KubeObject, hit: Hit) -> Fix | None:
    repair, origin = hit.control.fix, kube.origin
    if repair is None or not hit.edits:
        return None
    change = None if page.number is None else Change(page.number, origin.document, origin.prefix, hit.edits)
    safe = repair.safe and not hit.unsafe
    return Fix(repair.title, safe, json_patch(cast("Value", kube.data), hit.edits), change)


def _excerpt(excerpts: Excerpts, kube: KubeObject, hit: Hit, span: Span) -> str:
    node: Value = cast("Value", kube.data)
    for step in hit.path[: max(0, span.depth - len(kube.origin.prefix))]:
        node = node[step]  # type: ignore[index]
    return excerpts.line(span, node, hide=hit.control.area == "secrets" or hit.why is Why.MALFORMED_FIELD)


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _root_cause(page: Page, hit: Hit, span: Span, *, anchored: bool) -> str:
    """What a single edit would mend, named: findings with the same root cause are one entry in a report."""
    if hit.why is Why.NOT_IN_INPUT:
        return hit.cause  # Whoever adds what is missing answers every control that asks for it.
    if hit.cause:
        return f"{hit.control.id}@{hit.cause}"
    if page.rendered_from is not None:
        return f"{hit.control.id}@rendered:{page.rendered_from}"
    if anchored:
        return f"{hit.control.id}@anchor:{page.name}:{span.line}:{span.column}"
    return f"{hit.control.id}@directory:{posixpath.dirname(page.name) or '.'}"
