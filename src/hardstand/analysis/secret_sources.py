"""Which secrets and stores of secrets an object names: by their names, and by the hosts that serve them.

Sources: https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets;
https://external-secrets.io/latest/api/spec/; https://secrets-store-csi-driver.sigs.k8s.io/concepts;
https://developer.hashicorp.com/vault/docs/platform/k8s/vso/api-reference;
https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations;
https://bank-vaults.dev/docs/mutating-webhook/annotations/.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hardstand.analysis.host_text import in_urls, in_value, says_host
from hardstand.inventory.views.base import Metadata
from hardstand.inventory.views.boundary import SECRET_STORES, SecretUser
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.volume import Volume
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind
from hardstand.model.path import Path, Value, called
from hardstand.model.violation import MalformedFieldError


class SecretNamed(NamedTuple):
    """A word that names a Secret, a store or its host, what it is, and the field that it stands in."""

    word: str
    what: str
    place: Path


_STORE, _SECRET, _HOST = "the secret store", "the Secret", "the secret store at"

_STORE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "ExternalSecret": (
        "spec.secretStoreRef.name",
        *(f"spec.{one}.sourceRef.storeRef.name" for one in ("data", "dataFrom")),
    ),
    "ClusterExternalSecret": (
        "spec.externalSecretSpec.secretStoreRef.name",
        *(f"spec.externalSecretSpec.{one}.sourceRef.storeRef.name" for one in ("data", "dataFrom")),
    ),
    "PushSecret": ("spec.secretStoreRefs.name",),
    "VaultAuth": ("spec.vaultConnectionRef",),
    "VaultStaticSecret": ("spec.vaultAuthRef",),
    "VaultDynamicSecret": ("spec.vaultAuthRef",),
    "VaultPKISecret": ("spec.vaultAuthRef",),
    "SecretProviderClass": ("spec.parameters.keyvaultName",),
}
"""Where objects of operators name a store."""

_HOST_FIELDS: Mapping[str, str] = {
    "SecretStore": "spec.provider",
    "ClusterSecretStore": "spec.provider",
    "SecretProviderClass": "spec.parameters",
    "VaultConnection": "spec",
}
"""Below which field stores name the hosts that they are."""

_ANNOTATIONS = ("vault.hashicorp.com/service", "vault.security.banzaicloud.io/vault-addr")
"""Annotations of pods that name the address of a Vault."""


def secrets_named(subject: SecretUser) -> Iterator[SecretNamed]:
    """What an object names, but for the hosts in a workload's variables and arguments.

    MalformedFieldError, after what came before, when a field cannot be read; NotApplicableError for a workload whose
    pods another object describes.
    """
    if subject.kind in Workload.kinds:
        workload = Workload(subject.object)
        yield from _in_annotations(workload.pod_metadata)
        yield from _in_pod(workload.pod)
        return
    if subject.kind in SECRET_STORES:
        yield SecretNamed(subject.name, _STORE, ("metadata", "name"))
    yield from _in_operator_object(subject.kind, subject)


def _in_operator_object(kind: Kind, subject: SecretUser) -> Iterator[SecretNamed]:
    for field in _STORE_FIELDS.get(kind.name, ()):
        for place, name in _texts(dict(subject.data), field.split("."), ()):
            yield SecretNamed(name.rpartition("/")[2], _STORE, place)
    root = _HOST_FIELDS.get(kind.name)
    if root is not None:
        for place, text in _all_texts(subject.data, root.split(".")):
            says = says_host(str(place[-1]))
            for spotted in in_value(text, says) if says else in_urls(text):
                yield SecretNamed(spotted.host, _HOST, place)


def _in_annotations(metadata: Metadata) -> Iterator[SecretNamed]:
    for name in _ANNOTATIONS:
        for spotted in in_value(metadata.annotations.get(name, ""), "url"):
            yield SecretNamed(spotted.host, _HOST, metadata.at("annotations", name))


def _in_pod(pod: PodSpec) -> Iterator[SecretNamed]:
    for volume in pod.volumes:
        yield from _in_volume(volume)
    for ref in pod.image_pull_secrets:
        if ref.name:
            yield SecretNamed(ref.name, _SECRET, ref.at("name"))
    for container in pod.containers:
        yield from _in_container(container)


def _in_volume(volume: Volume) -> Iterator[SecretNamed]:
    name = volume.secret.secret_name
    if name:
        yield SecretNamed(name, _SECRET, volume.secret.at("secretName"))
    for projection in volume.projected.sources:
        if projection.secret.name:
            yield SecretNamed(projection.secret.name, _SECRET, projection.secret.at("name"))
    csi = volume.csi
    if csi.publish_secret.name:
        yield SecretNamed(csi.publish_secret.name, _SECRET, csi.publish_secret.at("name"))
    provider = csi.attributes.get("secretProviderClass")
    if provider:
        yield SecretNamed(provider, _STORE, csi.at("volumeAttributes", "secretProviderClass"))


def _in_container(container: Container) -> Iterator[SecretNamed]:
    refs = [*(one.value_from.secret_key_ref for one in container.env), *(one.secret_ref for one in container.env_from)]
    for ref in refs:
        if ref.name:
            yield SecretNamed(ref.name, _SECRET, ref.at("name"))


def _texts(value: Value, steps: list[str], path: Path) -> Iterator[tuple[Path, str]]:
    """The texts at a field, in every item of the lists on the way; MalformedFieldError for other types."""
    if value is None:
        return
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _texts(item, steps, (*path, at))
    elif not steps:
        if not isinstance(value, str):
            raise MalformedFieldError(path, "a string", called(value))
        yield path, value
    elif isinstance(value, Mapping):
        yield from _texts(value.get(steps[0]), steps[1:], (*path, steps[0]))
    else:
        raise MalformedFieldError(path, "a mapping", called(value))


def _all_texts(data: Mapping[str, Value], steps: list[str]) -> Iterator[tuple[Path, str]]:
    """Every text below a field, however deep."""
    root: Value = dict(data)
    for at, step in enumerate(steps):
        if not isinstance(root, Mapping):
            raise MalformedFieldError(tuple(steps[:at]), "a mapping", called(root))
        root = root.get(step)
        if root is None:
            return
    pending: list[tuple[Path, Value]] = [(tuple(steps), root)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            pending.extend(((*path, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            pending.extend(((*path, at), item) for at, item in reversed(list(enumerate(value))))
