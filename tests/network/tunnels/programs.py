"""The tunnels that are dug: which program, with which record type, how fast, and what is sent through."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.network.tunnels.namespaces import PATH, SERVER

PORT = 5300
INNER = "10.198.7.1"
"""The server's address within iodine's tunnels."""


@dataclass(frozen=True, slots=True)
class Tunnel:
    label: str
    program: str
    """`iodine` or `dns2tcp`."""
    record_type: str
    zone: str
    seconds: int
    """How long it is watched."""
    kilobytes: int
    """What is fetched through it; then it idles, as an open shell does."""
    slow: bool = False
    """It is told to wait between queries for as long as it can, and only a few bytes go through."""
    options: tuple[str, ...] = ()
    most: int = 400
    """Queries that are kept: the beginning (handshake, probing, data), and the idling at the end."""


def _all() -> Sequence[Tunnel]:
    zones = iter(ZONES)
    made = [Tunnel(f"iodine-{one.lower()}", "iodine", one, next(zones), 30, 8) for one in IODINE]
    made += [Tunnel(f"dns2tcp-{one.lower()}", "dns2tcp", one, next(zones), 30, 8) for one in ("TXT", "KEY")]
    made.append(Tunnel("iodine-slow", "iodine", "TXT", next(zones), 150, 0, slow=True))
    made.append(Tunnel("dns2tcp-slow", "dns2tcp", "TXT", next(zones), 150, 0, slow=True))
    quiet = ("-O", "Base32", "-M", "100")
    made.append(Tunnel("iodine-quiet", "iodine", "A", next(zones), 150, 0, slow=True, options=quiet))
    # Nothing goes through it. It asks each second here and is replayed with pauses of 50: its server ends it after 60.
    made.append(Tunnel("iodine-idle", "iodine", "A", next(zones), 900, 0, options=quiet, most=1000))
    return made


ZONES = (
    "t.quarrelsome-gnu.net", "t.amber-lantern.com", "t.ns.verdigris.co.uk", "tun.oxbow-7.org", "t.pelican.com.au",
    "a.fernweh.io", "b.mottled.dev", "c.kittiwake.net", "d.sorrel-bay.com", "e.petrichor.org",
    "f.saltmarsh.net", "g.wintergreen.io",
)  # fmt: skip
"""Made up; nobody but the forwarder is asked for them."""
IODINE = ("NULL", "TXT", "CNAME", "A", "MX", "SRV")
TUNNELS = _all()


def missing() -> str:
    """Which program is not installed; empty where all are."""
    needed = ("ip", "iodine", "iodined", "dns2tcpc", "dns2tcpd")
    return ", ".join(one for one in needed if shutil.which(one, path=PATH) is None)


def serving(tunnel: Tunnel, folder: Path) -> Sequence[str]:
    """The server's command."""
    if tunnel.program == "iodine":
        return [
            "iodined", "-f", "-c", "-P", "watched", "-p", str(PORT), "-l", "127.0.0.1", f"{INNER}/27", tunnel.zone
        ]  # fmt: skip
    chroot = folder / "chroot"
    chroot.mkdir()
    settings = folder / "dns2tcpd.conf"
    settings.write_text(
        f"listen = 127.0.0.1\nport = {PORT}\nuser = nobody\nchroot = {chroot}\ndomain = {tunnel.zone}\n"
        "key = watched\nresources = web:127.0.0.1:8000\n"
    )
    return ["dns2tcpd", "-F", "-f", str(settings)]


def calling(tunnel: Tunnel) -> Sequence[str]:
    """The client's command."""
    if tunnel.program == "iodine":
        pause = [*tunnel.options, "-I", "20" if tunnel.slow else "1"]
        return ["iodine", "-f", "-r", "-P", "watched", "-T", tunnel.record_type, *pause, SERVER, tunnel.zone]
    pause = ["-t", "20"] if tunnel.slow else []
    local = ["-r", "web", "-l", "8888"]
    return ["dns2tcpc", "-z", tunnel.zone, "-k", "watched", *local, "-T", tunnel.record_type, *pause, SERVER]


def entrance(tunnel: Tunnel) -> tuple[str, int]:
    """Where in the client's namespace one talks to what is behind the tunnel."""
    return (INNER, 8000) if tunnel.program == "iodine" else ("127.0.0.1", 8888)
