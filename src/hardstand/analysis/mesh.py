"""Where a service mesh is told not to insist on mutual TLS, or to do without.

Sources: https://istio.io/latest/docs/reference/config/security/peer_authentication/ (an unset mode is inherited),
https://linkerd.io/2/reference/authorization-policy/, https://kuma.io/docs/latest/policies/mutual-tls/,
https://developer.hashicorp.com/consul/docs/reference/config-entry/service-defaults#mutualtlsmode.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from hardstand.inventory.views.base import View
from hardstand.inventory.views.mesh import CONSUL, KUMA, LINKERD, MeshPolicy
from hardstand.inventory.views.mesh_policies import DestinationRule, PeerAuthentication, TrafficPolicy
from hardstand.model.path import Path


class Mode(Enum):
    """How a place sets mutual TLS."""

    STRICT = "strict"
    PERMISSIVE = "permissive"
    OFF = "off"


class MtlsSetting(NamedTuple):
    """One setting, where it is, and for what it holds."""

    mode: Mode
    view: View
    steps: Path
    scope: str = ""


_ISTIO = {"STRICT": Mode.STRICT, "PERMISSIVE": Mode.PERMISSIVE, "DISABLE": Mode.OFF}
_LINKERD = "config.linkerd.io/default-inbound-policy"
_UNAUTHENTICATED = ("all-unauthenticated", "cluster-unauthenticated")


def mtls_settings(policy: MeshPolicy) -> Sequence[MtlsSetting]:
    """Every place in the object that sets mutual TLS."""
    if policy.kind in PeerAuthentication.kinds:
        return list(_of_peer_authentication(PeerAuthentication(policy.object)))
    if policy.kind in DestinationRule.kinds:
        return list(_of_destination_rule(DestinationRule(policy.object)))
    if policy.kind in CONSUL:
        mode = policy.spec.consul_mode
        modes = {"permissive": Mode.PERMISSIVE, "strict": Mode.STRICT}
        return [MtlsSetting(modes[mode], policy.spec, ("mutualTLSMode",))] if mode in modes else []
    if policy.kind in KUMA:
        return list(_of_kuma(policy))
    if policy.kind in LINKERD:
        client = policy.spec.linkerd_client
        return [MtlsSetting(Mode.PERMISSIVE if client.unauthenticated else Mode.STRICT, client, ("unauthenticated",))]
    return list(_of_annotation(policy))


def _of_peer_authentication(one: PeerAuthentication) -> Iterator[MtlsSetting]:
    own = _ISTIO.get(one.spec.mtls.mode or "")
    if own:
        yield MtlsSetting(own, one.spec.mtls, ("mode",))
    for port, setting in one.spec.port_level:
        mode = _ISTIO.get(setting.mode or "")
        if mode:
            yield MtlsSetting(mode, setting, ("mode",), f"port {port}")


def _of_destination_rule(rule: DestinationRule) -> Iterator[MtlsSetting]:
    host = rule.spec.host or "its host"
    yield from _of_traffic_policy(rule.spec.traffic_policy, host)
    for subset in rule.spec.subsets:
        yield from _of_traffic_policy(subset.traffic_policy, f"{host}, subset {subset.name}")


def _of_traffic_policy(policy: TrafficPolicy, scope: str) -> Iterator[MtlsSetting]:
    for part in (policy, *policy.port_level):
        if part.tls.mode:
            yield MtlsSetting(Mode.OFF if part.tls.mode == "DISABLE" else Mode.STRICT, part.tls, ("mode",), scope)


def _of_kuma(policy: MeshPolicy) -> Iterator[MtlsSetting]:
    mtls = policy.spec.kuma_mtls
    if not mtls.enabled_backend:
        yield MtlsSetting(Mode.OFF, mtls, ("enabledBackend",))
    for backend in mtls.backends:
        if mtls.enabled_backend and backend.name == mtls.enabled_backend:
            mode = Mode.PERMISSIVE if backend.mode == "PERMISSIVE" else Mode.STRICT
            yield MtlsSetting(mode, backend, ("mode",))


def _of_annotation(policy: MeshPolicy) -> Iterator[MtlsSetting]:
    metadata = policy.proxied
    if _LINKERD in metadata.annotations:
        open_to_all = metadata.annotations[_LINKERD] in _UNAUTHENTICATED
        yield MtlsSetting(Mode.PERMISSIVE if open_to_all else Mode.STRICT, metadata, ("annotations", _LINKERD))
