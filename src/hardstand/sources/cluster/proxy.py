"""Which proxy stands before a server, as the environment says and as kubectl understands it.

Source: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit


def proxy_for(server: str, environment: Mapping[str, str]) -> str | None:
    """The proxy's URL, or None. This machine itself is never asked for through one."""
    parts = urlsplit(server)
    host = (parts.hostname or "").lower()
    name = f"{parts.scheme}_proxy"
    proxy = environment.get(name.upper()) or environment.get(name)
    if not proxy or host == "localhost" or _address_in(host, ["127.0.0.0/8", "::1/128"]):
        return None
    spared = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    if _spared(host, parts.port or (443 if parts.scheme == "https" else 80), spared):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _spared(host: str, port: int, spared: str) -> bool:
    for word in (one.strip().lower() for one in spared.split(",")):
        if word == "*" or (word and _matches(host, port, word)):
            return True
    return False


def _matches(host: str, port: int, word: str) -> bool:
    if "/" in word:
        return _address_in(host, [word])
    name, its_port = _port_split(word)
    if its_port is not None and its_port != port:
        return False
    name = name.removeprefix("*")
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _port_split(word: str) -> tuple[str, int | None]:
    name, _, port = word.rpartition(":")
    if port.isdecimal() and (":" not in name or name.endswith("]")):
        return name.strip("[]"), int(port)
    return word.strip("[]"), None


def _address_in(host: str, ranges: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(host)
        return any(address in ipaddress.ip_network(one, strict=False) for one in ranges)
    except ValueError:
        return False
