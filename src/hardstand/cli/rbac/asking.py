"""What the verbs of `hardstand rbac` have in common: what is read, and what is asked for."""

import argparse
from collections.abc import Sequence

from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.permissions import RBAC_READS, Doubt, Permissions
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.resources import called, may_be_group
from hardstand.analysis.rbac.verbs import known_verb, near_verbs
from hardstand.analysis.rbac.who import Who, parse
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import built_in
from hardstand.cli.cluster import add_cluster, check_inputs, cluster_request
from hardstand.cli.errors import UsageError, complain, nearest, warn
from hardstand.cli.reading import at_time, progress
from hardstand.engine.kinds import needed
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Keeping
from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ClusterError, ScanRequest
from hardstand.wiring.clusters import with_survey
from hardstand.wiring.surveying import Reads, Surveyed, surveyed

_SHOWN = 10
"""Faults that are told one by one."""


def add_input(parser: argparse.ArgumentParser, *, cluster: bool = True) -> None:
    """Describe what is read, besides the paths. `cluster`: it may be the running one."""
    reading = parser.add_argument_group("reading")
    reading.add_argument("--values", action="append", default=[], metavar="FILE", help="values for charts; repeatable")
    reading.add_argument("--set", action="append", default=[], metavar="K=V", help="a value for charts; repeatable")
    reading.add_argument("--at", metavar="TIME", help="of a history of snapshots, the one that tells of this time")
    reading.add_argument(
        "--default-namespace", default="default", metavar="NS", help="namespace of charts and of what names none"
    )
    if cluster:
        add_cluster(parser, configz=False)
    else:
        parser.set_defaults(cluster=False, context=None, kubeconfig=None, cluster_name=None, fingerprint_key=None)
    parser.set_defaults(host=False, namespaces=(), configz=False)


def add_format(parser: argparse.ArgumentParser) -> None:
    """Describe --format."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format on standard output")


def survey_of(arguments: argparse.Namespace, reads: Reads, baseline: Baseline | None = None) -> Surveyed:
    """Read what the arguments name. What could not be read has been said, and makes the answer incomplete.

    UsageError where nothing is named, or the cluster cannot be asked.
    """
    check_inputs(arguments)
    request = ScanRequest(
        paths=at_time(arguments.paths, arguments.at),
        reading=ReadOptions(
            values=tuple(arguments.values), set=tuple(arguments.set), namespace=arguments.default_namespace
        ),
        settings=Settings(namespace=arguments.default_namespace, baseline=baseline or built_in()),
    )
    if arguments.cluster:
        needs = needed(Keeping.of(reads))
        try:
            where = cluster_request(arguments)
            request = with_survey(request, where, needs, progress("read {done} objects"))
        except ClusterError as error:
            raise UsageError(str(error), error.hint) from error
    found = surveyed(request, reads)
    _tell(found)
    return found


def permissions_of(
    arguments: argparse.Namespace, also: Reads = (), baseline: Baseline | None = None
) -> tuple[Permissions, Surveyed]:
    """The roles and grants of what the arguments name, and what else `also` asks for. UsageError as `survey_of`."""
    found = survey_of(arguments, [*RBAC_READS, *also], baseline)
    permissions = permissions_in(found)
    if not permissions.grants and not found.unreadable:
        _tell_that_nothing_is_granted(permissions, found)
    return permissions, found


def _tell_that_nothing_is_granted(permissions: Permissions, found: Surveyed) -> None:
    if permissions.doubts:
        why = list(dict.fromkeys(one.reason for one in permissions.doubts))
        more = f"; and {len(why) - _SHOWN} more" if len(why) > _SHOWN else ""
        warn(f"no binding could be read: {'; '.join(why[:_SHOWN])}{more}", "until it can be, nothing is certain")
    elif found.settled:
        warn("there is no binding in what was read", "is it the right cluster?")
    else:
        warn("there is no binding in what was read", "is it the right path? `--cluster` reads the running cluster")


def permissions_in(found: Surveyed) -> Permissions:
    """The roles and grants of what was read; of files, with the roles that every cluster has."""
    return Permissions.of(found.neighbours, settled=found.settled, assumed=own_roles().values())


def doubtful(permissions: Permissions, found: Surveyed) -> Permissions:
    """The same with a doubt for what could not be read at all: it may hold anything, so that no no is certain."""
    if not found.unreadable:
        return permissions
    reasons = [f"{one.path}:{one.line}:{one.column} could not be read" for one in found.unreadable[:_SHOWN]]
    if len(found.unreadable) > _SHOWN:
        reasons.append(f"{len(found.unreadable) - _SHOWN} more could not be read")
    return Permissions(permissions.roles, permissions.grants, [*permissions.doubts, *map(Doubt, reasons)])


def _tell(found: Surveyed) -> None:
    for one in found.unreadable[:_SHOWN]:
        complain(f"{one.path}:{one.line}:{one.column}: {one.reason}")
    if len(found.unreadable) > _SHOWN:
        complain(f"{len(found.unreadable) - _SHOWN} more could not be read")


def subject_named(word: str) -> Who:
    """The subject that a person names. UsageError, with how to name one."""
    try:
        return parse(word)
    except ValueError as error:
        raise UsageError(str(error)) from error


def request_named(verb: str, resource: str, *, namespace: str = "", name: str = "") -> Request:
    """What is asked for: `pods`, `pods/log`, `deployments.apps/scale`, `deploy`, or a path such as `/metrics`.

    A resource without a group is Kubernetes' own of that name; one that is none of these is of the core group, with a
    warning, as there is for a group that cannot be one, and for a verb that is none of Kubernetes'.
    """
    tell_verb(verb, path=resource.startswith("/"))
    if resource.startswith("/"):
        return Request(verb, path=resource)
    word, _, subresource = resource.partition("/")
    plural, dot, group = word.lower().partition(".")
    known = None if dot else called(plural)
    if known is not None:
        plural, group = known.plural, known.group
    elif plural == "*" and not dot:
        group = "*"
    elif not dot:
        warn(f"`{plural}` is no resource of Kubernetes itself; taken to be of the core group", "write NAME.GROUP")
    elif not may_be_group(group):
        warn(f"`{group}` is no API group, so that nothing can be in it: `{plural}` was meant?", _right_word(plural))
    return Request(verb, group, plural, subresource, name, namespace)


def tell_verb(verb: str, *, path: bool) -> None:
    """Warn of a verb that is none of Kubernetes'. `path`: it is asked of a path, and not of a resource."""
    if not known_verb(verb, path=path):
        what = "an HTTP method in small letters" if path else "one of Kubernetes' verbs"
        warn(f"`{verb}` is not {what}", nearest(verb, near_verbs(path=path)))


def _right_word(plural: str) -> str:
    """How to write a resource with its group."""
    known = called(plural)
    if known is None:
        return "write NAME.GROUP"
    if not known.group:
        return f"it is of the core group; write `{known.plural}`"
    return f"write `{known.plural}.{known.group}`"


def split(words: Sequence[str], what: str, count: int) -> tuple[list[str], list[str]]:
    """The first words, which say what is asked, and the rest, which are paths. UsageError where there are too few."""
    if len(words) < count:
        raise UsageError(f"{what} is needed before the paths", "`hardstand rbac VERB --help` shows what it takes")
    return list(words[:count]), list(words[count:])
