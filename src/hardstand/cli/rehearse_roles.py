"""`hardstand rehearse --rbac`: proposed roles and bindings, held against what was asked for in the past."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hardstand.access.known import Known
from hardstand.access.replaying.telling import as_json, as_text
from hardstand.analysis.rbac.permissions import RBAC_READS
from hardstand.analysis.rbac.who import Who
from hardstand.cli.cluster import cluster_request
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.rbac.asking import subject_named
from hardstand.cli.rbac.logs import tell
from hardstand.cli.rbac.naming import naming_reads, require
from hardstand.cli.reading import at_time, progress
from hardstand.engine.kinds import needed
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Keeping
from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ClusterError, ScanRequest
from hardstand.wiring.clusters import with_survey
from hardstand.wiring.rehearsing.roles import RolesRehearsal, rehearse_roles
from hardstand.wiring.surveying import Reads

_SHOWN = 10


def run(arguments: argparse.Namespace) -> int:
    """Rehearse, tell, and give the exit status. UsageError where what is named does not fit together."""
    _check(arguments)
    whom = [subject_named(one) for one in arguments.replace_for]
    reads = [*RBAC_READS, *naming_reads(arguments, whom)]
    request = _today(arguments, reads)
    since = datetime.now(UTC) - timedelta(days=arguments.days) if arguments.days is not None else None
    show = progress("read {done} events")
    found = rehearse_roles(
        arguments.rbac, request, arguments.audit, whom, since, show, arguments.namespace, reads,
        seen=lambda known: _tell_unknown(whom, known, arguments.baseline),
    )  # fmt: skip
    tell(found.past)
    for one in found.unreadable[:_SHOWN]:
        complain(f"{one.path}:{one.line}:{one.column}: {one.reason}")
    if not found.proposal.objects:
        complain(f"{', '.join(arguments.rbac)} holds no roles and bindings", "is it the right path?")
        return COULD_NOT_LOOK
    if found.window is None or found.past.blind:
        return COULD_NOT_LOOK
    write = as_json if arguments.format == "json" else as_text
    text = write(found.proposal, found.window, found.replayed)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return _status(found)


def _tell_unknown(whom: Sequence[Who], known: Known, baseline: str | None) -> None:
    """Warn of whom no binding names. UsageError for a service account that is not there."""
    for who in whom:
        require(who, known, "nothing would be replaced", baseline=baseline)


def _status(found: RolesRehearsal) -> int:
    told = found.replayed
    if found.unreadable or found.past.unreadable:
        return COULD_NOT_LOOK
    if not told.requests and not told.elsewise:
        complain("the logs hold no request of those who are looked at", "are they the logs of this cluster?")
        return COULD_NOT_LOOK
    if told.refused:
        return BLOCKED
    return COULD_NOT_LOOK if told.untold else PASSED


def _check(arguments: argparse.Namespace) -> None:
    """What stands first is a path, since there is no baseline."""
    if arguments.new is not None:
        arguments.paths = [arguments.new, *arguments.paths]
    if not arguments.audit:
        raise UsageError("--rbac is held against past requests, and no log is named", "say --audit LOG")
    if arguments.admissions:
        raise UsageError("what a gate kept tells nothing of reads, and roles are about these too", "say --audit LOG")
    if arguments.cluster and arguments.paths:
        raise UsageError("--cluster and paths are two inputs, and one picture is of one", "name what is there today")
    if arguments.replace_for and not arguments.cluster and not arguments.paths:
        raise UsageError(
            "--replace-for is about grants of today, and none are read", "name PATHs or --cluster, or leave it out"
        )


def _today(arguments: argparse.Namespace, reads: Reads) -> ScanRequest | None:
    """What reads the roles and bindings of today; None where none are named."""
    if not arguments.paths and not arguments.cluster:
        return None
    request = ScanRequest(
        paths=at_time(arguments.paths, arguments.at),
        reading=ReadOptions(values=tuple(arguments.values), set=tuple(arguments.set), namespace=arguments.namespace),
        settings=Settings(namespace=arguments.namespace),
    )
    if not arguments.cluster:
        return request
    try:
        needs = needed(Keeping.of(reads))
        return with_survey(request, cluster_request(arguments), needs, progress("read {done} objects"))
    except ClusterError as error:
        raise UsageError(str(error), error.hint) from error
