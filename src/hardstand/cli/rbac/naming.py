"""Names that nothing knows: a mistyped subject may do nothing in a mistyped namespace, and that is no answer."""

import argparse
from collections.abc import Iterable

from hardstand.access.known import ACCOUNT_READS, NAMESPACE_READS, WORKLOAD_READS, Known
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Sort, Who, group
from hardstand.baseline.signing_in import NO_PREFIX
from hardstand.cli.baselines import named
from hardstand.cli.errors import UsageError, nearest, warn
from hardstand.wiring.surveying import Reads, Surveyed


def naming_reads(arguments: argparse.Namespace, several: Iterable[Who], namespace: str | None = None) -> Reads:
    """What has to be read, besides roles and bindings, to tell whether subjects and a namespace are there.

    In a cluster no pod runs as an account that is not there, so that workloads need not be read for it.
    """
    about = any(one.sort is Sort.ACCOUNT for one in several)
    files = not arguments.cluster and (about or bool(namespace))
    return [
        *(ACCOUNT_READS if about or files else ()),
        *(WORKLOAD_READS if files else ()),
        *(NAMESPACE_READS if namespace else ()),
    ]


def known_of(permissions: Permissions, found: Surveyed) -> Known:
    """What was read, by name."""
    return Known.of(found.neighbours, permissions)


def tell_unknown(who: Who, known: Known, *, groups: Iterable[str] = (), baseline: str | None = None) -> bool:
    """Warn of a subject, and of groups said to be its own, that nothing names; tell whether the subject is one.

    A user whose groups are named is nobody's mistake, for users of an identity provider are mostly in no binding.
    `baseline` is the file in which prefixes of the provider may stand; by default the working directory's.
    """
    mine = [group(one) for one in groups]
    for one in mine:
        if not known.names(one):
            warn(_sentence(one, known), _hint(one, known, baseline))
    if known.names(who):
        return False
    if not any(known.names(one) for one in mine):
        warn(_sentence(who, known), _hint(who, known, baseline))
    return True


def require(who: Who, known: Known, consequence: str, *, baseline: str | None = None) -> None:
    """UsageError, with the consequence, for a service account that is not there; of others a warning."""
    if who.sort is not Sort.ACCOUNT:
        tell_unknown(who, known, baseline=baseline)
    elif not known.names(who):
        raise UsageError(f"{_sentence(who, known)}: {consequence}", _hint(who, known, baseline))


def check_namespace(name: str | None, known: Known, found: Surveyed) -> None:
    """UsageError for a namespace that a cluster or a snapshot does not have; of files a warning."""
    if not name or name in known.namespaces or found.unreadable:
        return
    hint = nearest(name, sorted(known.namespaces))
    if not found.settled:
        warn(f"nothing that was read is in namespace `{name}`", hint)
    elif not known.namespaces_missing:
        raise UsageError(f"there is no namespace `{name}`", hint or "`kubectl get namespaces` lists them")


def _sentence(who: Who, known: Known) -> str:
    if who.sort is not Sort.ACCOUNT:
        return f"no binding names {who.word}"
    if known.accounts_missing:
        return f"no binding names {who.word}, and whether there is one cannot be told: {known.accounts_missing}"
    return f"no binding names {who.word}, and there is no such service account"


def _hint(who: Who, known: Known, baseline: str | None) -> str:
    """Who may have been meant; how names are written where that is known and nobody is near."""
    prefix = _prefix(who, baseline)
    near = known.near(who, prefix)
    if near:
        return f"did you mean {' or '.join(one.word for one in near)}?"
    if prefix and not who.name.startswith(prefix):
        meant = Who(who.sort, f"{prefix}{who.name}").word
        return f"by the baseline the identity provider's names begin with `{prefix}`: {meant}"
    return ""


def _prefix(who: Who, file: str | None) -> str:
    """What the baseline says the API server puts before such names; nothing where there is no baseline to be used."""
    try:
        said = named(file).signing_in
    except UsageError:
        return ""  # It decides nothing here, and those verbs that are held to it tell what is wrong with it.
    prefix = {Sort.USER: said.username_prefix, Sort.GROUP: said.groups_prefix}.get(who.sort)
    return "" if prefix in (None, NO_PREFIX) else prefix or ""
