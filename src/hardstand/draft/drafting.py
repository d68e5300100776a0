"""From what was read to a `hardstand.yaml` that a person would keep: pure, and the same bytes for the same input."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardstand.controls.control import Control
from hardstand.draft.boundary import write_boundary
from hardstand.draft.classes import entries, guessed_nothing
from hardstand.draft.entry import Entry
from hardstand.draft.estate import Estate
from hardstand.draft.leaving_out import write_ignore
from hardstand.draft.owners import owners
from hardstand.draft.parts import Parts
from hardstand.draft.sorting import CHECK, sort
from hardstand.draft.steps import announced, worth_blocking
from hardstand.draft.writing import Page, listing, quoted, said, several

_NOTABLE = 4
"""As many workloads are told of by name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted baseline, and what to say of it."""

    text: str
    environments: tuple[str, ...]
    namespaces: int
    classes: int
    checks: int
    """Lines that ask to be looked at."""


def draft(estate: Estate, controls: Mapping[str, Control]) -> Draft:
    """Draft a baseline; `controls` are all there are, by id."""
    placed = sort(estate)
    page = Page()
    where = " ".join(typed(one) for one in estate.paths)
    page.remark("What is production, what each workload is worth, and what is enforced: drafted by `hardstand init`.")
    page.remark(f"Comments say why a line is there; change what is wrong. Checked by: hardstand scan {where}")
    page.add("schema: hardstand.dev/baseline/v1")
    page.add()
    environments = write_boundary(page, estate, placed, Parts(placed))
    page.add()
    classes = _classes(page, estate, entries(estate, placed, (found := owners(estate, placed)).entries), found.key)
    if found.remark:
        page.remark(found.remark, 2)
    if guessed_nothing(estate, placed):
        page.remark("In development and test, data is taken to be made up: class what holds copies of real data.", 2)
    page.add()
    _modes(page, estate, controls)
    text = str(page)
    checks = sum(f"# {CHECK}:" in line for line in text.splitlines())
    return Draft(text, environments, len({spot.namespace for spot in placed.spots} - {""}), classes, checks)


def typed(path: str) -> str:
    """A path as a person would type it."""
    shown = said(path, 200)
    safe = shown == path and all(mark.isalnum() or mark in "._/-+@:" for mark in path)
    return shown if safe else "'" + shown.replace("'", "'\\''") + "'"


def _classes(page: Page, estate: Estate, made: Sequence[Entry], key: str | None) -> int:
    page.add("classes:")
    _notable(page, estate)
    page.add("  default_data: internal", "of whatever is not named below")
    if key:
        page.add(f"  names: {{owner: {quoted(key) if ':' not in key else listing([key])}}}", "who answers for them")
    if made:
        page.add("  workloads:")
    for one in made:
        _entry(page, one)
    return len(made)


def _entry(page: Page, one: Entry) -> None:
    keys = (("path", one.paths), ("namespace", one.namespaces), ("name", one.names), ("environment", one.environments))
    match = [(key, listing(words)) for key, words in keys if words]
    line = "  - match: {" + ", ".join(f"{key}: {_flow(value)}" for key, value in match) + "}"
    if len(line) <= 110:
        page.add(line)
    else:
        page.add("  - match:")
        for key, value in match:
            page.add(f"      {key}: {value}")
    if one.data is not None:
        page.add(f"    data: {one.data.word}", one.because)
    if one.regime:
        page.add(f"    # compliance: [{one.regime}]", one.condition)
    if one.owner:
        page.add(f"    owner: {quoted(one.owner)}", one.owner_because)


def _flow(value: str) -> str:
    return f'"{value}"' if ":" in value and value[0] not in '["' else value


def _notable(page: Page, estate: Estate) -> None:
    """What Hardstand infers of the workloads that matter most: it is not declared, since it follows the files."""
    found: dict[tuple[str, str], str] = {}
    for kube, told in estate.workloads:
        for one in told.factors:
            if (one.name, one.value) in _NOTED:
                name = f"{kube.namespace}/{kube.name}" if kube.namespace else kube.name
                found.setdefault((_NOTED[one.name, one.value], name), _brief(one.because[0]))
    if not found:
        return
    page.remark("Exposure and privilege are inferred at every scan; declare them only where that is wrong. Today:", 2)
    rows: list[tuple[str, str, str]] = []
    for what in dict.fromkeys(_NOTED.values()):
        names = sorted(name for reach, name in found if reach == what)
        shown = names if len(names) == _NOTABLE + 1 else names[:_NOTABLE]
        rows += [(what, name, found[what, name]) for name in shown]
        if left := names[len(shown) :]:
            rows.append((what, "…", f"as well as {several(left, 3)}"))
    page.table(rows, 2)


_NOTED = {
    ("exposure", "internet"): "internet",
    ("privilege", "cluster"): "cluster",
    ("privilege", "node"): "node",
}


def _brief(reason: str) -> str:
    """A reason without the field that it rests on and without the way from a Service onward: the file has them."""
    return _FIELD.sub("", reason).partition(" to Service ")[0].removesuffix(" and selects it")


_FIELD = re.compile(r" \([A-Za-z]+(?:[.\[].*)?\)$")


def _modes(page: Page, estate: Estate, controls: Mapping[str, Control]) -> None:
    page.add("modes:")
    page.add("- mode: warn", "everything warns, nothing blocks")
    found = worth_blocking(controls, estate.coverage)
    if found and not estate.unreadable:
        page.remark("The next step: nothing fails these now, so that from that day on only something new is blocked.")
        page.add("# - mode: block")
        page.add(f"#   control: [{', '.join(found)}]")
        page.add(f"#   from: {announced(estate.today).isoformat()}")
    page.add("unknown: warn", "what could not be decided is no pass")
    page.add()
    write_ignore(page, estate)
    page.add()
    page.add("exceptions: []", "each needs an id, a match, an owner, a reason, an approval and an end")
    page.add("# approvers:", "who may approve exceptions, by the tier of the workload")
    page.add("#   critical: [NAME]")
    page.add("# max_exception_days: 90")
