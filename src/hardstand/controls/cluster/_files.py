"""Settings that an API server or a scheduler leaves to a file: judged there, where the input holds it."""

from typing import TypeVar

from hardstand.controls.api import Given, NotApplicableError, UnknownError, Why
from hardstand.inventory.views.api_server import ApiServer, AuthorizationFile
from hardstand.inventory.views.audit import AuditPolicy, PolicyFile
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.component import Component, Told
from hardstand.inventory.views.encryption import Encryption, EncryptionFile

S = TypeVar("S", bound=Subject)


def file_of(component: Component, file: str | None, view: type[S], given: Given) -> S | None:
    """The file that a flag names, if it names one; UnknownError where the input does not hold it."""
    if file is None:
        return None
    for one in given.anywhere(view):
        if _same(one.object.origin.file, file):
            return one
    message = f"{component.said.program} reads {file}, which is not in the input"
    raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:{file}:")


def told_in_file(component: Component, file: str | None, view: type[Subject], given: Given) -> None:
    """Stop where a file decides: not applicable where the input holds it, for it is a subject itself, else unknown."""
    if file_of(component, file, view, given) is not None:
        raise NotApplicableError(Why.NO_SUBJECT)


def modes_of(server: ApiServer, given: Given) -> Told[tuple[str, ...]]:
    """The authorization modes of an API server, or those in its file."""
    told_in_file(server, server.named("authorization-config"), AuthorizationFile, given)
    return server.authorization_modes


def encryption_told(encryption: Encryption, given: Given) -> None:
    """Stop unless the subject is an EncryptionConfiguration: an API server may name one that is not in the input."""
    if (server := encryption.server) is None:
        return
    if not server.encryption_config.value:
        raise NotApplicableError(Why.NO_SUBJECT)  # encryption-at-rest-missing tells.
    told_in_file(server, server.named("encryption-provider-config"), EncryptionFile, given)


def policy_told(policy: AuditPolicy, given: Given) -> None:
    """Stop unless the subject is an audit policy: an API server may name one that is not in the input."""
    if (server := policy.server) is None:
        return
    if not server.audit_policy.value:
        raise NotApplicableError(Why.NO_SUBJECT)  # audit-policy-missing tells.
    told_in_file(server, server.named("audit-policy-file"), PolicyFile, given)


def _same(read: str, named: str) -> bool:
    """Whether a file of the input is the one that a flag names: a copy of it has at least its name."""
    return read.rpartition("/")[2] == named.rpartition("/")[2]
