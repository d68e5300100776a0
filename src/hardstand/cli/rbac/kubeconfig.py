"""Write a kubeconfig for a persona: people sign in at the identity provider, and no secret is in the file.

  hardstand rbac kubeconfig --persona developer --server https://10.0.0.1:6443 --ca ca.crt > developer.kubeconfig
  hardstand rbac kubeconfig --persona sre --issuer https://login.example.com --client-id kubernetes --server URL

The issuer and the client are those of `identity` in the baseline, where it names them. The file may be shared: whoever
uses it signs in as themselves, by the plugin `oidc-login` (kubelogin), and is what their groups are. The client must be
a public one, without a client secret. Exit status: 0 written, 2 something is missing or wrong.
"""

import argparse
import sys
from pathlib import Path

from hardstand.access.personas.kubeconfig import INSTALL, Cluster, Provider, as_yaml, kubeconfig
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.persona import Like, Persona, is_break_glass
from hardstand.baseline.signing_in import issuer_fault
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import PASSED, UsageError, nearest, note, warn

_LARGEST = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("--persona", required=True, metavar="NAME", help="whose kubeconfig it is")
    parser.add_argument("--server", required=True, metavar="URL", help="the API server")
    parser.add_argument("--ca", metavar="FILE", help="whom to trust for it (PEM); without, what the machine trusts")
    parser.add_argument("--issuer", metavar="URL", help="the identity provider (default: the baseline's)")
    parser.add_argument("--client-id", metavar="ID", help="the client at the provider (default: the baseline's)")
    parser.add_argument(
        "--scope", action="append", metavar="NAME", help="what to ask of the provider besides openid; repeatable"
    )
    parser.add_argument("--cluster-name", default="", metavar="NAME", help="what the cluster is called in it")
    parser.add_argument("-n", "--namespace", default="", metavar="NS", help="the namespace that is taken without -n")
    add_baseline_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write it, and give the exit status."""
    baseline = baseline_of(arguments)
    _persona(arguments.persona, baseline)
    provider = _provider(arguments, baseline)
    cluster = Cluster(arguments.server, _authority(arguments.ca), arguments.cluster_name)
    namespace = arguments.namespace or _home(arguments.persona, baseline)
    try:
        made = kubeconfig(arguments.persona, cluster, provider, namespace)
    except ValueError as error:
        place = f"{arguments.ca}: " if str(error).startswith("it ") else ""
        raise UsageError(f"{place}{error}") from error
    sys.stdout.write(as_yaml(made))
    note(f"whoever uses it needs the plugin oidc-login: {INSTALL}")
    if is_break_glass(arguments.persona, baseline.personas.get(arguments.persona, Persona())):
        note("it is for emergencies: keep it apart, and sign out when done")
    return PASSED


def _persona(name: str, baseline: Baseline) -> None:
    if name in baseline.personas:
        if not baseline.personas[name].groups:
            warn(f"persona {name} names no groups in the baseline: nobody who signs in is it")
        return
    if name in set(Like):
        warn(f"persona {name} is not declared in the baseline: who signs in has it only by bindings of others")
        return
    known = [*baseline.personas, *Like]
    raise UsageError(f"there is no persona `{name}`", nearest(name, known) or "declare it under `personas`")


def _provider(arguments: argparse.Namespace, baseline: Baseline) -> Provider:
    declared = baseline.signing_in
    issuer: str = arguments.issuer or declared.issuer or ""
    client: str = arguments.client_id or declared.client_id or ""
    for value, option, key in ((issuer, "--issuer", "issuer"), (client, "--client-id", "client_id")):
        if not value:
            raise UsageError(f"{option} is missing", f"name it, or declare `identity: {{{key}: …}}` in the baseline")
    fault = issuer_fault(issuer)
    if fault:
        raise UsageError(f"--issuer {issuer} is no issuer: {fault}")
    for given, said, option in (
        (arguments.issuer, declared.issuer, "--issuer"),
        (arguments.client_id, declared.client_id, "--client-id"),
    ):
        if given and said and given != said:
            raise UsageError(f"{option} is not what the baseline declares, {said}", f"leave {option} out")
    # Providers put the e-mail address and the groups into a token when they are asked to.
    scopes = ["email"] if declared.username_claim == "email" else []
    scopes += ["groups"] if declared.groups_claim else []
    return Provider(issuer, client, scopes if arguments.scope is None else arguments.scope)


def _authority(file: str | None) -> bytes | None:
    if file is None:
        return None
    try:
        with Path(file).open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error


def _home(name: str, baseline: Baseline) -> str:
    """The one namespace in which a persona is at home, where the baseline names just one."""
    declared = baseline.personas.get(name)
    if declared is None or declared.environments or len(declared.namespaces) != 1:
        return ""
    only = declared.namespaces[0]
    return only.text if only.literal else ""
