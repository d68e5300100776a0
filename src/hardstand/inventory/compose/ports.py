"""Ports of a service: published on the host, or only told of.

Source: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports: `[HOST:]CONTAINER[/PROTOCOL]`,
where HOST is `[IP:](port | range)`; a range stands for each of its ports.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple

from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.model.path import Value
from hardstand.model.unfit import Unfit

_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_MOST = 1024
"""Ports of one entry that are looked at; a longer range is somebody's mistake, and would only cost time."""


class Claim(NamedTuple):
    """One port of a pod, and where it is written."""

    port: dict[str, Value]
    part: Part


def ports_of(service: Part) -> tuple[list[Claim], list[Unfit]]:
    """All ports that are published or told of, and what stands for those that cannot be told."""
    claims: list[Claim] = []
    unfit: list[Unfit] = []
    for key, read in (("ports", _published), ("expose", _exposed)):
        try:
            listed = service.entry(key)
            items = listed.items() if listed is not None else []
        except MisfitError as error:
            unfit.append(error.unfit)
            continue
        for item in items:
            try:
                claims += [Claim(port, item) for port in read(item)]
            except MisfitError as error:
                unfit.append(error.unfit)
    return claims, unfit


def _exposed(item: Part) -> Iterator[dict[str, Value]]:
    ports, _, protocol = item.text().partition("/")
    for number in _numbers(item, ports):
        yield _port(number, protocol)


def _published(item: Part) -> Iterator[dict[str, Value]]:
    if isinstance(item.value, dict):
        target = item.entry("target")
        if target is None:
            raise item.malformed("a port with a `target`")
        published, address, protocol = (item.entry(key) for key in ("published", "host_ip", "protocol"))
        yield from _pairs(
            item,
            published.text() if published is not None else "",
            target.text(),
            address.text() if address is not None else "",
            protocol.text() if protocol is not None else "",
        )
        return
    ports, _, way = item.text().partition("/")
    rest, _, container = ports.rpartition(":")
    ip, _, host = rest.rpartition(":")
    yield from _pairs(item, host, container, ip, way)


def _pairs(item: Part, host: str, container: str, address: str, protocol: str) -> Iterator[dict[str, Value]]:
    """Host and container ports in pairs; without a host port Docker chooses one, out of a range if there is one."""
    inside = _numbers(item, container)
    outside = _numbers(item, host) if host else []
    open_to_others = not _loopback(item, address)
    for at, number in enumerate(inside):
        port = _port(number, protocol)
        if open_to_others and len(outside) == len(inside):
            port["hostPort"] = outside[at]
        elif open_to_others:
            port["anyHostPort"] = True
        yield port


def _port(number: int, protocol: str) -> dict[str, Value]:
    return {"containerPort": number, "protocol": protocol.upper() or "TCP"}


def _loopback(item: Part, address: str) -> bool:
    """Tell whether only programs on the host itself reach what listens on this address of it."""
    bare = address.strip("[]")
    if bare == "localhost":
        return True
    try:
        return bool(bare) and ipaddress.ip_address(bare).is_loopback
    except ValueError:
        raise item.malformed("a port such as 127.0.0.1:8080:80") from None


def _numbers(item: Part, text: str) -> range:
    found = _RANGE.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
    if not 0 <= first <= last <= 65535:
        raise item.malformed("a port such as 8080:80")
    if last - first >= _MOST:
        raise item.malformed(f"a range of at most {_MOST} ports")
    return range(first, last + 1)
