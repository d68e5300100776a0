"""Who began a connection, where a record is of the packets of one direction and does not say which that is.

In this order: a flag of TCP says it (RFC 9293, section 3.5: SYN alone is the beginning, SYN with ACK its answer); a
packet that was refused is of whoever began, since what firewalls with a memory refuse are beginnings; one port alone is
below 32768, where no system's ephemeral ports begin by default, and is the one that was called; the lower port is.
Only the first is sure.

Source for 32768: https://docs.kernel.org/networking/ip-sysctl.html#ip-variables (`ip_local_port_range`); others begin
at 49152 (RFC 6335, section 6), as Windows does.
"""

from typing import NamedTuple

EPHEMERAL = 32768
_SYN, _ACK = 2, 16


class Begun(NamedTuple):
    """Whether the sender of the packets is the one who was called, and whether that is sure."""

    by_other: bool
    sure: bool
    begins: bool = False


_FORTH, _FORTH_GUESSED, _BACK_GUESSED = Begun(False, True), Begun(False, False), Begun(True, False)
_FIRST, _SECOND = Begun(False, True, True), Begun(True, True, True)


def begun(source_port: int | None, port: int | None, flags: int | None = None, refused: bool = False) -> Begun:
    """Who began, of a record of packets from `source_port` to `port`; `flags` are all that any packet of them had."""
    if flags is not None and flags & _SYN:
        return _SECOND if flags & _ACK else _FIRST
    if refused or source_port is None or port is None or source_port == port:
        return _FORTH_GUESSED
    if (source_port < EPHEMERAL) != (port < EPHEMERAL):
        return _BACK_GUESSED if source_port < EPHEMERAL else _FORTH_GUESSED
    return _BACK_GUESSED if source_port < port else _FORTH_GUESSED
