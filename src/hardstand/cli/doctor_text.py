"""What `doctor` tells a person."""

from collections.abc import Iterator
from itertools import chain

from hardstand import __version__
from hardstand.baseline.baseline import Baseline
from hardstand.report.safe import plain
from hardstand.wiring.examining import Examination, Refused, Seen, Withheld
from hardstand.wiring.roles import as_yaml
from hardstand.wiring.writing import Unwritable

_NAMED = 5
"""How many controls are named; of more their number is enough."""


def as_text(found: Examination, baseline: Baseline) -> str:
    """The whole of it, the roles last."""
    lines = [
        f"hardstand {__version__}, Python {found.python}",
        *_extras(found),
        *_programs(found),
        f"baseline: {plain(baseline.path)}" if baseline.path else "baseline: none here; what is built in holds",
        *_cluster(found),
        *_withheld(found),
        "",
        f"The least rights for {', '.join(found.roles)}, to be bound to whoever runs it:",
        "",
    ]
    return "\n".join(lines) + "\n" + as_yaml(chain.from_iterable(found.roles.values()))


def _extras(found: Examination) -> Iterator[str]:
    for one in found.extras:
        there = ", ".join(f"{name} {version}" for name, version in one.installed.items())
        lacking = f"lacks {', '.join(one.missing)}: `pip install 'hardstand[{one.name}]'`" if one.missing else ""
        yield f"extra {one.name}: {', '.join(part for part in (there, lacking) if part)}"


def _programs(found: Examination) -> Iterator[str]:
    for one in found.programs:
        yield f"program {one.name}: {plain(one.path) if one.path else f'not on PATH; it {one.purpose}'}"


def _cluster(found: Examination) -> Iterator[str]:
    if found.trouble is not None:
        message, hint = found.trouble
        yield f"cluster: {plain(message)}"
        if hint:
            yield f"  hint: {plain(hint)}"
    if found.cluster is not None:
        yield from _seen(found.cluster)


def _seen(cluster: Seen) -> Iterator[str]:
    yield f"cluster: {plain(cluster.name)} at {plain(cluster.server)}, Kubernetes {plain(cluster.version)}"
    if cluster.user:
        yield f"  you are {plain(cluster.user)}"
    yield f"  {len(cluster.readable)} kinds can be read"
    for one in cluster.refused:
        place = f" in namespace {plain(one.namespace)}" if one.namespace else ""
        yield f"  may not {' or '.join(one.verbs)} {one.kind}{place}: {_without(one)}"
    for one in cluster.dead:
        yield f"  {one.kind} cannot be read, what serves it does not answer: {_without(one)}"
    yield from map(_unwritable, cluster.unwritable)


def _unwritable(one: Unwritable) -> str:
    what = f"{one.resource}{f'.{one.group}' if one.group else ''}{f' {one.name}' if one.name else ''}"
    place = f" in namespace {plain(one.namespace)}" if one.namespace else ""
    elsewhere = ", unless --certificates or --tls-cert has it use files" if one.resource == "secrets" else ""
    return f"  may not {' or '.join(one.verbs)} {what}{place}: `hardstand {one.verb} --apply` does{elsewhere}"


def _withheld(found: Examination) -> Iterator[str]:
    for one in found.withheld:
        verbs = " and ".join(one.verbs)
        yield f"roles for {verbs} do not list {one.kind}, unless --with-secrets says so: {_without(one)}"


def _without(one: Refused | Withheld) -> str:
    if not one.controls:
        return "it tells exposure and environments, which are then unknown"
    if len(one.controls) > _NAMED:
        return f"{len(one.controls)} controls ask for it, and are unknown where it matters"
    return f"asked for by {', '.join(one.controls)}, unknown where it matters"
