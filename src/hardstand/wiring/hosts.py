"""This host as an input."""

import platform
from dataclasses import replace

from hardstand.sources.host import HostUnit
from hardstand.wiring.request import ScanRequest


def with_host(request: ScanRequest) -> ScanRequest:
    """The request, with the components that run on this host as a further input."""
    name = platform.node() or "localhost"
    return replace(request, more=(*request.more, ("host", name, HostUnit(name))))
