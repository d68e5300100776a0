"""API server does not sign people in as the baseline declares.

Why
    Whoever may sign in, and as whom, is what the API server is told of its identity provider. Another issuer or client
    lets other people in; without a prefix a user can be called as one of Kubernetes' own; without a groups claim groups
    give nobody anything, and people are bound one by one.

Fix
    Set the `--oidc-…` flags, or `jwt` in the file that `--authentication-config` names, to what `identity` in the
    baseline says: `issuer`, `client_id`, `username_claim`, `username_prefix`, `groups_claim` and `groups_prefix`.

When it is fine
    Where a proxy in front of the API server, or a managed platform, signs people in.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#configuring-the-api-server
    - https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/#apiserver-config-k8s-io-v1-AuthenticationConfiguration
"""

from collections.abc import Iterator

from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEKS_2_4,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.cluster._files import told_in_file
from hardstand.controls.parameter import Parameter, text
from hardstand.inventory.views.api_server import ApiServer, AuthenticationFile
from hardstand.inventory.views.component import Told
from hardstand.model.path import Path, Value, called
from hardstand.model.violation import MalformedFieldError

ISSUER = text("issuer", "The identity provider's address, as its tokens say it")
CLIENT = text("client_id", "Whom its tokens are for", "")
USERNAME = text("username_claim", "The claim that names the user", "")
USERNAME_PREFIX = text("username_prefix", "What is put before the user's name, `-` for nothing", "")
GROUPS = text("groups_claim", "The claim that lists groups", "")
GROUPS_PREFIX = text("groups_prefix", "What is put before a group's name, `-` for nothing", "")

_FILE = "AuthenticationConfiguration"
_NOTHING = "-"


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.1",
        "twelve-controls:T1.5",
        "nsa-cisa:access.authentication",
        "nist-800-53:IA-2",
        "pci-dss:8.2.1",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
    parameters=[ISSUER, CLIENT, USERNAME, USERNAME_PREFIX, GROUPS, GROUPS_PREFIX],
    reads=[anywhere(AuthenticationFile, "jwt", needed=False)],
)
def check(server: ApiServer, given: Given) -> Violations:
    """The flags, or an entry of `jwt`, must say what the parameters do."""
    issuer = given[ISSUER]
    if server.said.config_kind == _FILE:
        yield from _in_file(server, issuer, given)
        return
    if not server.said.process:
        raise NotApplicableError(Why.NO_SUBJECT)
    told_in_file(server, server.named("authentication-config"), AuthenticationFile, given)
    told = server.oidc_issuer
    if told.value != issuer:
        message = "trusts another issuer than the baseline declares" if told.value else "trusts no issuer of tokens"
        yield server.breaks(told, message)
        return
    yield from _by_flags(server, given)


def _by_flags(server: ApiServer, given: Given) -> Violations:
    settings: tuple[tuple[Parameter[str], Told[str], str], ...] = (
        (CLIENT, server.oidc_client, "takes tokens that are for another client"),
        (USERNAME, server.oidc_username_claim, "takes the user's name from another claim"),
        (USERNAME_PREFIX, server.oidc_username_prefix, "puts another prefix before users' names"),
        (GROUPS, server.oidc_groups_claim, "takes groups from another claim"),
        (GROUPS_PREFIX, server.oidc_groups_prefix, "puts another prefix before groups"),
    )
    for parameter, told, message in settings:
        wanted, found = given[parameter], told.value
        if parameter is USERNAME_PREFIX and not found:
            found = _default_prefix(server)
        if parameter is GROUPS_PREFIX and not found:
            found = _NOTHING
        if wanted and found != wanted:
            yield server.breaks(told, f"{message}{told.by_default}")


def _default_prefix(server: ApiServer) -> str:
    """What is put before names where the flag is not given: nothing for e-mail addresses, else the issuer and `#`."""
    claim = server.oidc_username_claim.value
    return _NOTHING if claim == "email" else f"{server.oidc_issuer.value}#"


def _in_file(server: ApiServer, issuer: str, given: Given) -> Violations:
    entries = list(_entries(server))
    at = next((at for at, one in entries if _text(one, "issuer", "url") == issuer), None)
    if at is None:
        message = "trusts another issuer than the baseline declares" if entries else "trusts no issuer of tokens"
        yield server.breaks(Told(issuer, _path(server, "jwt")), message)
        return
    entry = dict(entries)[at]
    audiences = _at(entry, "issuer", "audiences")
    if given[CLIENT] and (not isinstance(audiences, list) or given[CLIENT] not in audiences):
        where = _path(server, "jwt", at, "issuer", "audiences")
        yield server.breaks(Told("", where), "takes tokens that are for another client")
    for parameter, name, field, message in (
        (USERNAME, "username", "claim", "takes the user's name from another claim"),
        (USERNAME_PREFIX, "username", "prefix", "puts another prefix before users' names"),
        (GROUPS, "groups", "claim", "takes groups from another claim"),
        (GROUPS_PREFIX, "groups", "prefix", "puts another prefix before groups"),
    ):
        wanted = given[parameter]
        found = _text(entry, "claimMappings", name, field) or (_NOTHING if field == "prefix" else "")
        if wanted and found != wanted and not _text(entry, "claimMappings", name, "expression"):
            where = _path(server, "jwt", at, "claimMappings", name, field)
            yield server.breaks(Told("", where), message)


def _entries(server: ApiServer) -> Iterator[tuple[int, dict[str, Value]]]:
    given = (server.said.config or {}).get("jwt")
    if given is not None and not isinstance(given, list):
        raise MalformedFieldError(_path(server, "jwt"), "a list", called(given))
    for at, one in enumerate(given or ()):
        if not isinstance(one, dict):
            raise MalformedFieldError(_path(server, "jwt", at), "a mapping", called(one))
        yield at, one


def _at(entry: Value, *steps: str) -> Value:
    for step in steps:
        entry = entry.get(step) if isinstance(entry, dict) else None
    return entry


def _text(entry: Value, *steps: str) -> str:
    found = _at(entry, *steps)
    return found if isinstance(found, str) else ""


def _path(server: ApiServer, *steps: str | int) -> Path:
    return (*server.said.config_path, *steps)
