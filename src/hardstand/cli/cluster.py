"""What verbs that read a running cluster have in common."""

import argparse
from collections.abc import Sequence

from hardstand.cli.errors import UsageError
from hardstand.cli.reading import progress
from hardstand.controls.control import Control
from hardstand.wiring import ClusterError, ClusterRequest, ScanRequest, with_cluster


def add_cluster(parser: argparse.ArgumentParser, *, always: bool = False, configz: bool = True) -> None:
    """Describe which cluster is read. `always`: the verb reads nothing else, so that --cluster need not be said.

    `configz`: components may be asked, too.
    """
    group = parser.add_argument_group("a running cluster")
    if not always:
        group.add_argument("--cluster", action="store_true", help="read the running cluster in place of files")
    if configz and not always:
        group.add_argument(
            "--configz", action="store_true",
            help="ask kubelets and other components how they are configured; takes get on nodes/proxy and pods/proxy",
        )  # fmt: skip
    group.add_argument("--context", metavar="NAME", help="the kubeconfig's context (default: the current one)")
    group.add_argument("--kubeconfig", metavar="FILE", help="default $KUBECONFIG, ~/.kube/config, or the pod's account")
    group.add_argument("--cluster-name", metavar="NAME", help="what the baseline calls it (default: as the kubeconfig)")
    group.add_argument(
        "--fingerprint-key", metavar="FILE",
        help="key for the fingerprints of secret values, so that they can be compared between runs",
    )  # fmt: skip


def cluster_request(arguments: argparse.Namespace) -> ClusterRequest:
    """Which cluster the arguments mean, and how much of it."""
    return ClusterRequest(
        kubeconfig=arguments.kubeconfig,
        context=arguments.context,
        namespaces=arguments.namespaces,
        name=arguments.cluster_name,
        configz=getattr(arguments, "configz", False),
        fingerprint_key=arguments.fingerprint_key,
    )


def check_inputs(arguments: argparse.Namespace) -> None:
    """UsageError unless either a cluster is named, or paths, or this host."""
    if arguments.cluster and arguments.host:
        raise UsageError("--cluster and --host are two inputs, and one picture is of one", "scan them one by one")
    if arguments.cluster and arguments.paths:
        raise UsageError(
            "--cluster and paths are two inputs, and one picture is of one",
            "scan them one after the other; `hardstand diff` compares what two scans found",
        )
    if not arguments.cluster and not arguments.paths and not arguments.host:
        raise UsageError("nothing to read is named", "name files or directories, or --cluster for the running one")
    about = ("context", "kubeconfig", "cluster_name", "fingerprint_key", "configz")
    given = [one for one in about if getattr(arguments, one)]
    if given and not arguments.cluster:
        name = given[0].replace("_", "-")
        raise UsageError(f"--{name} is about a running cluster, and none is read", "say --cluster too")


def of_cluster(
    arguments: argparse.Namespace, request: ScanRequest, also: Sequence[Control] = (), *, veil: bool = False
) -> ScanRequest:
    """The request with the cluster in it, if one is named, read for these controls too.

    `veil`: with stand-ins for literal secrets, for what prints objects. UsageError where it cannot be asked.
    """
    if not arguments.cluster:
        return request
    try:
        return with_cluster(request, cluster_request(arguments), progress("read {done} objects"), also, veil=veil)
    except ClusterError as error:
        raise UsageError(str(error), error.hint) from error
