"""What data a workload handles, guessed from what it is called and what it runs."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from hardstand.analysis.image import InvalidReferenceError, parse
from hardstand.analysis.secret_names import words
from hardstand.draft.reading import below, items, text
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.path import Value
from hardstand.model.tier import Data


class Guess(NamedTuple):
    """A guess at the data that a workload handles: of equals, the one that is named first counts."""

    data: Data
    topic: str
    regime: str = ""
    """A regime that it may be under, for a person to say."""
    condition: str = ""
    """When it is."""


def _topic(names: str, guess: Guess) -> Mapping[str, Guess]:
    return dict.fromkeys(names.split(), guess)


_CARDS = Guess(Data.RESTRICTED, "payments", "pci", "if card numbers pass through")
_HEALTH = Guess(Data.RESTRICTED, "health data", "hipaa", "if it is data of patients in the USA")
_PAY = Guess(Data.RESTRICTED, "data of employees")
_LOGINS = Guess(Data.CONFIDENTIAL, "logins and sessions")
_SECRETS = Guess(Data.RESTRICTED, "secrets of others")
_PEOPLE = Guess(Data.CONFIDENTIAL, "customers and what they order")
_MAIL = Guess(Data.CONFIDENTIAL, "mail to people")
_MONEY = Guess(Data.CONFIDENTIAL, "invoices and books")
_ADMIN = Guess(Data.CONFIDENTIAL, "pages for administrators")
_COPIES = Guess(Data.CONFIDENTIAL, "copies of databases")
STORES = Guess(Data.CONFIDENTIAL, "databases and queues")
VOLUMES = Guess(Data.CONFIDENTIAL, "keeps data on volumes")

_NAMES: Mapping[str, Guess] = {
    **_topic("payment pay card creditcard billing checkout stripe adyen paypal psp pos acquirer", _CARDS),
    **_topic("health healthcare patient medical clinic clinical ehr emr fhir hl7 dicom pharmacy", _HEALTH),
    **_topic("payroll salary hr hrm", _PAY),
    **_topic("auth authn authz oauth oauth2 oidc saml sso idp iam identity login session token", _LOGINS),
    **_topic("keycloak dex authelia authentik zitadel kratos hydra ldap openldap", _LOGINS),
    **_topic("openbao vaultwarden bitwarden", _SECRETS),
    **_topic("customer user account profile member crm cart basket order shipping delivery address", _PEOPLE),
    **_topic("mail email smtp newsletter", _MAIL),
    **_topic("invoice accounting bookkeeping ledger tax", _MONEY),
    **_topic("admin backoffice", _ADMIN),
    **_topic("backup dump pgdump mysqldump restic", _COPIES),
}
_RUNS: Mapping[str, Guess] = {
    **_topic("postgres postgresql postgis timescaledb spilo mysql mariadb percona mongo mongodb redis valkey", STORES),
    **_topic("keydb dragonfly cassandra scylla cockroach clickhouse couchdb couchbase neo4j arangodb", STORES),
    **_topic("elasticsearch opensearch mssql oracle rethinkdb dgraph yugabyte etcd memcached minio", STORES),
    **_topic("rabbitmq kafka nats pulsar influxdb", STORES),
    **_topic("vault openbao", _SECRETS),
}
"""Words in the names of images, and what they stand for."""

_BESIDE = words("agent client console controller csi cli dashboard exporter injector metrics operator proxy ui webhook")
"""Words that say that an image is about the program, and not the program; a proxy of logins still sees them."""

_TAILS = re.compile(r"(?<=[a-z]{3})(?:services?|svc|server|worker|api|db)$")


def guess(kube: KubeObject, *, of_platform: bool) -> tuple[Guess, str] | None:
    """The guess, and what it rests on: a name, a container, an image or volumes; None where nothing speaks.

    On the platform, what keeps data on volumes mostly keeps measurements, and names speak of what is watched.
    """
    shape = SHAPES.get(kube.kind)
    steps = [str(one) for one in shape.template] if shape else []
    spec = below(kube.data, *steps, "spec")
    found = [] if of_platform else list(_by_names(kube, spec))
    found += _by_image(spec)
    if not of_platform:
        found += _by_volume(kube, spec)
    return max(found, key=lambda one: one[0].data, default=None)


def _by_names(kube: KubeObject, spec: Mapping[str, Value]) -> Iterator[tuple[Guess, str]]:
    yield from _by_name(kube.name, "its name")
    for container in items(spec, "containers"):
        name = text(below(container), "name")
        yield from _by_name(name, f"container {name}")


def _by_name(name: str, because: str) -> Iterator[tuple[Guess, str]]:
    for word in _words(name):
        if word in _NAMES:
            yield _NAMES[word], because


def _by_image(spec: Mapping[str, Value]) -> Iterator[tuple[Guess, str]]:
    for container in items(spec, "containers"):
        try:
            repository = parse(text(below(container), "image")).path.rpartition("/")[2]
        except InvalidReferenceError:
            continue
        found = _words(repository)
        about = not _BESIDE.isdisjoint(found)
        for word in found:
            if word in _RUNS and not about and _COPIES not in map(_NAMES.get, found):
                yield _RUNS[word], f"image {repository}"
            elif word in _NAMES and (not about or _NAMES[word] in (_LOGINS, _CARDS)):
                yield _NAMES[word], f"image {repository}"


def _by_volume(kube: KubeObject, spec: Mapping[str, Value]) -> Iterator[tuple[Guess, str]]:
    if items(kube.data, "spec", "volumeClaimTemplates"):
        yield VOLUMES, "volumeClaimTemplates"
    elif any("persistentVolumeClaim" in below(one) for one in items(spec, "volumes")):
        yield VOLUMES, "persistentVolumeClaim"


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name: `paymentservice` and `payments-api` both have `payment`."""
    parts = re.findall(r"[a-z]+(?:2(?![0-9]))?", re.sub(r"([a-z])([A-Z])", r"\1-\2", name[:200]).lower())
    found = [one for part in parts for one in (part, _TAILS.sub("", part))]
    return tuple(dict.fromkeys(form for one in found for form in (one, one.removesuffix("s"))))
