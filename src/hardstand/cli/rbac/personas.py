"""Write the roles and bindings of the baseline's personas, or say who holds more than theirs.

  hardstand rbac personas > personas.yaml
  hardstand rbac personas --only shop-developer deploy/
  hardstand rbac personas --check --cluster

Personas are declared under `personas` in the baseline: built-in ones (developer, sre, security-engineer, deployer,
break-glass) and your own, with the groups of the identity provider that hold each. Where namespaces are declared by
patterns or labels, PATH… or --cluster tell which there are. With --check, every group and user that a binding names is
held against its personas, by what rules mean and not by how they are written; an export of the identity provider tells
which users are in which groups. What is for a while, such as break-glass, is bound only with an end: --until. Exit
status: 0 done, and with --check nobody holds more; 1 somebody does, or has rights and no persona; 2 it cannot be told.
"""

import argparse
import shlex
import sys
from datetime import UTC, datetime, timedelta

from hardstand.access.granting import LONGEST, shown
from hardstand.access.people.checking import memberships
from hardstand.access.personas.exceeding import Held, held
from hardstand.access.personas.manifests import as_yaml, manifests, role_name
from hardstand.access.personas.standing import Standing
from hardstand.access.personas.telling import as_json, text
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain, nearest, note, warn
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of, survey_of
from hardstand.cli.rbac.directories import add_export, directory_of
from hardstand.cli.rbac.picturing import NAMESPACES, places_of, standing_of
from hardstand.inventory.views.rbac import RoleBinding
from hardstand.report.safe import plain

INTERMIXED = True
"""Paths may come after options."""


_SYSTEM = "kube-system"
_READING = frozenset({"get", "list", "watch"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders, snapshots: which namespaces there are"
    )
    parser.add_argument("--check", action="store_true", help="say who holds more than their persona")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="write, or check, this persona; repeatable"
    )
    parser.add_argument("--all", action="store_true", help="with --check, print every rule, each time")
    parser.add_argument(
        "--until",
        metavar="TIME",
        help="the end of what is for a while, such as break-glass, which is left out else: 2030-06-30T18:00:00Z",
    )
    add_export(parser)
    add_format(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write or check, and give the exit status."""
    baseline = baseline_of(arguments)
    if not baseline.personas:
        hint = "declare one: `personas: {developer: {groups: [developers], namespaces: [shop]}}`"
        raise UsageError("the baseline declares no personas", hint)
    return _check(arguments, baseline) if arguments.check else _write(arguments, baseline)


def _check(arguments: argparse.Namespace, baseline: Baseline) -> int:
    permissions, found = permissions_of(arguments, NAMESPACES, baseline)
    personas = standing_of(baseline, places_of(baseline, found))
    directory = directory_of(arguments, baseline)
    groups = memberships(directory, baseline.signing_in) if directory is not None else None
    every = _those(held(permissions, personas, groups), _chosen(personas, arguments.only), arguments.only)
    told = as_json(every) if arguments.format == "json" else "".join(
        f"{plain(line)}\n" for line in text(every, whole=arguments.all).splitlines()
    )  # fmt: skip
    sys.stdout.write(told)
    asked = {name for one in every for name in one.personas}.union(arguments.only)
    open_ = _tell_open(tuple(one for one in personas if not arguments.only or one.name in asked))
    if found.unreadable or open_ or any(one.doubts for one in every):
        return COULD_NOT_LOOK
    return PASSED if all(one.fits for one in every) else BLOCKED


def _those(every: list[Held], chosen: tuple[Standing, ...], only: list[str]) -> list[Held]:
    """Everybody, or those who are one of the personas that are asked about; they are held against all of theirs."""
    names = {one.name for one in chosen}
    return [one for one in every if not only or not names.isdisjoint(one.personas)]


def _write(arguments: argparse.Namespace, baseline: Baseline) -> int:
    found = survey_of(arguments, [*NAMESPACES, (RoleBinding, ())], baseline) if _names_input(arguments) else None
    personas = _chosen(standing_of(baseline, places_of(baseline, found)), arguments.only)
    until = _until(arguments.until, personas, baseline)
    try:
        written = manifests(personas, until)
    except ValueError as error:
        raise UsageError(str(error)) from error
    sys.stdout.write(as_yaml(written))
    _notes(personas, baseline, until)
    return COULD_NOT_LOOK if _tell_open(personas) or (found and found.unreadable) else PASSED


def _names_input(arguments: argparse.Namespace) -> bool:
    return bool(arguments.paths or arguments.cluster)


def _chosen(every: tuple[Standing, ...], only: list[str]) -> tuple[Standing, ...]:
    known = {one.name: one for one in every}
    for name in only:
        if name not in known:
            raise UsageError(f"the baseline declares no persona `{name}`", nearest(name, known))
    return tuple(one for one in every if not only or one.name in only)


def _tell_open(personas: tuple[Standing, ...]) -> bool:
    """Say what could not be told of where personas are at home, and whether there is anything."""
    reasons: dict[str, None] = {}
    for one in personas:
        reasons.update(dict.fromkeys(f"persona {one.name}: {why}" for why in one.home.open))
        reasons.update(dict.fromkeys(f"persona {one.name}: {why}" for why in one.outside_production.open))
    for reason in reasons:
        complain(reason, "name PATH… or --cluster to read namespaces from, or declare them by their names")
    return bool(reasons)


def _until(text: str | None, personas: tuple[Standing, ...], baseline: Baseline) -> str:
    """The time that --until names, as RFC 3339 has it. UsageError for none, and for one that is too far away."""
    if text is None:
        return ""
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {text} is no time", "write 2030-06-30T18:00:00Z") from None
    if end.tzinfo is None:
        raise UsageError(f"--until {text} names no time zone", "write 2030-06-30T18:00:00Z")
    now = datetime.now(UTC)
    if end <= now:
        raise UsageError(f"--until {text} has passed")
    for one in personas:
        limits = [limit for limit in (one.declared.ends, baseline.signing_in.max_grant) if limit is not None]
        if one.for_a_while and limits and end > now + timedelta(minutes=min(limits)):
            raise UsageError(f"--until {text} is later than persona {one.name} may last", f"{min(limits)} minutes")
    return end.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _left_out(one: Standing, most: int | None) -> None:
    """Say that a persona's bindings are not among what was written, and how they are got."""
    role = one.rights.role or role_name(one)
    where = " -n NAMESPACE" if one.rights.within else ""
    limits = [LONGEST, *(timedelta(minutes=each) for each in (one.declared.ends, most) if each is not None)]
    given = f"{shlex.quote(one.holders[0].word)} {role}{where} --for {shown(min(limits))} --reason …"
    hint = f"write them with an end by --until TIME, or, when it is needed: `hardstand rbac grant {given}`"
    warn(f"persona {one.name} is for a while, so its bindings are left out", hint)


def _notes(personas: tuple[Standing, ...], baseline: Baseline, until: str) -> None:
    for one in personas:
        home = one.home
        if not one.holders:
            warn(f"persona {one.name} names no groups, so nobody is given it", "declare its `groups`")
        elif one.rights.within and not home.namespaces and not home.everywhere and not home.open:
            hint = 'declare its `namespaces` or `environments`; `namespaces: ["*"]` is everywhere'
            warn(f"persona {one.name} is at home in no namespace: what it may do in its own is not given", hint)
        if one.home.holds(_SYSTEM) and not one.break_glass and _changes(one):
            hint = f"leave {_SYSTEM} out of its `namespaces` or `environments`: what runs there runs the cluster"
            warn(f"persona {one.name} may change what runs in {_SYSTEM}, and so become the whole cluster", hint)
        if one.break_glass and one.holders:
            said = ", ".join(str(who) for who in one.holders)
            note(f"persona {one.name} gives everything to {said}: let nobody be in it but in an emergency")
        if one.for_a_while and one.holders and not until:
            _left_out(one, baseline.signing_in.max_grant)
        elsewhere = [name for name in one.declared.environments if baseline.boundary.environments[name].clusters]
        for name in elsewhere:
            clusters = ", ".join(str(each) for each in baseline.boundary.environments[name].clusters)
            note(f"persona {one.name}: {name} is {clusters}; apply its bindings there alone")


def _changes(one: Standing) -> bool:
    """Whether it may change anything in its own namespaces."""
    return any(not _READING.issuperset(rule.verbs) for rule in one.rights.within)
